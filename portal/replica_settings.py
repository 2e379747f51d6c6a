"""How a replica is connected to: one that hangs must not hold a search up. Settings import this module."""

from typing import Any

# A dead network says nothing: connecting ends after these seconds, and so does waiting for what was sent.
CONNECT_TIMEOUT_S = 2
UNANSWERED_MS = 5_000
LIMITS = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "tcp_user_timeout": UNANSWERED_MS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}


def configured(config: dict[str, Any]) -> dict[str, Any]:
    """Complete what was read from a URL; a test run takes the primary's database instead."""
    options = {**LIMITS, **config.get("OPTIONS", {})}
    return {**config, "OPTIONS": options, "CONN_MAX_AGE": 0, "ATOMIC_REQUESTS": False, "TEST": {"MIRROR": "default"}}
