"""What stands before a window when it is embedded: the title and the headings above it, cut to their share."""

from documents import pages
from documents.embedding.vectors import Embedder

# The context may take this share of a window.
CONTEXT_SHARE = 0.25


def embedded_text(context: str, text: str) -> str:
    """What a model is given of a window."""
    text = pages.collapsed(text)
    return f"{context}\n{text}" if context else text


class Contexts:
    """Title and heading path of a document's windows, which have so many tokens."""

    def __init__(self, title: str, embedder: Embedder, window_tokens: int) -> None:
        self._title = title
        self._embedder = embedder
        self._limit = round(window_tokens * CONTEXT_SHARE)
        self._known: dict[str, tuple[str, int]] = {}

    def text(self, heading: str) -> str:
        return self._cut(heading)[0]

    def tokens(self, heading: str) -> int:
        return self._cut(heading)[1]

    def _cut(self, heading: str) -> tuple[str, int]:
        if heading not in self._known:
            parts = [part for part in (self._title, heading) if part]
            context = pages.HEADING_SEPARATOR.join(dict.fromkeys(parts))
            starts = self._embedder.token_starts(context)
            if len(starts) > self._limit:
                context = context[: starts[self._limit]].rstrip()
            self._known[heading] = (context, min(len(starts), self._limit))
        return self._known[heading]
