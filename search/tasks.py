"""Addresses for the workers."""

from celery import shared_task


@shared_task(ignore_result=True)
def calibrate_generations(**_later: object) -> None:
    from search import calibration, comparison

    calibration.calibrate_due()
    comparison.ask_due()


@shared_task(ignore_result=True)
def run_evaluations(**_later: object) -> None:
    """Returns at once: a run is worked off in a thread of its own."""
    from search.bench import working

    working.look_for_work()


@shared_task(ignore_result=True)
def renew_suggestions(**_later: object) -> None:
    from search import suggestions

    suggestions.renew()


@shared_task(ignore_result=True)
def follow_versions(**_later: object) -> None:
    from search.questions import following

    following.follow()
