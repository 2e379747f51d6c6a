"""What results can be narrowed to, counted among the passages found; and what they are narrowed to already; pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from documents.media_types import KINDS
from search.forms import LANGUAGES
from search.hits import Hit
from search.retrieval import Mode
from search.wishes import Wish

DIMENSIONS = ("collection", "type", "language", "date")
# What a dimension is without a choice.
UNSET: Mapping[str, Mapping[str, Any]] = {
    "collection": {"collection": ()},
    "type": {"type": ()},
    "language": {"language": ()},
    "date": {"after": None, "before": None},
}


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with the day of its document."""

    hit: Hit
    day: date


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    label: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """A way to rank, and the address that asks for it."""

    value: str
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was chosen, and the address without it."""

    label: str
    url: str


def facets(wish: Wish, pools: Mapping[str, Sequence[Found]], today: date) -> list[Facet]:
    """`pools` has for each dimension what was found without a choice in it.

    Where there is nothing to choose from there is no facet; days can always be given.
    """
    made = (
        Facet("collection", _("Collection"), _collections(wish, pools["collection"])),
        Facet("type", _("Kind of file"), _kinds(wish, pools["type"])),
        Facet("language", _("Language"), _languages(wish, pools["language"])),
        Facet("date", _("Date"), _periods(wish, pools["date"], today)),
    )
    return [facet for facet in made if facet.name == "date" or _offers_something(facet)]


def _offers_something(facet: Facet) -> bool:
    return len(facet.options) > 1 or any(option.is_chosen for option in facet.options)


def chips(wish: Wish, collection_names: Mapping[int, str]) -> list[Chip]:
    found = [Chip(collection_names.get(key, ""), _without(wish, "collection", key)) for key in wish.collection]
    found += [Chip(str(KINDS[kind].label), _without(wish, "type", kind)) for kind in wish.type]
    found += [Chip(str(LANGUAGES[code]), _without(wish, "language", code)) for code in wish.language]
    if wish.after:
        found.append(Chip(_("from %(day)s") % {"day": date_format(wish.after)}, wish.address_with(after=None)))
    if wish.before:
        found.append(Chip(_("before %(day)s") % {"day": date_format(wish.before)}, wish.address_with(before=None)))
    return found


def orders(wish: Wish) -> list[Order]:
    labels = {Mode.HYBRID: _("Words and meaning"), Mode.LEXICAL: _("Words"), Mode.SEMANTIC: _("Meaning")}
    return [Order(mode.value, label, wish.address_with(mode=mode), mode is wish.mode) for mode, label in labels.items()]


def kind_key(media_type: str) -> str:
    return next((key for key, kind in KINDS.items() if media_type in kind.media_types), "")


def _collections(wish: Wish, pool: Sequence[Found]) -> tuple[Option, ...]:
    names = {found.hit.collection_id: found.hit.collection for found in pool}
    return _options(wish, "collection", Counter(found.hit.collection_id for found in pool), names.__getitem__)


def _kinds(wish: Wish, pool: Sequence[Found]) -> tuple[Option, ...]:
    counts = Counter(key for found in pool if (key := kind_key(found.hit.media_type)))
    return _options(wish, "type", counts, lambda key: str(KINDS[key].label))


def _languages(wish: Wish, pool: Sequence[Found]) -> tuple[Option, ...]:
    counts = Counter(found.hit.language for found in pool if found.hit.language in LANGUAGES)
    return _options(wish, "language", counts, lambda code: str(LANGUAGES[code]))


def _options(wish: Wish, name: str, counts: "Counter[Any]", label: Callable[[Any], str]) -> tuple[Option, ...]:
    """The most frequent first; choosing one adds it, choosing it again takes it away."""
    chosen = getattr(wish, name)
    return tuple(
        Option(
            f"facet-{name}-{value}",
            label(value),
            count,
            _without(wish, name, value) if value in chosen else wish.address_with(**{name: (*chosen, value)}),
            value in chosen,
        )
        for value, count in sorted(counts.items(), key=lambda row: (-row[1], label(row[0])))
    )


def _periods(wish: Wish, pool: Sequence[Found], today: date) -> tuple[Option, ...]:
    first, last = date(today.year, 1, 1), date(today.year - 1, 1, 1)
    periods = (
        ("this", _("This year"), first, None),
        ("last", _("Last year"), last, first),
        ("older", _("Older"), None, last),
    )
    return tuple(
        Option(
            f"facet-date-{name}",
            label,
            count,
            _toggled(wish, after, before),
            (wish.after, wish.before) == (after, before),
        )
        for name, label, after, before in periods
        if (count := sum(_lies_in(found.day, after, before) for found in pool))
    )


def _toggled(wish: Wish, after: date | None, before: date | None) -> str:
    if (wish.after, wish.before) == (after, before):
        after = before = None
    return wish.address_with(after=after, before=before)


def _lies_in(day: date, after: date | None, before: date | None) -> bool:
    return (after is None or after <= day) and (before is None or day < before)


def _without(wish: Wish, name: str, value: str | int) -> str:
    return wish.address_with(**{name: tuple(other for other in getattr(wish, name) if other != value)})
