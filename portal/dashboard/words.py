"""What the figures are called."""

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from portal.dashboard.asked import Outcome


def outcome_labels() -> dict[Outcome, str]:
    return {
        Outcome.ANSWERED: _("answered"),
        Outcome.REFUSED: _("not answered by the documents"),
        Outcome.STOPPED: _("stopped by the person"),
        Outcome.FAILED: _("failed"),
    }


def weekday_labels() -> dict[int, str]:
    """By number, 1 for Monday."""
    return {number + 1: str(name) for number, name in WEEKDAYS.items()}
