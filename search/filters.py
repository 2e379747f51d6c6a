"""What a search is narrowed to, beside the words that it ranks by."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Filters:
    """All that is given has to hold. Of several types, collections or languages one is enough.

    `types` are keys of documents.media_types.KINDS, `languages` "ko" or "en". `titles` and `phrases` all have to
    stand in the title and the passage, and none of `excluded` may. A document's day is the first one on which it is
    in effect, else that of its upload: `after` is the first day that is meant, `before` the first that no longer is.
    """

    types: tuple[str, ...] = ()
    collections: tuple[int, ...] | None = None
    languages: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
