"""How the commands that measure print what they found."""

import json
from collections.abc import Mapping


def printed(figures: Mapping[str, object], *, as_json: bool) -> str:
    """One JSON object, or a line for each figure; a group of figures has its lines below its name."""
    return json.dumps(figures, indent=2, ensure_ascii=False) if as_json else "\n".join(_lines(figures, ""))


def _lines(figures: Mapping[str, object], margin: str) -> list[str]:
    lines = []
    width = max(map(len, figures), default=0)
    for name, value in figures.items():
        if isinstance(value, Mapping):
            lines += [f"{margin}{name}", *_lines(value, margin + "  ")]
        else:
            lines.append(f"{margin}{name:{width}}  {value}")
    return lines
