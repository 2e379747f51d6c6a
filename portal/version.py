"""The product's version, read from the newest heading of CHANGELOG.md so that the two cannot disagree."""

import re
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parent.parent / "CHANGELOG.md"


def _newest_version() -> str:
    for line in CHANGELOG.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"## \[?(\d+\.\d+\.\d+)", line):
            return match[1]
    return "0.0.0"


VERSION = _newest_version()
