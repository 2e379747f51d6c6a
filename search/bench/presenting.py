"""A measured run as its page shows it: rows, intervals, plots, and what all of it means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from documents.failures import Explanation, explain
from search.bench import questions as asked
from search.bench.drawing import TONES, Plot, Point, plot
from search.bench.figures import ALL, by_direction
from search.bench.tables import name_of, short_name
from search.bench.verdicts import Difference, differences, direction_in_words, price
from search.map_drawing import SHAPES
from search.models import EvaluationRow, EvaluationRun
from search.retrieval import Mode

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A mean with its interval, and where that lies on the run's scale, in percent."""

    mean: float
    low: float
    high: float
    left: float = 0.0
    width: float = 0.0
    at: float = 0.0

    @property
    def half(self) -> float:
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class RowReport:
    """`quality` is None where there are no judged questions of the direction."""

    row: EvaluationRow
    name: str
    number: int
    shape: str
    quality: Mapping[str, Shown] | None
    figures: Mapping[str, Any]

    @property
    def tone(self) -> int:
        return self.number % TONES

    @property
    def costs(self) -> Mapping[str, Any]:
        costs: Mapping[str, Any] = self.figures["costs"]
        return costs

    @property
    def hybrid(self) -> Mapping[str, Any]:
        hybrid: Mapping[str, Any] = self.figures["modes"][Mode.HYBRID.value]
        return hybrid

    @property
    def truncated_percent(self) -> float:
        return 100 * float(self.costs["truncated"])

    @property
    def library_minutes(self) -> float:
        return float(self.costs["library_seconds"]) / 60

    @property
    def trust(self) -> list[tuple[str, int]]:
        return [(language, round(100 * value)) for language, value in sorted(self.figures["trust"].items())]

    @property
    def stability(self) -> list[tuple[str, int, list[tuple[str, int]]]]:
        """(language, mean, (kind, percent) of each kind)."""
        return [
            (
                language,
                round(100 * sum(kinds.values()) / len(kinds)),
                [(stability_words()[kind], round(100 * value)) for kind, value in kinds.items()],
            )
            for language, kinds in self.figures["stability"].items()
        ]

    @property
    def coherence_percent(self) -> int | None:
        share = self.figures["coherence"]
        return None if share is None else round(100 * share)

    @property
    def alignment_percents(self) -> tuple[int, int]:
        of = self.figures["alignment"]
        return round(100 * of["korean_to_english"]), round(100 * of["english_to_korean"])

    @property
    def negation(self) -> list[tuple[str, int, float, float]]:
        """(language, pairs told apart in percent, similarity of a sentence and its opposite, of two others)."""
        return [
            (language, round(100 * of["told_apart"]), of["similarity"], of["others"])
            for language, of in self.figures["negation"].items()
        ]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row means beside the first one."""

    row: RowReport
    differences: tuple[tuple[str, str], ...]
    price: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunReport:
    run: EvaluationRun
    rows: tuple[RowReport, ...]
    waiting: tuple[EvaluationRow, ...]
    direction: str
    directions: tuple[tuple[str, str, int], ...]
    scale: tuple[float, float]
    judged: int
    against: RowReport | None = None
    verdicts: tuple[Verdict, ...] = ()
    plots: tuple[Plot, ...] = ()
    failure: Explanation | None = field(default=None)

    @property
    def others(self) -> list[RowReport]:
        return [row for row in self.rows if row is not self.against]

    @property
    def row_count(self) -> int:
        return len(self.rows) + len(self.waiting)

    @property
    def step(self) -> str:
        return step_words().get(self.run.step, _("getting ready"))


def report_of(run: EvaluationRun, direction: str = ALL, against: int = 0) -> RunReport:
    """The run with what was measured of it so far. `against` is the position of the row that others stand beside."""
    stored = list(run.rows.select_related("generation", "model").order_by("position"))
    questions = [asked.from_json(one) for one in run.questions]
    groups = by_direction(questions)
    direction = direction if direction in groups else ALL
    measured = [row for row in stored if row.measured_at]
    scale = _scale(measured, direction)
    rows = tuple(_row(row, direction, scale) for row in measured)
    baseline = next((row for row in rows if row.number == against), rows[0] if rows else None)
    return RunReport(
        run=run,
        rows=rows,
        waiting=tuple(row for row in stored if not row.measured_at),
        direction=direction,
        directions=tuple((key, _label(key), len(group)) for key, group in groups.items()),
        scale=scale,
        judged=sum(bool(one.targets) for one in questions),
        against=baseline,
        verdicts=tuple(_verdict(baseline, row, questions) for row in rows if baseline and row is not baseline),
        plots=_plots(rows),
        failure=explain(run.error.partition(":")[0]) if run.state == EvaluationRun.State.FAILED else None,
    )


def row_name(row: EvaluationRow) -> str:
    return name_of({**row.facts(), "model_name": short_name(row.model_name)})


def stability_words() -> dict[str, str]:
    return {
        "typo": _("with a slip of the finger"),
        "spacing": _("with a space left out"),
        "particle": _("without particles or articles"),
        "case": _("in other letters, small or capital"),
        "paraphrase": _("asked in other words"),
    }


def step_words() -> dict[str, str]:
    return {
        "windows": _("cutting documents into windows"),
        "vectors": _("computing vectors"),
        "terms": _("taking words apart"),
        "calibration": _("measuring the trust in the model"),
        "lexical": _("asking by words"),
        "semantic": _("asking by vectors"),
        "hybrid": _("asking by both"),
        "stability": _("asking the same otherwise"),
        "alignment": _("looking for translations"),
        "coherence": _("looking at neighbours"),
        "negation": _("denying sentences"),
        "costs": _("measuring speed and size"),
    }


def _row(row: EvaluationRow, direction: str, scale: tuple[float, float]) -> RowReport:
    return RowReport(
        row=row,
        name=row_name(row),
        number=row.position,
        shape=SHAPES[row.position % len(SHAPES)],
        quality=_quality(row.figures["modes"], direction, scale),
        figures=row.figures,
    )


def _quality(modes: Mapping[str, Any], direction: str, scale: tuple[float, float]) -> dict[str, Shown] | None:
    """Hybrid search in all measures, the two legs in nDCG@10."""
    hybrid = modes[Mode.HYBRID.value]["by"].get(direction)
    if hybrid is None:
        return None
    legs = {mode: modes[mode]["by"][direction]["ndcg_10"] for mode in (Mode.LEXICAL.value, Mode.SEMANTIC.value)}
    of = {name: values for name, values in hybrid.items() if name != "questions"} | legs
    return {name: _shown(values, scale) for name, values in of.items()}


def _shown(values: Sequence[float], scale: tuple[float, float]) -> Shown:
    mean, low, high = values
    bottom, top = scale

    def percent(value: float) -> float:
        return round(100 * (min(max(value, bottom), top) - bottom) / (top - bottom), 1)

    return Shown(mean, low, high, percent(low), round(percent(high) - percent(low), 1), percent(mean))


def _scale(rows: Sequence[EvaluationRow], direction: str) -> tuple[float, float]:
    """From the tenth below the lowest interval of hybrid search to the one above the highest."""
    found = [row.figures["modes"][Mode.HYBRID.value]["by"].get(direction) for row in rows]
    lows = [of["ndcg_10"][1] for of in found if of]
    highs = [of["ndcg_10"][2] for of in found if of]
    if not lows:
        return 0.0, 1.0
    low = min(int(10 * min(lows)) / 10, 0.9)
    return low, max(min(int(10 * max(highs) + 0.999) / 10, 1.0), low + 0.1)


def _verdict(baseline: RowReport, row: RowReport, questions: list[asked.BenchQuestion]) -> Verdict:
    found: list[Difference] = differences(questions, baseline.row.found, row.row.found)
    return Verdict(
        row,
        tuple((one.outcome.value, one.sentence(row.name)) for one in found),
        tuple(price(row.name, baseline.figures, row.figures)),
    )


def _plots(rows: Sequence[RowReport]) -> tuple[Plot, ...]:
    """Where nothing is judged there is no quality to draw."""
    if not all(row.quality for row in rows):
        return ()
    money = any(row.costs["library_money"] for row in rows)
    drawn = [
        plot(_("Quality and speed"), _("minutes to embed the whole library"), _points(rows, "library_seconds", 60)),
        plot(_("Quality and room"), _("MB on disk"), _points(rows, "index_bytes", MEGABYTE)),
        plot(_("Quality and price"), _("USD for the whole library"), _points(rows, "library_money")) if money else None,
    ]
    return tuple(one for one in drawn if one)


def _points(rows: Sequence[RowReport], cost: str, unit: float = 1.0) -> list[Point]:
    found = []
    for row in rows:
        shown = (row.quality or {})["ndcg_10"]
        found.append(Point(row.name, row.costs[cost] / unit, shown.mean, shown.low, shown.high))
    return found


def _label(direction: str) -> str:
    words = direction_in_words(direction)
    return words[:1].upper() + words[1:]
