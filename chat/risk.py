"""How urgent it is to look at an answer: what may be wrong with it, times how many saw it; pure.

    risk = (1 - product over the reasons of (1 - weight) ^ count) * reach
    reach = 1/2 + 1/2 * min(1, log(1 + seen) / log(1 + 100))

The reasons are taken as independent chances that something is wrong, so that several add up and never exceed 1; an
answer that a hundred people opened weighs twice as much as one that nobody did.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# A number of readers from which on more do not count.
MANY = 101
# From here on it is worth saying that many saw it.
MENTIONED = 5
HIGH, MEDIUM = 0.3, 0.12
# Verified, but not far from not being it.
LOW_SUPPORT = 0.65


class Reason(StrEnum):
    """Why an answer is in the queue; its weight is in WEIGHTS."""

    CONTRADICTED = "contradicted"
    UNHELPFUL = "unhelpful"
    UNCITED = "uncited"
    UNVERIFIED = "unverified"
    SECOND = "second"
    LOW = "low"
    REFUSED = "refused"
    CUT = "cut"
    SEEN = "seen"


# Roughly how often something is wrong when that is all that is known; the last is what may be wrong with any answer.
WEIGHTS = {
    Reason.CONTRADICTED: 0.6,
    Reason.UNHELPFUL: 0.5,
    Reason.UNCITED: 0.4,
    Reason.UNVERIFIED: 0.3,
    Reason.SECOND: 0.3,
    Reason.REFUSED: 0.2,
    Reason.LOW: 0.15,
    Reason.CUT: 0.15,
    Reason.SEEN: 0.05,
}


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of one answer: how often each reason holds, and how many opened it."""

    counts: dict[Reason, int]
    seen: int = 0

    @property
    def reasons(self) -> list[Reason]:
        """Those worth mentioning, the weightiest first."""
        found: list[Reason] = [reason for reason in WEIGHTS if self.counts.get(reason) and reason is not Reason.SEEN]
        return [*found, Reason.SEEN] if self.seen >= MENTIONED else found


def risk(signals: Signals) -> float:
    fine = math.prod((1 - WEIGHTS[reason]) ** count for reason, count in signals.counts.items())
    reach = 0.5 + 0.5 * min(1.0, math.log(1 + signals.seen) / math.log(MANY))
    return round((1 - fine) * reach, 4)


def level(value: float) -> str:
    return "high" if value >= HIGH else "medium" if value >= MEDIUM else "low"


def level_words(value: float) -> str:
    words = {"high": _("High"), "medium": _("Medium"), "low": _("Low")}
    return words[level(value)]


def in_words(reason: Reason, signals: Signals) -> str:
    count = signals.seen if reason is Reason.SEEN else signals.counts.get(reason, 0)
    return _counted(reason, count) or _plain()[reason]


def labels() -> dict[str, str]:
    """The reasons as a choice to filter by."""
    return {
        Reason.CONTRADICTED: _("Contradicted by its source"),
        Reason.UNHELPFUL: _("Thumbs down"),
        Reason.UNCITED: _("No citation"),
        Reason.UNVERIFIED: _("Unverified marks"),
        Reason.SECOND: _("Second opinion wanted"),
        Reason.REFUSED: _("Not answered"),
        Reason.LOW: _("Low support"),
        Reason.CUT: _("Broke off"),
        Reason.SEEN: _("Opened often"),
    }


def _counted(reason: Reason, count: int) -> str:
    texts = {
        Reason.CONTRADICTED: ngettext(
            "%(count)s citation contradicted by its source", "%(count)s citations contradicted by their source", count
        ),
        Reason.UNHELPFUL: ngettext("%(count)s thumbs down", "%(count)s thumbs down", count),
        Reason.UNVERIFIED: ngettext("%(count)s unverified mark", "%(count)s unverified marks", count),
        Reason.SEEN: ngettext("opened %(count)s time", "opened %(count)s times", count),
    }
    return texts[reason] % {"count": count} if reason in texts else ""


def _plain() -> dict[Reason, str]:
    return {
        Reason.UNCITED: _("no citation at all"),
        Reason.SECOND: _("a second opinion is wanted"),
        Reason.REFUSED: _("“the documents do not answer this”"),
        Reason.LOW: _("low support"),
        Reason.CUT: _("broke off before its end"),
    }
