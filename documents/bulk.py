"""Taking in many files at once from disk, each with its own outcome."""

import logging
import os
from collections.abc import Collection as Several
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files import File
from django.db.models import Q
from django.utils.translation import gettext as _

from documents import ingestion
from documents.failures import FailureCode, explain
from documents.ingestion import Rejected
from documents.models import Collection, Document, Generation, IndexJob

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

logger = logging.getLogger(__name__)


# Documents that are looked up at once when the outcomes are told.
_STEP = 500
_MAX_FOLDER = 300


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and the folder that it lies in below the one that was asked for."""

    path: Path
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is a document now; thousands of these are kept."""

    path: str
    document: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: ready, failed, rejected, duplicate, or skipped; `reason` in plain words."""

    path: str
    title: str
    document: int | None
    state: str
    reason: str

    @property
    def is_failure(self) -> bool:
        return self.state in ("failed", "rejected")


def files_below(paths: Iterable[Path]) -> Iterator[Found]:
    """The files themselves, and those in folders, in order; hidden ones are left out."""
    for path in paths:
        yield from _walk(path, "") if path.is_dir() else (Found(path),)


def take(found: Found, collection: Collection, uploaded_by: "AbstractUser | None") -> Taken | Outcome:
    """Accept one file; every problem with it becomes its outcome."""
    shown = _shown(found.path)
    try:
        with found.path.open("rb") as opened:
            file = File(opened, name=found.path.name)
            document = ingestion.accept(
                file, collection=collection, uploaded_by=uploaded_by, folder=_shown(found.folder)[:_MAX_FOLDER]
            )
    except Rejected as rejected:
        return _rejected(shown, rejected)
    except OSError as error:
        logger.warning("%s: %s", shown, error)
        reason = _("The file cannot be opened: %s") % error.strerror
        return Outcome(shown, Path(shown).name, None, "rejected", reason)
    return Taken(shown, document.pk)


def settled(files: Iterable[Taken | Outcome]) -> Iterator[Outcome]:
    """The outcomes in the same order, with the states that the documents have now."""
    remaining = iter(files)
    while step := list(islice(remaining, _STEP)):
        keys = [file.document for file in step if isinstance(file, Taken)]
        documents = Document.objects.in_bulk(keys)
        for file in step:
            yield _settled(file, documents.get(file.document)) if isinstance(file, Taken) else file


def still_open(keys: Several[int]) -> set[int]:
    """Of these documents and what came out of them, those that workers still have to do with."""
    family = Q(document__in=keys) | Q(document__parent__in=keys) | Q(document__parent__parent__in=keys)
    jobs = IndexJob.objects.filter(family, generation__state=Generation.State.ACTIVE).unfinished()
    return set(jobs.values_list("document_id", flat=True))


def unpacked_from(files: Iterable[Taken | Outcome]) -> Iterator[Outcome]:
    """The outcomes of what came out of archives and mails, named by the way to them."""
    paths = {file.document: file.path for file in files if isinstance(file, Taken)}
    members = Document.objects.filter(Q(parent__in=paths) | Q(parent__parent__in=paths)).select_related("parent")
    for member in members.order_by("pk").iterator(chunk_size=_STEP):
        yield _state_of(_way_to(member, paths), member)


def _walk(folder: Path, label: str) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield Found(folder)  # whoever opens it will say why not
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), f"{label}/{entry.name}" if label else entry.name)
        elif entry.is_file():
            yield Found(Path(entry.path), label)


def _shown(path: Path | str) -> str:
    """The path as text that can be printed: names on disk may be in an old encoding."""
    return os.fsencode(path).decode("utf-8", "replace")


def _rejected(path: str, rejected: Rejected) -> Outcome:
    copy = rejected.duplicate_of
    if copy is not None and copy.state == Document.State.FAILED:
        return Outcome(path, copy.title, copy.pk, "failed", _words(copy.error_code))
    if copy is not None:
        reason = _("The collection already has this file as “%s”.") % copy.title
        return Outcome(path, copy.title, copy.pk, "duplicate", reason)
    return Outcome(path, Path(path).name, None, "rejected", _words(rejected.code))


def _settled(file: Taken, document: Document | None) -> Outcome:
    if document is None:
        return Outcome(file.path, Path(file.path).name, None, "rejected", _words(FailureCode.DELETED))
    return _state_of(file.path, document)


def _state_of(path: str, document: Document) -> Outcome:
    if document.state == Document.State.READY:
        return Outcome(path, document.title, document.pk, "ready", "")
    if document.state == Document.State.FAILED:
        return Outcome(path, document.title, document.pk, "failed", _words(document.error_code))
    return Outcome(path, document.title, document.pk, "skipped", _waiting(document))


def _way_to(member: Document, paths: dict[int, str]) -> str:
    parent = member.parent
    if parent is None:
        return member.file_name
    before = paths.get(parent.pk) or f"{paths.get(parent.parent_id or 0, '')} › {parent.file_name}"
    return f"{before} › {member.file_name}"


def _waiting(document: Document) -> str:
    job = document.jobs.exclude(state=IndexJob.State.DONE).first()
    if job is not None and job.error_code:
        return _words(job.error_code)
    return _("It is still waiting for a worker.")


def _words(code: FailureCode | str) -> str:
    words = explain(code)
    return f"{words.title}. {words.reason} {words.next_step}"
