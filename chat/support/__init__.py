"""Whether the passage that an answer cites stands behind what the answer says."""

from chat.support.checking import THRESHOLD, Support, best_support
from chat.support.finding import QUOTED, Check, Finding

__all__ = ["QUOTED", "THRESHOLD", "Check", "Finding", "Support", "best_support"]
