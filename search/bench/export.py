"""A measured run as a file: all figures as JSON, one line for each row, mode and direction as CSV."""

from collections.abc import Iterator
from typing import Any

from documents.spreadsheets import line
from search.bench.figures import MEASURES
from search.models import EvaluationRun

_FACTS = ("number", "model_name", "window_tokens", "overlap_tokens", "dimensions", "quantisation")
_COSTS = (
    "windows", "tokens_per_window", "texts_per_second", "tokens_per_second", "truncated", "index_bytes",
    "memory_bytes", "library_windows", "library_tokens", "library_seconds", "library_money",
)  # fmt: skip


def as_json(run: EvaluationRun) -> dict[str, Any]:
    rows = run.rows.exclude(measured_at=None).order_by("position")
    return {
        "run": run.pk,
        "kind": run.kind,
        "measured_at": run.finished_at.isoformat() if run.finished_at else None,
        "wishes": run.wishes,
        "corpus": run.corpus,
        "questions": run.questions,
        "rows": [{**row.facts(), "figures": row.figures, "found": row.found} for row in rows],
    }


def as_csv(run: EvaluationRun) -> str:
    return "".join(line(cells) for cells in _rows(run))


def _rows(run: EvaluationRun) -> Iterator[list[object]]:
    ends = [f"{name}_{end}" for name in MEASURES for end in ("mean", "low", "high")]
    yield [*_FACTS, "mode", "direction", "questions", *ends, "p50_ms", "p95_ms", *_COSTS]
    for row in run.rows.exclude(measured_at=None).order_by("position"):
        facts, costs = row.facts(), row.figures["costs"]
        for mode, of in row.figures["modes"].items():
            for direction, group in of["by"].items() or [("", None)]:
                values = [end for name in MEASURES for end in group[name]] if group else [""] * len(ends)
                yield [
                    *(facts[name] for name in _FACTS),
                    *(mode, direction, group["questions"] if group else 0),
                    *values,
                    *(of["p50_ms"], of["p95_ms"]),
                    *(costs[name] for name in _COSTS),
                ]
