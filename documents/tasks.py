"""Addresses for the workers: ids in, nothing out. The job rows hold the state."""

from celery import shared_task


@shared_task(ignore_result=True)
def run_job(job_id: int, **_later: object) -> None:
    """Work off the oldest job that is due; the named one only if another worker was quicker.

    A job that is taken up again after its worker was lost would otherwise wait behind all messages of younger ones.
    """
    from documents import indexing, jobs

    oldest = jobs.patiently(jobs.next_due)
    if oldest is not None and not indexing.run(oldest):
        indexing.run(job_id)


@shared_task(ignore_result=True)
def reconcile_jobs(is_restart: bool = False, **_later: object) -> None:
    from documents import liveness, upkeep

    upkeep.run(is_restart=is_restart)
    liveness.beat()
