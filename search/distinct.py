"""Near-identical passages are shown once: copies of a text in other documents, with their windows shifted as well."""

from collections.abc import Iterator, Sequence

from search.hits import Hit

# Two windows with this share of words in common say the same; the better one is shown.
NEAR_IDENTICAL = 0.9
# A window of which better ones have said this share of the text, sentence by sentence, adds too little.
SAID_ALREADY = 0.8
# What ends a sentence or a line, beside a full stop.
_SENTENCE_ENDS = ("! ", "? ", "。", "\n")


def distinct(hits: Iterator[Hit], limit: int) -> Iterator[Hit]:
    """Leave out what nearly repeats better hits, in other documents too: copies whose windows are shifted as well."""
    seen: list[set[str]] = []
    said: set[str] = set()
    for hit in hits:
        words = set(hit.text.split())
        sentences = _sentences(hit.text)
        if any(_overlap(words, other) >= NEAR_IDENTICAL for other in seen) or _share(sentences, said) >= SAID_ALREADY:
            continue
        seen.append(words)
        said.update(sentences)
        yield hit
        if len(seen) == limit:
            return


def _sentences(text: str) -> list[str]:
    """A rough cut, many times as quick as documents.sentences, and the same in all copies of a text."""
    for end in _SENTENCE_ENDS:
        text = text.replace(end, ". ")
    return text.split(". ")


def _share(sentences: Sequence[str], said: set[str]) -> float:
    """The share of the text, by its length, that has been said."""
    total = sum(map(len, sentences))
    return sum(len(sentence) for sentence in sentences if sentence in said) / max(total, 1)


def _overlap(one: set[str], other: set[str]) -> float:
    shared = len(one & other)
    return shared / max(len(one) + len(other) - shared, 1)
