"""What the page of a collection's map shows: points with shapes and names, a legend, and what lies far from all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.media_types import kind_of
from documents.models import Document
from search.landscape import Landscape
from search.map_drawing import HEIGHT, SHAPES, WIDTH, Spot, spots

BY_GROUP, BY_KIND = "group", "kind"


@dataclass(frozen=True, slots=True)
class Sign:
    """A row of the legend: how points of this kind look, and how many there are."""

    number: int
    shape: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Place:
    """One document on the map. `nearest` is the one most like it."""

    document: Document
    kind: str
    spot: Spot
    sign: Sign
    is_far: bool
    nearest: Document


@dataclass(frozen=True, slots=True)
class Atlas:
    places: list[Place]
    signs: list[Sign]
    far: list[Place]
    total: int
    vectors_percent: int
    by: str

    width, height = WIDTH, HEIGHT

    @property
    def is_sample(self) -> bool:
        return len(self.places) < self.total

    @property
    def words_percent(self) -> int:
        return 100 - self.vectors_percent

    @property
    def in_order(self) -> list[Place]:
        """For the table: by what the points are told apart by, then by title."""
        return sorted(self.places, key=lambda place: (place.sign.number, place.document.title.lower()))


def atlas_of(landscape: Landscape, by: str) -> Atlas:
    terrain, documents = landscape.terrain, landscape.documents
    labels = _kinds(documents) if by == BY_KIND else _groups(landscape)
    signs = _signs(labels)
    far = [place for place in range(len(documents)) if terrain.is_far[place]]
    drawn = spots(terrain.points, [document.title for document in documents], far)
    places = [
        Place(
            document=document,
            kind=kind_of(document.media_type),
            spot=drawn[i],
            sign=signs[labels[i]],
            is_far=bool(terrain.is_far[i]),
            nearest=documents[int(terrain.nearest[i])],
        )
        for i, document in enumerate(documents)
    ]
    shown = sorted(signs.values(), key=lambda sign: sign.number)
    return Atlas(
        places, shown, [place for place in places if place.is_far], landscape.total, round(100 * terrain.share), by
    )


def _groups(landscape: Landscape) -> list[str]:
    """For each document, its group's name; a group of which nothing is said has a number."""
    names = landscape.terrain.names
    if len(names) < 2:
        return [_("All documents")] * len(landscape.documents)
    labels = [", ".join(words) or _("Group %(number)s") % {"number": i} for i, words in enumerate(names, start=1)]
    repeated = {label for label, count in Counter(labels).items() if count > 1}
    distinct = [f"{label} ({i})" if label in repeated else label for i, label in enumerate(labels, start=1)]
    return [distinct[int(group)] for group in landscape.terrain.groups]


def _kinds(documents: Sequence[Document]) -> list[str]:
    """For each document, its kind of file; rare kinds together."""
    kinds = [kind_of(document.media_type) for document in documents]
    most = [kind for kind, _count in Counter(kinds).most_common()]
    own = set(most if len(most) <= len(SHAPES) else most[: len(SHAPES) - 1])
    return [kind if kind in own else _("other kinds") for kind in kinds]


def _signs(labels: Sequence[str]) -> dict[str, Sign]:
    """The most frequent first."""
    counts = Counter(labels).most_common()
    return {label: Sign(number, SHAPES[number], label, count) for number, (label, count) in enumerate(counts)}
