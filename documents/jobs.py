"""Claiming, leasing and closing index jobs. The row is the truth, a message only a hint.

Only the database's clock is used, and every write names the attempt it belongs to: a worker that lost its lease
writes nothing.
"""

import errno
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import DateTimeField, Q, QuerySet
from django.db.models.expressions import Combinable, ExpressionWrapper
from django.db.models.functions import Now

from documents import identity
from documents.failures import FailureCode, FailureKind, IndexingFailure, kind
from documents.models import Document, Generation, IndexJob

logger = logging.getLogger(__name__)
T = TypeVar("T")

# Longer than the longest step that renews nothing: reading a file may take 90 s.
LEASE = timedelta(seconds=120)
MAX_TRIES = 3
# Whose jobs go first.
URGENCY = (Generation.State.ACTIVE, Generation.State.READY, Generation.State.BUILDING)
# A lost worker is more often the machine's fault than the document's, which is read in a child of its own.
MAX_LOSSES = 6
BACK_OFF_S = (15, 60, 240)
# How long to go on trying while the database restarts; without it a job would wait for its lease to end.
RECORDING_S = (0.5, 1, 2, 4, 8, 16)
# PostgreSQL's codes: no space left, and the class of limits that a statement went over.
_DISK_FULL_STATE = "53100"
_LIMIT_CLASS = "54"
_DATABASE_AWAY = (OperationalError, InterfaceError)
_SYSTEM_CODES = {
    errno.ENOSPC: FailureCode.DISK_FULL,
    errno.EDQUOT: FailureCode.DISK_FULL,
    errno.ENOENT: FailureCode.FILE_MISSING,
    errno.ENOMEM: FailureCode.OUT_OF_MEMORY,
}

# Jobs that this process works on now.
_held: set[int] = set()


class LeaseLost(Exception):
    """Somebody else has the job, or it is gone: stop and write nothing."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one job, as long as it is renewed."""

    job_id: int
    attempt: int
    document_id: int
    generation_id: int

    def renew(self, stage: IndexJob.Stage, done: int = 0, total: int = 0) -> None:
        """Record progress and extend the lease. Raises LeaseLost."""
        self.write(stage=stage, progress_done=done, progress_total=total, lease_until=from_now(LEASE))

    def write(self, **values: Any) -> None:
        """Update the job's row if it still is this attempt's. Raises LeaseLost."""
        mine = IndexJob.objects.filter(pk=self.job_id, attempt=self.attempt, state=IndexJob.State.RUNNING)
        if not mine.update(**values):
            raise LeaseLost(f"job {self.job_id}, attempt {self.attempt}")

    def forget(self) -> None:
        """Take the job away: there is nothing to be done any more. Inside the transaction that has written it."""
        IndexJob.objects.filter(pk=self.job_id).delete()

    def locked_document(self) -> Document:
        """Lock the document, as deleting does: always before the job. Raises LeaseLost if it is gone."""
        document = Document.objects.select_for_update().filter(pk=self.document_id).first()
        if document is None:
            raise LeaseLost(f"document {self.document_id} was deleted")
        return document

    def show(self, state: Document.State, **values: Any) -> None:
        """Set the document's state, if this job's generation is the one that answers and nothing has replaced it."""
        active = Generation.objects.filter(pk=self.generation_id, state=Generation.State.ACTIVE)
        if active.exists():
            Document.objects.current().filter(pk=self.document_id).update(state=state, **values)


def queue(document: Document) -> list[IndexJob]:
    """Add the document's jobs, one for each live generation; call `hint` for those returned after the commit."""
    added = [
        IndexJob.objects.create(document=document, generation=generation) for generation in Generation.objects.live()
    ]
    return [job for job in added if job.generation.paused_at is None]


def requeue(jobs: QuerySet[IndexJob]) -> None:
    """Give jobs a new start, as a person asked."""
    jobs.update(
        state=IndexJob.State.QUEUED,
        stage=IndexJob.Stage.EXTRACT,
        tries=0,
        lease_until=None,
        not_before=None,
        hinted_at=None,
        error_code="",
        error_detail="",
        progress_done=0,
        progress_total=0,
    )


def claim(job_id: int) -> Claim | None:
    """Take the job if it is free: queued and due, or running under a lease that has ended."""
    try:
        row = _taken(job_id)
    except _DATABASE_AWAY:
        patiently(lambda: _give_back(job_id))
        row = patiently(lambda: _taken(job_id))
    return Claim(job_id, *row) if row else None


def _give_back(job_id: int) -> None:
    """The answer to a claim was lost on the way: nobody would work on the job until its lease ends."""
    IndexJob.objects.filter(pk=job_id, state=IndexJob.State.RUNNING, worker=identity.of_this_process()).exclude(
        pk__in=_held
    ).update(state=IndexJob.State.QUEUED, lease_until=None, hinted_at=None)


def _taken(job_id: int) -> tuple[int, int, int] | None:
    """(attempt, document, generation) if the job was free."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE documents_indexjob
               SET state = 'running', attempt = attempt + 1, tries = tries + 1, worker = %s,
                   started_at = now(), finished_at = NULL, lease_until = now() + make_interval(secs => %s),
                   error_code = '', error_detail = ''
             WHERE id = %s AND generation_id = ANY (
                       SELECT id FROM documents_generation WHERE state <> 'retired' AND paused_at IS NULL)
               AND (state = 'queued' AND (not_before IS NULL OR not_before <= now())
                    OR state = 'running' AND lease_until < now() AND tries < %s)
            RETURNING attempt, document_id, generation_id
            """,
            [identity.of_this_process(), LEASE.total_seconds(), job_id, MAX_LOSSES],
        )
        row: tuple[int, int, int] | None = cursor.fetchone()
        return row


@contextmanager
def outcome_recorded(claim: Claim) -> Iterator[None]:
    """Close the job's row with whatever the work inside ends with; nothing is raised but what ends the process."""
    _held.add(claim.job_id)
    try:
        yield
    except LeaseLost as lost:
        logger.warning("lease lost: %s", lost)
    except IndexingFailure as failure:
        _record(claim, failure.code, failure.detail, failure.retry_after_s)
    except MemoryError:
        _record(claim, FailureCode.OUT_OF_MEMORY, "out of memory")
    except (DatabaseError, InterfaceError) as error:
        logger.exception("job %s: database", claim.job_id)
        # After a restart of the database the connection is dead, and the outcome could not be written.
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        _record(claim, _database_code(error), str(error))
    except OSError as error:
        logger.exception("job %s: system", claim.job_id)
        _record(claim, _SYSTEM_CODES.get(error.errno or 0, FailureCode.UNKNOWN), str(error))
    except Exception as error:
        logger.exception("job %s: unexpected", claim.job_id)
        _record(claim, FailureCode.UNKNOWN, f"{type(error).__name__}: {error}")
    finally:
        _held.discard(claim.job_id)


def _database_code(error: DatabaseError | InterfaceError) -> FailureCode:
    """Tell a database that is away or full from a statement that will never work."""
    state = getattr(error.__cause__, "sqlstate", None) or ""
    if state == _DISK_FULL_STATE:
        return FailureCode.DISK_FULL
    is_away = isinstance(error, _DATABASE_AWAY) and not state.startswith(_LIMIT_CLASS)
    return FailureCode.DATABASE_BUSY if is_away else FailureCode.UNKNOWN


def next_due() -> int | None:
    """Return the job that should be claimed now: what people search in first, releases last, the oldest of each."""
    for state in URGENCY:
        job_id = due().filter(generation__state=state).order_by("created_at", "pk").values_list("pk", flat=True).first()
        if job_id is not None:
            return job_id
    return None


def due() -> QuerySet[IndexJob]:
    """Jobs that could be claimed now; those of a release that was paused could not."""
    queued = IndexJob.objects.filter(Q(not_before=None) | Q(not_before__lte=Now()), state=IndexJob.State.QUEUED)
    return queued.filter(generation__paused_at=None, generation__state__in=URGENCY)


def _record(claim: Claim, code: FailureCode, detail: str, wait_s: float | None = None) -> None:
    """Write the outcome down, patiently: what failed may be the database itself."""
    patiently(lambda: _record_once(claim, code, detail, wait_s))


def patiently(ask: Callable[[], T]) -> T:
    """Ask again for half a minute, and what each try takes, while the database is away.

    Inside a transaction, which is lost with it, once.
    """
    for delay_s in () if connection.in_atomic_block else RECORDING_S:
        try:
            return ask()
        except _DATABASE_AWAY:
            connection.close()
            time.sleep(delay_s)
    return ask()


def _record_once(claim: Claim, code: FailureCode, detail: str, wait_s: float | None) -> None:
    """Permanent failures end the job, others are tried again, three times in all; what is missing is waited for.

    Who refused may have said after how many seconds it wants to be asked again.
    """
    job = IndexJob.objects.filter(pk=claim.job_id).first()
    if job is None:
        return
    detail = detail.replace("\x00", "")[:2000]
    waits = kind(code) is FailureKind.RESOURCE
    try:
        if kind(code) is FailureKind.PERMANENT or (job.tries >= MAX_TRIES and not waits):
            fail(claim, code, detail)
        else:
            # A database comes back for all at once, and how often this document failed before says nothing of it.
            tries = 1 if code is FailureCode.DATABASE_BUSY else min(job.tries, len(BACK_OFF_S))
            delay = timedelta(seconds=BACK_OFF_S[tries - 1] if wait_s is None else wait_s)
            claim.write(
                state=IndexJob.State.QUEUED, lease_until=None, not_before=from_now(delay), hinted_at=None,
                error_code=code, error_detail=detail, tries=min(job.tries, MAX_TRIES - 1) if waits else job.tries,
            )  # fmt: skip
            claim.show(Document.State.WAITING)
    except LeaseLost as lost:
        logger.warning("lease lost: %s", lost)


def fail(claim: Claim, code: FailureCode, detail: str) -> None:
    """End the job and show its document as failed. Raises LeaseLost."""
    with transaction.atomic():
        claim.locked_document()
        claim.write(
            state=IndexJob.State.FAILED,
            lease_until=None,
            finished_at=Now(),
            error_code=code,
            error_detail=detail,
        )
        claim.show(Document.State.FAILED, error_code=code)
    logger.info("job %s failed: %s %s", claim.job_id, code, detail)


def is_held(job: IndexJob) -> bool:
    """Whether this process works on the job now."""
    return job.pk in _held


def from_now(delta: timedelta) -> Combinable:
    return ExpressionWrapper(Now() + delta, output_field=DateTimeField())


def mark_hinted(job_ids: list[int]) -> None:
    IndexJob.objects.filter(pk__in=job_ids).update(hinted_at=Now())
