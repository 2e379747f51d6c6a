"""What the name of a paragraph style says about its level; word processors translate these names."""

import re

_HEADING = re.compile(r"(?:heading|outline|제목|개요)\s?([1-9])$", re.IGNORECASE)
TITLE_NAMES = frozenset(("title", "제목"))
# A longer paragraph is text, whatever style somebody gave it.
MAX_HEADING = 120


def named_level(name: str) -> int:
    """1 to 9; 0 for a name that is not that of a heading."""
    name = name.strip().lower()
    match = _HEADING.match(name)
    if match:
        return int(match[1])
    return int(name in TITLE_NAMES)
