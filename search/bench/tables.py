"""The figures of measured rows as text for a terminal; pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.bench.figures import ALL

_HEAD = (
    "row", "direction", "questions", "lexical", "semantic", "hybrid", "±", "recall@1", "recall@10", "mrr@10", "p50 ms",
    "p95 ms", "texts/s", "windows", "truncated",
)  # fmt: skip


def name_of(facts: Mapping[str, Any]) -> str:
    """A row in few words: model, window, size of vectors, and its number if it is a generation."""
    binary = " binary" if facts["quantisation"] == "binary" else ""
    number = f"{facts['number']} · " if facts.get("number") else ""
    return f"{number}{facts['model_name']} · {facts['window_tokens']} · {facts['dimensions']}{binary}"


def short_name(model_name: str) -> str:
    """Of a model on disk, the last part of its folder."""
    return model_name.rstrip("/").rpartition("/")[2] or model_name


def table(entries: Sequence[Mapping[str, Any]]) -> str:
    """nDCG@10 of the three ways to search; the interval and the columns behind it are of hybrid search."""
    rows = [line for entry in entries for line in _lines(entry)]
    widths = [max(len(row[i]) for row in [_HEAD, *rows]) for i in range(len(_HEAD))]
    return "\n".join(_aligned(row, widths) for row in [_HEAD, *rows])


def _lines(entry: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    modes, costs = entry["figures"]["modes"], entry["figures"]["costs"]
    hybrid = modes["hybrid"]
    for direction, of in hybrid["by"].items() or {"": None}.items():
        quality = _quality(modes, direction) if of else ("", "") + ("",) * 6
        beside = (
            f"{hybrid['p50_ms']:.0f}", f"{hybrid['p95_ms']:.0f}", f"{costs['texts_per_second']:.1f}",
            f"{costs['windows']}", f"{100 * costs['truncated']:.0f} %",
        )  # fmt: skip
        is_first = direction in (ALL, "")
        name = name_of(entry) if is_first else ""
        yield (name, *(quality or ()), *(beside if is_first else ("",) * 5))


def _quality(modes: Mapping[str, Any], direction: str) -> tuple[str, ...]:
    of = modes["hybrid"]["by"][direction]
    mean, low, high = of["ndcg_10"]
    legs = tuple(f"{modes[mode]['by'][direction]['ndcg_10'][0]:.3f}" for mode in ("lexical", "semantic"))
    others = tuple(f"{of[measure][0]:.3f}" for measure in ("recall_1", "recall_10", "mrr_10"))
    return (direction, str(of["questions"]), *legs, f"{mean:.3f}", f"{(high - low) / 2:.3f}", *others)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = row
    return "  ".join(
        [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
    )
