"""Several files at once: each is taken or refused on its own, and each refusal says why and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, Unpack

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import ingestion
from documents.failures import FailureCode, explain
from documents.models import Collection, Document

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `document` is the new one, or the one that already had this content.

    `version_of` is called the same as the new one and has another content: perhaps they are two versions.
    """

    file_name: str
    document: Document | None = None
    title: str = ""
    reason: str = ""
    next_step: str = ""
    version_of: Document | None = None

    @property
    def offer(self) -> str:
        """What the button says that makes the new document a version of the other one."""
        if self.version_of is None:
            return ""
        return _("Make it a new version of “%(title)s”") % {"title": self.version_of.title}

    @property
    def offer_url(self) -> str:
        if self.document is None or self.version_of is None:
            return ""
        return reverse("documents:document_make_version", args=[self.document.pk, self.version_of.pk])

    @property
    def is_accepted(self) -> bool:
        return not self.title

    @classmethod
    def refused(cls, file_name: str, code: FailureCode, document: Document | None = None) -> Self:
        words = explain(code)
        return cls(file_name, document, str(words.title), str(words.reason), str(words.next_step))


def accept_each(
    files: "Iterable[UploadedFile[Any]]",
    collection: Collection,
    person: "AbstractUser",
    **facts: Unpack[ingestion.Facts],
) -> list[Outcome]:
    return [_accept(file, collection, person, facts) for file in files]


def _accept(
    file: "UploadedFile[Any]", collection: Collection, person: "AbstractUser", facts: ingestion.Facts
) -> Outcome:
    name = ingestion.shown_name(file.name or "")
    try:
        document = ingestion.accept(file, collection=collection, uploaded_by=person, **facts)
    except ingestion.Rejected as refusal:
        return Outcome.refused(name, refusal.code, refusal.duplicate_of)
    return Outcome(name, document, version_of=_namesake(document))


def _namesake(document: Document) -> Document | None:
    """The newest other document of the collection with the same name, which most likely is the version before."""
    others = Document.objects.current().filter(collection=document.collection_id).exclude(pk=document.pk)
    same = Q(file_name__iexact=document.file_name) | Q(title__iexact=document.title)
    return others.filter(same, parent=None).order_by("-created_at", "-pk").first()
