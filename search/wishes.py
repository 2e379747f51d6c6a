"""What somebody wants of the search page, as it stands in its address."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from search.filters import Filters
from search.retrieval import Mode

STEP = 10
# As many passages are looked for; the choices count among them.
MOST = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """`after` is the first day that is meant, `before` the first that no longer is."""

    q: str = ""
    type: tuple[str, ...] = ()
    collection: tuple[int, ...] = ()
    language: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    mode: Mode = Mode.HYBRID
    show: int = STEP

    @property
    def is_narrowed(self) -> bool:
        return bool(self.type or self.collection or self.language or self.after or self.before)

    @property
    def widened(self) -> "Wish":
        """The same words without what was chosen."""
        return Wish(q=self.q, mode=self.mode)

    @property
    def address(self) -> str:
        return f"{reverse('search:results')}?{urlencode(list(self.parameters()))}"

    def address_with(self, **changes: Any) -> str:
        """The address of a changed wish, which begins with the first results again."""
        return replace(self, **({"show": STEP} | changes)).address

    def parameters(self) -> Iterator[tuple[str, str]]:
        """What differs from the defaults, as names and values."""
        yield "q", self.q
        yield from (("type", kind) for kind in self.type)
        yield from (("collection", str(key)) for key in self.collection)
        yield from (("language", code) for code in self.language)
        yield from ((name, day.isoformat()) for name in ("after", "before") if (day := getattr(self, name)))
        if self.mode is not Mode.HYBRID:
            yield "mode", self.mode.value
        if self.show != STEP:
            yield "show", str(self.show)

    def applied_to(self, filters: Filters) -> Filters:
        """What was typed and what was chosen together; of kinds, collections and languages the choice counts."""
        return replace(
            filters,
            types=self.type or filters.types,
            collections=self.collection or filters.collections,
            languages=self.language or filters.languages,
            after=max(filter(None, (self.after, filters.after)), default=None),
            before=min(filter(None, (self.before, filters.before)), default=None),
        )
