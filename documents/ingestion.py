"""Accepting, retrying and deleting documents: what an upload does before any worker is involved."""

import errno
import hashlib
import logging
import unicodedata
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from celery.exceptions import CeleryError
from django.conf import settings
from django.core.files import File
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from documents import file_removal, index, jobs, membership, versions
from documents.extraction.detection import detect
from documents.failure_codes import FailureCode, IndexingFailure
from documents.models import Collection, Document, Generation
from documents.models.document import storage_key
from documents.tasks import run_job

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

logger = logging.getLogger(__name__)

MAX_NAME_LENGTH = 200
# No space on the disk, none left of a quota, or a limit on the size of files.
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# A person waits for this; what is not sent now is sent by the reconciler.
BROKER_TIMEOUT_S = 1.5
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class Rejected(Exception):
    """The file was not taken; `duplicate_of` is the document that has the same content."""

    def __init__(self, code: FailureCode, duplicate_of: Document | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.duplicate_of = duplicate_of


class Facts(TypedDict, total=False):
    """What is known of a file beside its content; each is a field of its document."""

    replaces: Document | None
    parent: Document | None
    folder: str
    effective_from: date | None
    effective_until: date | None


def accept(
    file: "File[Any]",
    *,
    collection: Collection,
    uploaded_by: "AbstractUser | None",
    file_name: str = "",
    title: str = "",
    **facts: Unpack[Facts],
) -> Document:
    """Store a file and queue the work that makes it searchable; quick whatever the broker does. Raises Rejected.

    What it `replaces`, a document of the same collection, stays searchable until the new chunks enter the index.
    """
    name = shown_name(file_name or file.name or "")
    sha256, size = _hash(file)
    _check_size(size)
    refuse_copies(collection, sha256)
    document = Document(
        collection=collection,
        title=title or Path(name).stem or name,
        file_name=name,
        sha256=sha256,
        size=size,
        uploaded_by_id=uploaded_by.pk if uploaded_by else None,
        **facts,
    )
    _store(document, file)
    _keep(document)
    return document


def retry(document: Document) -> None:
    """Start the document's failed jobs anew; its pages are read again."""
    queued = start_anew(document)
    transaction.on_commit(lambda: hint(queued))


def start_anew(document: Document) -> list[int]:
    """The same without telling the workers; returns the jobs that are to be hinted at."""
    with transaction.atomic():
        if not Document.objects.select_for_update().current().filter(pk=document.pk).exists():
            return []
        document.pages.all().delete()
        Document.objects.filter(pk=document.pk).update(state=Document.State.WAITING, error_code="", notes=[])
        return _queued_anew(document)


def requeue(document: Document) -> None:
    """Give the document a fresh job in every live generation; inside the caller's transaction."""
    queued = _queued_anew(document)
    transaction.on_commit(lambda: hint(queued))


def _queued_anew(document: Document) -> list[int]:
    jobs.requeue(document.jobs.all())
    for generation in Generation.objects.live().exclude(jobs__document=document):
        document.jobs.create(generation=generation)
    return list(document.jobs.filter(generation__paused_at=None).values_list("pk", flat=True))


def delete(document: Document) -> None:
    """Remove the document and its members, their chunks and their term counts, and then the files."""
    with transaction.atomic():
        versions.lock(document.pk)
        membership.hand_over(_locked_with_members(document))
        for doomed in reversed(_locked_with_members(document)):
            _delete_locked(doomed)


def _locked_with_members(document: Document) -> list[Document]:
    """Level by level: nothing can be packed out below a document that is locked."""
    found: list[Document] = []
    level = list(Document.objects.select_for_update().filter(pk=document.pk))
    while level:
        found += level
        level = list(Document.objects.select_for_update().filter(parent__in=level).order_by("pk"))
    return found


def _delete_locked(document: Document) -> None:
    file = document.file
    versions.unlink(document)
    for generation in Generation.objects.filter(jobs__document=document).order_by("pk"):
        index.remove(document, generation)
    document.delete()
    transaction.on_commit(lambda: file_removal.remove(file))


def hint(job_ids: list[int]) -> None:
    """Tell the workers; if the broker does not answer, the reconciler tells them later."""
    if not job_ids:
        return
    patience = {"socket_timeout": BROKER_TIMEOUT_S, "socket_connect_timeout": BROKER_TIMEOUT_S, "max_retries": 0}
    try:
        with run_job.app.connection_for_write(transport_options=patience) as broker:
            for job_id in job_ids:
                # celery-types does not know the options that are passed on to the sending.
                run_job.apply_async((job_id,), connection=broker, retry=False)  # type: ignore[call-arg]
    except (KombuError, CeleryError, RedisError, OSError) as error:
        logger.warning("broker not reachable, %s jobs wait for the reconciler: %s", len(job_ids), error)
        return
    jobs.mark_hinted(job_ids)


def shown_name(name: str) -> str:
    """A file name for display only: NFC, its last part, without control and direction characters, bounded."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(char for char in last if unicodedata.category(char) not in _INVISIBLE).strip()
    stem, dot, suffix = visible.rpartition(".")
    if dot and len(suffix) <= 10:
        return f"{stem[: MAX_NAME_LENGTH - len(suffix) - 1]}.{suffix}" if stem else visible
    return visible[:MAX_NAME_LENGTH] or "document"


def _hash(file: "File[Any]") -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size


def _check_size(size: int) -> None:
    if size == 0:
        raise Rejected(FailureCode.EMPTY_FILE)
    if size > settings.UPLOAD_MAX_BYTES:
        raise Rejected(FailureCode.TOO_LARGE)


def refuse_copies(collection: Collection, sha256: str) -> None:
    copy = Document.objects.current().filter(collection=collection, sha256=sha256).first()
    if copy is not None:
        raise Rejected(FailureCode.DUPLICATE, duplicate_of=copy)


def _save_with_jobs(document: Document) -> None:
    with transaction.atomic():
        document.save()
        queued = [job.pk for job in jobs.queue(document)]
        transaction.on_commit(lambda: hint(queued))


def _keep(document: Document) -> None:
    """Write the row of a stored file and queue its jobs, or take the file away again. Raises Rejected."""
    try:
        document.media_type = detect(Path(document.file.path), document.file_name)
        _save_with_jobs(document)
    except IndexingFailure as failure:
        _discard(document)
        raise Rejected(failure.code) from failure
    except IntegrityError:
        _discard(document)
        refuse_copies(document.collection, document.sha256)
        raise
    except (OperationalError, InterfaceError):
        if not _is_stored(document):
            _discard(document)
        raise
    except BaseException:
        _discard(document)
        raise


def _is_stored(document: Document) -> bool:
    """Whether the row is there after all: a database that went away may have kept it before its answer was lost.

    While nobody can tell, the file stays: a file without a row does no harm, a row without its file does.
    """
    try:
        connection.close_if_unusable_or_obsolete()
        return Document.objects.filter(file=document.file.name).exists()
    except (DatabaseError, InterfaceError):
        return True


def _store(document: Document, file: "File[Any]") -> None:
    """Put the file into the storage, whole or not at all. Raises Rejected if the disk is full."""
    document.file.name = storage_key(document, document.file_name)
    try:
        document.file.storage.save(document.file.name, file)
    except OSError as error:
        _discard(document)
        if error.errno in NO_SPACE:
            raise Rejected(FailureCode.DISK_FULL) from error
        raise


def _discard(document: Document) -> None:
    document.file.delete(save=False)
