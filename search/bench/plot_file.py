"""The figures of measured rows as a picture in a file: quality of every row on every set, and against what it costs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from search.bench.figures import ALL
from search.bench.tables import name_of

OURS, LEG, GRID = "#0f766e", "#94a3b8", "#e2e8f0"
COLOURS = ("#0f766e", "#b3541e", "#3f5fb5", "#8a3f8f", "#7a6a00", "#a8324f")
SHAPES = ("o", "s", "^", "D", "v", "P", "h")
WIDTH_OF_A_SET, ROW_HEIGHT, PLOT_HEIGHT = 3.0, 0.28, 2.2
MEGABYTE = 1_000_000
# Figures among the costs, what one of them is counted in, and what the axis is called.
COSTS = (("tokens_per_second", 1, "tokens embedded in a second"), ("index_bytes", MEGABYTE, "MB on disk"))

type_Entries = Sequence[Mapping[str, Any]]


def draw(results: Mapping[str, type_Entries], path: Path) -> None:
    """Write a picture, as SVG with text that stays text, and the same for the same figures.

    `results`: set -> its rows, each with its figures.
    """
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "bench", "font.size": 8})
    rows = max((len(entries) for entries in results.values()), default=0)
    heights = [ROW_HEIGHT * rows + 0.9, *(PLOT_HEIGHT for _cost in COSTS)]
    figure, axes = plt.subplots(
        len(heights),
        max(len(results), 1),
        figsize=(2 + WIDTH_OF_A_SET * max(len(results), 1), sum(heights)),
        height_ratios=heights,
        squeeze=False,
        layout="constrained",
    )
    for column, (name, entries) in enumerate(results.items()):
        _quality(axes[0][column], entries, name, is_first=column == 0)
        for place, cost in enumerate(COSTS, start=1):
            _against(axes[place][column], entries, cost, is_first=column == 0)
    figure.legend(*axes[1][0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    plt.close(figure)


def _quality(axis: Axes, entries: type_Entries, title: str, *, is_first: bool) -> None:
    """Hybrid search with its interval; the two legs behind it."""
    for place, entry in enumerate(entries):
        modes = {mode: of["by"].get(ALL) for mode, of in entry["figures"]["modes"].items()}
        if modes["hybrid"] is None:
            continue
        mean, low, high = modes["hybrid"]["ndcg_10"]
        axis.plot([low, high], [place, place], color=OURS, linewidth=1.4)
        axis.scatter([mean], [place], color=OURS, s=22, zorder=3)
        for mode, shape in (("lexical", "|"), ("semantic", "x")):
            axis.scatter([modes[mode]["ndcg_10"][0]], [place], color=LEG, marker=shape, s=26, zorder=2)
    names = [name_of(entry) for entry in entries] if is_first else [""] * len(entries)
    axis.set_yticks(range(len(entries)), names)
    axis.set_ylim(len(entries) - 0.5, -0.5)
    axis.set_title(f"nDCG@10\n{title}", loc="left", fontweight="bold")
    axis.grid(axis="y", color=GRID, linewidth=0.6)
    axis.spines[["top", "right"]].set_visible(False)


def _against(axis: Axes, entries: type_Entries, cost: tuple[str, int, str], *, is_first: bool) -> None:
    name, unit, title = cost
    for number, entry in enumerate(entries):
        of = entry["figures"]["modes"]["hybrid"]["by"].get(ALL)
        if of is None:
            continue
        mean, low, high = of["ndcg_10"]
        price = entry["figures"]["costs"][name] / unit
        colour, shape = COLOURS[number % len(COLOURS)], SHAPES[number % len(SHAPES)]
        axis.plot([price, price], [low, high], color=colour, linewidth=1, alpha=0.5)
        axis.scatter([price], [mean], color=colour, marker=shape, s=24, zorder=3, label=name_of(entry))
    axis.set_xlabel(title)
    if is_first:
        axis.set_ylabel("nDCG@10, hybrid")
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(color=GRID, linewidth=0.6)
