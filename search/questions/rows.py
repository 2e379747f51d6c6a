"""A line of a file with questions, as it stands there; and what cannot be read at all."""

from dataclasses import dataclass

# What one file may hold; a question set that people can stand behind is far smaller.
MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
MOST_CHARACTERS = 10_000


class Unreadable(Exception):
    """The file as a whole cannot be taken; the message is a translated sentence for whoever gave it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question with at most one thing that answers it; several rows of a question belong together.

    `number` is the line or row of the file that a person finds it by. `document` is a file name or title, empty where
    the documents have no answer; without `page` and `quote` the document as a whole is meant.
    """

    number: int
    question: str
    document: str = ""
    page: str = ""
    quote: str = ""
    relevance: str = ""
    language: str = ""
    split: str = ""
    answerable: str = ""
    pair: str = ""
