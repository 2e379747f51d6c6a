"""Addresses for the workers: ids in, nothing out. The job rows hold the state."""

from celery import shared_task

# Workers that come at once see the same job as the oldest. Who was slower looks again: its message would be lost, and
# with it for a minute the last job of all.
TURNS = 5


@shared_task(ignore_result=True)
def run_job(job_id: int, **_later: object) -> None:
    """Work off the oldest job that is due; the named one only if another worker was quicker.

    A job that is taken up again after its worker was lost would otherwise wait behind all messages of younger ones.
    """
    from documents import indexing, ingestion, jobs, memory, reconciling
    from documents.releases import completion

    for _turn in range(TURNS):
        oldest = jobs.patiently(jobs.next_due)
        if oldest is None or indexing.run(oldest):
            break
    else:
        indexing.run(job_id)
    memory.give_back()
    ingestion.hint(jobs.patiently(reconciling.release_line))
    jobs.patiently(completion.announce)


@shared_task(ignore_result=True)
def reconcile_jobs(is_restart: bool = False, **_later: object) -> None:
    from documents import liveness, upkeep

    upkeep.run(is_restart=is_restart)
    liveness.beat()


@shared_task(ignore_result=True)
def complete_releases(**_later: object) -> None:
    from documents.releases import completion

    completion.complete_due()


@shared_task(ignore_result=True)
def foretell_release(planned_id: int, **_later: object) -> None:
    from documents.releases import planning

    planning.foretell(planned_id)
