"""Takes back what dead workers hold and finds the jobs that nobody was told of; on the database's clock, as ever."""

from datetime import timedelta

from django.db.models import Case, DateTimeField, F, Q, QuerySet, When
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import Now

from documents import identity, jobs
from documents.failures import FailureCode
from documents.models import Generation, IndexJob

# A queued job whose message is older than this gets another one.
HINT_AFTER = timedelta(seconds=60)
# Enough to keep every worker busy until the next round; more would pile up in the broker.
HINTS_AT_ONCE = 100
# One that lost several lets others go first for a while: if it is not the cause, the next loss hits somebody else.
LOSSES_IN_LINE = 2
STEPS_ASIDE = timedelta(seconds=15)
# Messages for jobs of a release that are under way at once: whoever ends one sends the next. So few stand before the
# message of a new upload, and yet no worker waits for the clock.
RELEASE_LINE = 8


def reconcile(hint_after: timedelta = HINT_AFTER) -> list[int]:
    """Take back what dead workers hold, give up what failed too often, and return the jobs that need a message.

    That are those whose last message is older than `hint_after`.
    """
    _release_dead_workers()
    _give_up(_expired().filter(tries__gte=jobs.MAX_LOSSES), FailureCode.WORKER_LOST)
    aside = ExpressionWrapper(Now() + F("tries") * STEPS_ASIDE, output_field=DateTimeField())
    _expired().update(
        state=IndexJob.State.QUEUED,
        lease_until=None,
        hinted_at=None,
        not_before=Case(When(tries__gt=LOSSES_IN_LINE, then=aside), default=None),
    )
    urgent = jobs.due().exclude(generation__state=Generation.State.BUILDING)
    return [*_first(_unknown(urgent, hint_after), HINTS_AT_ONCE), *release_line(hint_after)]


def release_line(hint_after: timedelta = HINT_AFTER) -> list[int]:
    """Jobs of a release that need a message, so that RELEASE_LINE of them have one."""
    due = jobs.due().filter(generation__state=Generation.State.BUILDING)
    hinted = due.filter(hinted_at__gte=jobs.from_now(-hint_after)).count()
    return _first(_unknown(due, hint_after), RELEASE_LINE - hinted) if hinted < RELEASE_LINE else []


def _unknown(due: QuerySet[IndexJob], hint_after: timedelta) -> QuerySet[IndexJob]:
    return due.filter(Q(hinted_at=None) | Q(hinted_at__lt=jobs.from_now(-hint_after)))


def _first(due: QuerySet[IndexJob], count: int) -> list[int]:
    return list(due.order_by("created_at", "pk").values_list("pk", flat=True)[:count])


def _give_up(lost: QuerySet[IndexJob], code: FailureCode) -> None:
    for job in lost:
        claim = jobs.Claim(job.pk, job.attempt, job.document_id, job.generation_id)
        try:
            jobs.fail(claim, code, f"worker {job.worker}")
        except jobs.LeaseLost:
            continue


def _expired() -> QuerySet[IndexJob]:
    return IndexJob.objects.filter(state=IndexJob.State.RUNNING, lease_until__lt=Now())


def _release_dead_workers() -> None:
    """On one machine a worker that is gone is known at once; its leases end now instead of in two minutes.

    So do those of jobs that this process has let go, but could not write so while the database was away.
    """
    for job in IndexJob.objects.filter(state=IndexJob.State.RUNNING, worker__startswith=identity.of_this_host()):
        if not identity.is_alive(job.worker) or _is_let_go(job):
            mine = IndexJob.objects.filter(pk=job.pk, attempt=job.attempt, state=IndexJob.State.RUNNING)
            mine.update(lease_until=jobs.from_now(timedelta(seconds=-1)))


def _is_let_go(job: IndexJob) -> bool:
    """One that is claimed at this moment counts too: it is claimed once more, and the first attempt writes nothing."""
    return job.worker == identity.of_this_process() and not jobs.is_held(job)
