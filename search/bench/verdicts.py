"""What the figures of two rows mean, in plain words: what is better, for which questions, and at what price."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search.bench.figures import ALL, MEASURES, by_direction
from search.bench.intervals import Interval, difference
from search.bench.questions import BenchQuestion
from search.retrieval import Mode

# With fewer questions an interval says little.
ENOUGH = 20
# Differences below this are none that anybody notices.
NOTICEABLE = 0.02
# Rates and sizes are worth a word from here on.
NOTABLE_RATIO = 1.25


class Outcome(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNSURE = "unsure"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a row is better by than the one it is compared with, in nDCG@10, question by question."""

    direction: str
    interval: Interval
    questions: int

    @property
    def outcome(self) -> Outcome:
        if self.questions < ENOUGH:
            return Outcome.FEW
        if self.interval.is_above_zero:
            return Outcome.BETTER
        if self.interval.is_below_zero:
            return Outcome.WORSE
        narrow = max(abs(self.interval.low), abs(self.interval.high)) <= NOTICEABLE * 2
        return Outcome.SAME if narrow else Outcome.UNSURE

    def sentence(self, name: str) -> str:
        facts = {
            "name": name,
            "direction": direction_in_words(self.direction),
            "difference": f"{self.interval.mean:+.2f}",
            "half": f"{self.interval.half_width:.2f}",
        }
        if self.outcome is Outcome.FEW:
            return ngettext(
                "Only %(count)s question on %(direction)s: too few to tell.",
                "Only %(count)s questions on %(direction)s: too few to tell.",
                self.questions,
            ) % {**facts, "count": self.questions}
        return _SENTENCES[self.outcome]() % facts


_SENTENCES = {
    Outcome.BETTER: lambda: _("%(name)s is better on %(direction)s: %(difference)s ± %(half)s."),
    Outcome.WORSE: lambda: _("%(name)s is worse on %(direction)s: %(difference)s ± %(half)s."),
    Outcome.SAME: lambda: _("No difference on %(direction)s (%(difference)s ± %(half)s)."),
    Outcome.UNSURE: lambda: _(
        "On %(direction)s a difference cannot be told from chance: %(difference)s ± %(half)s. More questions would"
        " tell."
    ),
}


def direction_in_words(direction: str) -> str:
    """What a group of questions is called inside a sentence."""
    return {
        ALL: _("all questions"),
        "ko-ko": _("Korean"),
        "en-en": _("English"),
        "ko-en": _("Korean questions about English documents"),
        "en-ko": _("English questions about Korean documents"),
    }.get(direction, direction)


def differences(
    questions: list[BenchQuestion], baseline: Mapping[str, Any], other: Mapping[str, Any], mode: Mode = Mode.HYBRID
) -> list[Difference]:
    """By direction; `baseline` and `other` are what was found in two rows, see search.bench.figures."""
    place = MEASURES.index("ndcg_10")
    found = []
    for name, group in by_direction(questions).items():
        both = [one.key for one in group if one.key in baseline and one.key in other]
        first, second = ([of[key]["scores"][mode.value][place] for key in both] for of in (baseline, other))
        if both:
            found.append(Difference(name, difference(first, second), len(both)))
    # All of them together blur what differs, and are told only where no direction has enough questions.
    return found[1:] if any(one.outcome is not Outcome.FEW for one in found[1:]) else found


def price(name: str, baseline: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """What is faster or slower, larger or smaller; both are the figures of a row."""
    rate = _ratio(baseline["costs"]["library_seconds"], other["costs"]["library_seconds"])
    if rate >= NOTABLE_RATIO:
        yield _("%(name)s embeds the whole library %(times)s × faster.") % {"name": name, "times": _times(rate)}
    elif 0 < rate <= 1 / NOTABLE_RATIO:
        yield _("%(name)s embeds the whole library %(times)s × slower.") % {"name": name, "times": _times(1 / rate)}
    wait = _ratio(other["modes"]["hybrid"]["p50_ms"], baseline["modes"]["hybrid"]["p50_ms"])
    if wait >= NOTABLE_RATIO:
        yield _("A search takes %(times)s × as long.") % {"times": _times(wait)}
    elif 0 < wait <= 1 / NOTABLE_RATIO:
        yield _("A search is %(times)s × faster.") % {"times": _times(1 / wait)}
    size = _ratio(other["costs"]["index_bytes"], baseline["costs"]["index_bytes"])
    if size >= NOTABLE_RATIO:
        yield _("Its index is %(times)s × as large.") % {"times": _times(size)}
    elif 0 < size <= 1 / NOTABLE_RATIO:
        yield _("Its index is %(times)s × smaller.") % {"times": _times(1 / size)}
    money = other["costs"]["library_money"]
    if money:
        yield _("Embedding the whole library costs about %(money)s USD.") % {"money": f"{money:.2f}"}


def _ratio(first: float, second: float) -> float:
    return first / second if second else 0.0


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"
