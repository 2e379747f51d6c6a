"""The figures as a picture: quality of every ranking on every set side by side, and below them the times."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

OURS, OTHERS = "#0f766e", "#94a3b8"
WIDTH = 12.0
ROW_HEIGHT = 0.22


def draw(figures: Mapping[str, Any], path: Path) -> None:
    """Write an SVG whose text stays text, and that is the same for the same figures."""
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "peers", "font.size": 8})
    quality = figures["quality"]
    times = figures["speed"]["rankings"] if "speed" in figures else {}
    names = list(next(iter(quality.values()), {}))
    parts = [len(rows) for rows in (names, times) if rows]
    figure = plt.figure(figsize=(WIDTH, ROW_HEIGHT * sum(parts) + len(parts)), layout="constrained")
    below = iter(figure.subfigures(len(parts), 1, squeeze=False, height_ratios=parts)[:, 0])
    if names:
        axes = next(below).subplots(1, len(quality), sharey=True, squeeze=False)[0]
        for axis, (key, rows) in zip(axes, quality.items(), strict=True):
            _dots(axis, [(name, rows[name]["ndcg_10"]) for name in names], f"nDCG@10\n{key.replace('beir_', '')}")
    if times:
        axis = next(below).subplots()
        _bars(axis, [(name, of["p50_ms"]) for name, of in times.items()])
        axis.set_title(f"Milliseconds, p50, {figures['speed']['chunks']:,} chunks", loc="left", fontweight="bold")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _dots(axis: Axes, rows: Sequence[tuple[str, float]], title: str) -> None:
    """A line at the portal's hybrid search shows who is better."""
    _name_rows(axis, rows)
    axis.scatter([value for _name, value in rows], range(len(rows)), color=_colours(rows), s=24, zorder=3)
    axis.axvline(dict(rows).get("portal, hybrid", 0.0), color=OURS, linewidth=0.8)
    axis.set_title(title, loc="left", fontweight="bold")
    axis.grid(axis="y", color="#e2e8f0", linewidth=0.6)


def _bars(axis: Axes, rows: Sequence[tuple[str, float]]) -> None:
    _name_rows(axis, rows)
    axis.barh(range(len(rows)), [value for _name, value in rows], color=_colours(rows))
    axis.set_xscale("log")
    for place, (_name, value) in enumerate(rows):
        axis.text(value, place, f" {value:.1f}", va="center")


def _name_rows(axis: Axes, rows: Sequence[tuple[str, float]]) -> None:
    axis.set_yticks(range(len(rows)), [name for name, _value in rows])
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.spines[["top", "right"]].set_visible(False)


def _colours(rows: Sequence[tuple[str, float]]) -> list[str]:
    return [OURS if name.startswith("portal") else OTHERS for name, _value in rows]
