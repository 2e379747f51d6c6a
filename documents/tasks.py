"""Addresses for the workers: ids in, nothing out. The job rows hold the state."""

from celery import shared_task


@shared_task(ignore_result=True)
def run_job(job_id: int, **_later: object) -> None:
    from documents import indexing

    indexing.run(job_id)


@shared_task(ignore_result=True)
def reconcile_jobs(is_restart: bool = False, **_later: object) -> None:
    from documents import liveness, upkeep

    upkeep.run(is_restart=is_restart)
    liveness.beat()
