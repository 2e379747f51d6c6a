"""A generation that is ready beside the one that answers: what changing over would mean, in figures and in words.

Made by a periodic task once both are calibrated, kept as a measured run. Where nobody has written questions, what can
be said without them is said, and that it is less.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from documents.models import Generation
from search.bench import questions as asked
from search.bench import runs
from search.bench.presenting import row_name
from search.bench.records import EvaluationRunQuerySet
from search.bench.rows import of_generation
from search.bench.verdicts import Difference, Outcome, differences, price
from search.bench.wishes import Wishes, versions
from search.calibration import needs_calibration
from search.models import EvaluationRow, EvaluationRun, QuestionSet

# Question sets that somebody is working on are not compared with after every question.
REST = timedelta(minutes=10)
# A comparison that failed is tried again after this time.
RETRY_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`figures` and `baseline_figures` are those of the two rows, see search.bench.figures."""

    run_id: int
    measured_at: datetime | None
    name: str
    questions: int
    differences: tuple[Difference, ...]
    figures: Mapping[str, Any]
    baseline_figures: Mapping[str, Any]

    @property
    def is_worse(self) -> bool:
        """Whether it is worse beyond the interval in any language with enough questions."""
        return any(one.outcome is Outcome.WORSE for one in self.differences)

    @property
    def verdicts(self) -> list[str]:
        """Sentences in the reader's language, the most important first."""
        return list(self._sentences())

    def _sentences(self) -> Iterator[str]:
        if self.differences:
            yield from (one.sentence(self.name) for one in self.differences)
        else:
            yield _(
                "There are no questions to compare with; what follows is measured without any and says less. Add"
                " questions under Review to know more."
            )
        yield from self._trust()
        if not self.differences:
            yield from self._without_questions()
        yield from price(self.name, self.baseline_figures, self.figures)

    def _trust(self) -> Iterator[str]:
        for language, sentence in _TRUST.items():
            new, old = (of["trust"].get(language) for of in (self.figures, self.baseline_figures))
            if new is not None and old is not None:
                yield sentence() % {"new": round(100 * new), "old": round(100 * old)}

    def _without_questions(self) -> Iterator[str]:
        steady = [_steadiness(of) for of in (self.figures, self.baseline_figures)]
        if None not in steady:
            yield _(
                "Typed otherwise, a question keeps %(new)s %% of what it finds; with the model that answers now,"
                " %(old)s %%."
            ) % {"new": steady[0], "old": steady[1]}
        new, old = (of.get("coherence") for of in (self.figures, self.baseline_figures))
        if new is not None and old is not None:
            yield _(
                "Of what lies next to a passage %(new)s %% belongs to its document; with the model that answers now,"
                " %(old)s %%."
            ) % {"new": round(100 * new), "old": round(100 * old)}


_TRUST: Mapping[str, Callable[[], str]] = {
    "ko": lambda: _("It can be trusted with Korean text by %(new)s %%, the one that answers now by %(old)s %%."),
    "en": lambda: _("It can be trusted with English text by %(new)s %%, the one that answers now by %(old)s %%."),
}


def latest(generation: Generation) -> Comparison | None:
    """The newest one with the generation that answers now; None if there is none yet, or it is that one itself."""
    run = _runs(generation).filter(state=EvaluationRun.State.DONE).order_by("-pk").first()
    return _comparison(run) if run else None


def ask_due() -> None:
    """Have the ready generations compared for which that has not been done, or with other questions."""
    active = Generation.objects.filter(state=Generation.State.ACTIVE).select_related("model").first()
    if active is None or not active.chunk_count or needs_calibration(active) or active.model.is_withdrawn:
        return
    ready = Generation.objects.filter(state=Generation.State.READY, is_scratch=False, chunk_count__gt=0)
    for generation in ready.select_related("model").order_by("-pk"):
        if not needs_calibration(generation) and not generation.model.is_withdrawn and _is_due(generation):
            ask_for(generation)


def ask_for(generation: Generation) -> EvaluationRun:
    """Have a generation compared with the one that answers, as soon as a worker is free."""
    rows = [of_generation(Generation.objects.active()), of_generation(generation)]
    return runs.begin(rows, Wishes(versions()), None, EvaluationRun.Kind.COMPARISON)


def _is_due(generation: Generation) -> bool:
    others = _runs(generation)
    last = others.exclude(state=EvaluationRun.State.CANCELLED).order_by("-pk").first()
    if last is None:
        return True
    if last.state == EvaluationRun.State.FAILED:
        return not others.filter(pk=last.pk, finished_at__gt=Now() - RETRY_AFTER).exists()
    if last.state != EvaluationRun.State.DONE or Wishes(versions()).as_json()["sets"] == last.wishes["sets"]:
        return False
    changed = QuestionSet.objects.aggregate(at=Max("changed_at"))["at"]
    return changed is not None and QuestionSet.objects.filter(changed_at__gt=Now() - REST).count() == 0


def _runs(generation: Generation) -> EvaluationRunQuerySet:
    """Comparisons of it with the generation that answers now."""
    active = Generation.objects.filter(state=Generation.State.ACTIVE).values("pk")
    return EvaluationRun.objects.filter(
        kind=EvaluationRun.Kind.COMPARISON,
        pk__in=EvaluationRow.objects.filter(position=1, generation=generation).values("run"),
    ).filter(pk__in=EvaluationRow.objects.filter(position=0, generation__in=active).values("run"))


def _comparison(run: EvaluationRun) -> Comparison | None:
    rows = list(run.rows.order_by("position"))
    if len(rows) != 2 or not all(row.measured_at for row in rows):
        return None
    baseline, new = rows
    questions = [asked.from_json(one) for one in run.questions]
    return Comparison(
        run_id=run.pk,
        measured_at=run.finished_at,
        name=row_name(new),
        questions=sum(bool(one.targets) for one in questions),
        differences=tuple(differences(questions, baseline.found, new.found)),
        figures=new.figures,
        baseline_figures=baseline.figures,
    )


def _steadiness(figures: Mapping[str, Any]) -> int | None:
    shares = [share for kinds in figures.get("stability", {}).values() for share in kinds.values()]
    return round(100 * sum(shares) / len(shares)) if shares else None
