"""Addresses for the workers."""

from celery import shared_task


@shared_task(ignore_result=True)
def calibrate_generations(**_later: object) -> None:
    from search import calibration

    calibration.calibrate_due()


@shared_task(ignore_result=True)
def renew_suggestions(**_later: object) -> None:
    from search import suggestions

    suggestions.renew()
