"""How far reviewers agree beyond chance: Cohen's kappa, with the words that it needs.

J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960):
kappa = (observed - expected) / (1 - expected). The words are those of Landis and Koch, Biometrics 33 (1977).
The two raters are the first and the second opinion of each answer, whoever gave them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.models import Review, Verdict

# With fewer pairs a kappa says nothing.
FEW = 10
_WORDS = (
    (0.81, gettext_lazy("almost perfect")),
    (0.61, gettext_lazy("substantial")),
    (0.41, gettext_lazy("moderate")),
    (0.21, gettext_lazy("fair")),
    (0.0, gettext_lazy("slight")),
    (-1.0, gettext_lazy("worse than chance")),
)

type_Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`kappa` is None where chance alone would make everybody agree: then it says nothing."""

    pairs: int
    observed: float
    kappa: float | None

    @property
    def percent(self) -> int:
        return round(100 * self.observed)

    @property
    def in_words(self) -> str:
        if not self.pairs:
            return _("No answer has two opinions yet.")
        if self.kappa is None:
            return _("All opinions are the same, so that nothing can be said beyond chance.")
        words = str(next(text for least, text in _WORDS if self.kappa >= least))
        return _("%(words)s, but of few pairs") % {"words": words} if self.pairs < FEW else words


def agreement(pairs: Sequence[type_Pair]) -> Agreement:
    count = len(pairs)
    if not count:
        return Agreement(0, 0.0, None)
    observed = sum(one == other for one, other in pairs) / count
    firsts, seconds = Counter(one for one, _other in pairs), Counter(other for _one, other in pairs)
    expected = sum(firsts[value] * seconds[value] for value in firsts) / count**2
    return Agreement(count, observed, (observed - expected) / (1 - expected) if expected < 1 else None)


def on_answers() -> Agreement:
    finished = Review.objects.filter(finished_at__isnull=False).exclude(verdict="")
    rows = finished.order_by("answer_id", "finished_at", "pk").values_list("answer_id", "verdict")
    return agreement(_first_two(rows.iterator()))


def on_citations() -> Agreement:
    given = Verdict.objects.filter(review__finished_at__isnull=False)
    rows = given.order_by("citation_id", "review__finished_at", "pk").values_list("citation_id", "value")
    return agreement(_first_two(rows.iterator()))


def _first_two(rows: Iterable[tuple[int, str]]) -> list[type_Pair]:
    """The first two opinions of everything that has two; `rows` are in the order of what they are about."""
    pairs = []
    for _key, group in groupby(rows, key=itemgetter(0)):
        values = [value for _pk, value in group]
        if len(values) > 1:
            pairs.append((values[0], values[1]))
    return pairs
