"""Several files at once: each is taken or refused on its own, and each refusal says why and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.core.files.uploadedfile import UploadedFile

from documents import ingestion
from documents.failures import FailureCode, explain
from documents.models import Collection, Document

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `document` is the new one, or the one that already had this content."""

    file_name: str
    document: Document | None = None
    title: str = ""
    reason: str = ""
    next_step: str = ""

    @property
    def is_accepted(self) -> bool:
        return not self.title

    @classmethod
    def refused(cls, file_name: str, code: FailureCode, document: Document | None = None) -> Self:
        words = explain(code)
        return cls(file_name, document, str(words.title), str(words.reason), str(words.next_step))


def accept_each(files: "Iterable[UploadedFile[Any]]", collection: Collection, person: "AbstractUser") -> list[Outcome]:
    return [_accept(file, collection, person) for file in files]


def _accept(file: "UploadedFile[Any]", collection: Collection, person: "AbstractUser") -> Outcome:
    name = ingestion.shown_name(file.name or "")
    try:
        return Outcome(name, ingestion.accept(file, collection=collection, uploaded_by=person))
    except ingestion.Rejected as refusal:
        return Outcome.refused(name, refusal.code, refusal.duplicate_of)
