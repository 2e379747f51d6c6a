"""Taking in many files at once from disk, each with its own outcome."""

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files import File
from django.utils.translation import gettext as _

from documents import ingestion
from documents.failures import FailureCode, explain
from documents.ingestion import Rejected
from documents.models import Collection, Document, IndexJob

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: ready, failed, rejected, duplicate, or skipped; `reason` in plain words."""

    path: str
    title: str
    document: int | None
    state: str
    reason: str


def files_below(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and those in folders, in order; hidden ones are left out."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                found
                for found in path.rglob("*")
                if found.is_file() and not any(part.startswith(".") for part in found.relative_to(path).parts)
            )
        else:
            yield path


def take(path: Path, collection: Collection, uploaded_by: "AbstractUser | None") -> Outcome:
    """Accept one file; every problem with it becomes its outcome."""
    shown = _shown(path)
    try:
        with path.open("rb") as opened:
            document = ingestion.accept(File(opened, name=path.name), collection=collection, uploaded_by=uploaded_by)
    except Rejected as rejected:
        return _rejected(shown, rejected)
    except OSError as error:
        logger.warning("%s: %s", path, error)
        reason = _("The file cannot be opened: %s") % error.strerror
        return Outcome(str(shown), shown.name, None, "rejected", reason)
    return Outcome(str(shown), document.title, document.pk, "waiting", _("It is still waiting for a worker."))


def settled(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes with the states that the documents have now."""
    waiting = list(outcomes)
    documents = Document.objects.in_bulk([row.document for row in waiting if row.document is not None])
    return [_settled(row, documents.get(row.document or 0)) for row in waiting]


def _shown(path: Path) -> Path:
    """The path as text that can be printed: names on disk may be in an old encoding."""
    return Path(os.fsencode(path).decode("utf-8", "replace"))


def _rejected(path: Path, rejected: Rejected) -> Outcome:
    copy = rejected.duplicate_of
    if copy is not None:
        reason = _("The collection already has this file as “%s”.") % copy.title
        return Outcome(str(path), copy.title, copy.pk, "duplicate", reason)
    return Outcome(str(path), path.name, None, "rejected", _words(rejected.code))


def _settled(row: Outcome, document: Document | None) -> Outcome:
    if document is None or row.state == "duplicate":
        return row
    if document.state == Document.State.READY:
        return Outcome(row.path, document.title, document.pk, "ready", "")
    if document.state == Document.State.FAILED:
        return Outcome(row.path, document.title, document.pk, "failed", _words(document.error_code))
    return Outcome(row.path, document.title, document.pk, "skipped", _waiting(document))


def _waiting(document: Document) -> str:
    job = document.jobs.exclude(state=IndexJob.State.DONE).first()
    if job is not None and job.error_code:
        return _words(job.error_code)
    return _("It is still waiting for a worker.")


def _words(code: FailureCode | str) -> str:
    words = explain(code)
    return f"{words.title}. {words.reason} {words.next_step}"
