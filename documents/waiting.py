"""Why a document waits: one closed list of reasons, decided from facts alone, and the words for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.failures import FailureCode, explain
from documents.liveness import CLOCK_SILENCE, Crew
from documents.models import IndexJob
from documents.reconciling import HINT_AFTER

# A message is on its way for a moment; one that nobody has taken for longer than this is lost.
MESSAGE_PATIENCE = timedelta(seconds=20)
# Upkeep, which sends lost messages again and takes back lost work, comes this often.
UPKEEP_EVERY = timedelta(seconds=30)
_ON_DISK = (FailureCode.MODEL_MISSING, FailureCode.MODEL_CHANGED)
MODEL_CODES = (*_ON_DISK, FailureCode.MODEL_WITHDRAWN, FailureCode.MODEL_REFUSED)


class Reason(StrEnum):
    NO_BROKER = "no-broker"
    NO_WORKER = "no-worker"
    MODEL = "model"
    NOT_BEFORE = "not-before"
    BUSY = "busy"
    NEXT = "next"
    MESSAGE_LOST = "message-lost"
    NO_CLOCK = "no-clock"
    WORKER_GONE = "worker-gone"
    NO_JOB = "no-job"


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts that the decision needs. A crew of None was not asked yet; then workers are taken to be there."""

    now: datetime
    crew: Crew | None = None
    beaten_at: datetime | None = None
    running: int = 0
    # Jobs by their place in the queue; 1 is next.
    places: Mapping[int, int] = field(default_factory=dict)

    @property
    def idle(self) -> int | None:
        """How many documents the workers could take on now; None if nobody knows."""
        return None if self.crew is None else max(self.crew.threads - self.running, 0)

    @property
    def clock_is_silent(self) -> bool:
        return self.beaten_at is None or self.now - self.beaten_at > CLOCK_SILENCE


@dataclass(frozen=True, slots=True)
class Wait:
    """A decision; which of the numbers are set depends on the reason."""

    reason: Reason
    seconds: int = 0
    # Documents that are before it in the queue, and those that workers are busy with.
    before: int = 0
    busy: int = 0
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What people read about a wait: beside the document, and in full with the next step."""

    short: str
    reason: str
    next_step: str


def waits(job: IndexJob, now: datetime) -> bool:
    """A job waits in the queue, and also when the worker that took it has not been heard of for too long."""
    if job.state == IndexJob.State.RUNNING:
        return job.lease_until is not None and job.lease_until < now
    return job.state == IndexJob.State.QUEUED


def decide(job: IndexJob | None, situation: Situation) -> Wait:
    """Name the first thing that stands in the way of a job that waits; `None` is a document without one."""
    if job is None:
        return Wait(Reason.NO_JOB)
    crew = situation.crew
    if crew and not crew.broker_answers:
        return Wait(Reason.NO_BROKER)
    if crew and not crew.workers:
        return Wait(Reason.NO_WORKER)
    if job.state == IndexJob.State.RUNNING:
        return _unless_the_clock_is_silent(Reason.WORKER_GONE, UPKEEP_EVERY, situation)
    wait_s = _seconds(job.not_before - situation.now) if job.not_before else 0
    if job.error_code in MODEL_CODES:
        return Wait(Reason.MODEL, seconds=wait_s, error_code=job.error_code)
    if wait_s:
        return Wait(Reason.NOT_BEFORE, seconds=wait_s, error_code=job.error_code)
    return _in_the_queue(job, situation)


def _in_the_queue(job: IndexJob, situation: Situation) -> Wait:
    """A job that could be taken at once, if somebody had a hand free and knew of it."""
    before, idle = situation.places.get(job.pk, 1) - 1, situation.idle
    if before >= (1 if idle is None else idle):
        return Wait(Reason.BUSY, before=before, busy=situation.running)
    told_at = job.hinted_at or job.created_at
    if situation.now - told_at < MESSAGE_PATIENCE or situation.crew is None:
        return Wait(Reason.NEXT)
    left = job.hinted_at + HINT_AFTER - situation.now if job.hinted_at else timedelta(0)
    return _unless_the_clock_is_silent(Reason.MESSAGE_LOST, max(left, timedelta(0)) + UPKEEP_EVERY, situation)


def _unless_the_clock_is_silent(reason: Reason, within: timedelta, situation: Situation) -> Wait:
    """What upkeep will mend stays as it is without upkeep."""
    return Wait(Reason.NO_CLOCK) if situation.clock_is_silent else Wait(reason, seconds=_seconds(within))


def _seconds(delta: timedelta) -> int:
    return max(round(delta.total_seconds()), 0)


def words(wait: Wait) -> Words:
    return _WORDS[wait.reason](wait)


def _no_broker(_wait: Wait) -> Words:
    return Words(
        _("waits: the message broker does not answer"),
        _("The message broker (Redis) does not answer, so workers do not hear of documents."),
        _("Check that Redis runs and that REDIS_URL names it. Nothing is lost; the work goes on by itself."),
    )


def _no_worker(_wait: Wait) -> Words:
    return Words(
        _("waits: no worker is running"),
        _("No worker answers, so nothing is being read."),
        _("Start a worker; its log says why it stopped. Nothing is lost; the work goes on by itself."),
    )


def _model(wait: Wait) -> Words:
    cause = explain(wait.error_code)
    install = _(
        "Install the model that this index was built with, or build a new index. The work then goes on by itself."
    )
    return Words(
        _("waits: %(reason)s") % {"reason": cause.title},
        f"{cause.title}. {cause.reason}",
        install if wait.error_code in _ON_DISK else str(cause.next_step),
    )


def _not_before(wait: Wait) -> Words:
    again = ngettext(
        "did not work, tries again in %(count)s second", "did not work, tries again in %(count)s seconds", wait.seconds
    ) % {"count": wait.seconds}
    if not wait.error_code:
        return Words(
            again, _("The last try did not work."), _("Nothing needs to be done; it is tried again by itself.")
        )
    cause = explain(wait.error_code)
    return Words(f"{again}: {cause.title}", f"{cause.title}. {cause.reason}", str(cause.next_step))


def _busy(wait: Wait) -> Words:
    before = ngettext("%(count)s document is before it", "%(count)s documents are before it", wait.before)
    busy = ngettext(
        "All workers are busy with %(count)s other document.",
        "All workers are busy with %(count)s other documents.",
        wait.busy,
    )
    return Words(
        before % {"count": number_format(wait.before, force_grouping=True)} if wait.before else _("next in line"),
        busy % {"count": wait.busy} if wait.busy else _("Other documents are before it."),
        _("Nothing needs to be done; each has its turn. More workers make it faster."),
    )


def _next(_wait: Wait) -> Words:
    return Words(_("next in line"), _("A worker takes it in a moment."), _("Nothing needs to be done."))


def _message_lost(wait: Wait) -> Words:
    short = ngettext(
        "waits: workers are told again within %(count)s second",
        "waits: workers are told again within %(count)s seconds",
        wait.seconds,
    )
    return Words(
        short % {"count": wait.seconds},
        _("The message that tells workers of it was lost; another one is sent."),
        _("Nothing needs to be done. If it happens often, look into the log of the message broker (Redis)."),
    )


def _no_clock(_wait: Wait) -> Words:
    return Words(
        _("waits: the clock of the portal stands still"),
        _("The process that wakes the upkeep (beat) is silent, so lost messages and lost work are not mended."),
        _("Start beat; its log says why it stopped. There must be exactly one."),
    )


def _worker_gone(wait: Wait) -> Words:
    short = ngettext(
        "waits: its worker is gone, another one takes over within %(count)s second",
        "waits: its worker is gone, another one takes over within %(count)s seconds",
        wait.seconds,
    )
    return Words(
        short % {"count": wait.seconds},
        _("The worker that was reading it has not been heard of for a while."),
        _("Nothing needs to be done; it is taken back and read anew by itself."),
    )


def _no_job(_wait: Wait) -> Words:
    return Words(
        _("waits: nobody was asked to read it"),
        _("There is no work order for it in the index."),
        _("Run the command “verify_index --repair” where the portal runs."),
    )


_WORDS = {
    Reason.NO_BROKER: _no_broker,
    Reason.NO_WORKER: _no_worker,
    Reason.MODEL: _model,
    Reason.NOT_BEFORE: _not_before,
    Reason.BUSY: _busy,
    Reason.NEXT: _next,
    Reason.MESSAGE_LOST: _message_lost,
    Reason.NO_CLOCK: _no_clock,
    Reason.WORKER_GONE: _worker_gone,
    Reason.NO_JOB: _no_job,
}
