"""The facts behind "why does it wait", gathered from the job rows, the workers and the clock."""

from collections.abc import Collection as Several
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from documents import jobs, liveness
from documents.models import IndexJob
from documents.waiting import Situation

# Lists do not wait for the workers' answer; who looks a second later sees it.
AT_ONCE = 0.0


def situation_of(jobs: Iterable[IndexJob]) -> Situation:
    """The facts for a list of jobs; nobody is asked anything when none of them is open."""
    opened = [job.pk for job in jobs if job.state in (IndexJob.State.QUEUED, IndexJob.State.RUNNING)]
    return situation_now(opened, AT_ONCE) if opened else Situation(timezone.now())


def situation_now(job_ids: Several[int], patience_s: float) -> Situation:
    """The facts for these jobs; the workers are waited for so long."""
    return Situation(
        now=timezone.now(),
        crew=liveness.lookout.crew(patience_s),
        beaten_at=liveness.last_beat(),
        running=IndexJob.objects.filter(state=IndexJob.State.RUNNING, lease_until__gte=timezone.now()).count(),
        places=_places(job_ids) if job_ids else {},
    )


def _places(job_ids: Several[int]) -> dict[int, int]:
    """Where these jobs stand among all that could be taken now: those of releases last, and the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, place
              FROM (SELECT job.id, row_number() OVER (
                               ORDER BY array_position(%s::text[], generation.state::text), job.created_at, job.id
                           ) AS place
                      FROM documents_indexjob AS job JOIN documents_generation AS generation
                        ON generation.id = job.generation_id AND generation.paused_at IS NULL
                     WHERE job.state = 'queued' AND (not_before IS NULL OR not_before <= now())) AS queue
             WHERE id = ANY(%s)
            """,
            [[state.value for state in jobs.URGENCY], list(job_ids)],
        )
        return dict(cursor.fetchall())
