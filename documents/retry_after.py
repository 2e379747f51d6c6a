"""When a server that refused a request wants to be asked again: the header Retry-After (RFC 9110, 10.2.3); pure."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Nobody is told to come back later than this.
LONGEST_WAIT_S = 86_400.0


def wait_s(headers: Mapping[str, str]) -> float | None:
    """Seconds after which the server wants to be asked again; None if it does not say."""
    said = headers.get("retry-after", "").strip()
    try:
        seconds = float(said)
    except ValueError:
        seconds = _until(said)
    return min(max(seconds, 0.0), LONGEST_WAIT_S) if math.isfinite(seconds) else None


def _until(date: str) -> float:
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return math.nan
    return (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
