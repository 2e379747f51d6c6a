"""Primary keys as addresses and forms send them: whatever somebody may have written there."""

# More digits than these may not fit into a column of keys, and thousands are not even a number to Python.
MOST_DIGITS = 18


def key_of(sent: str) -> int | None:
    """The key, or None for what cannot be one."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= MOST_DIGITS else None
