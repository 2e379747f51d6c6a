"""Lists of rights: what was given on a collection and to whom, whom it is open to, and what one person may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.db.models.functions import Lower

from documents import rights
from documents.models import Collection
from documents.rights import Given, Reason, Reasons, Role
from portal.models import User
from portal.people.directory import found_people, people_in_order

if TYPE_CHECKING:
    from django.db.models import QuerySet

ROWS = 50
# People and groups without a right that are offered for one name.
OFFERED = 20

type_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Holder:
    """A person or a group, which has its `member_count`, as a row of the list of rights."""

    holder: User | Group
    role: Role | None

    @property
    def kind(self) -> str:
        return "group" if isinstance(self.holder, Group) else "person"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people may read a collection, how many of them may change it, and how many of those administer."""

    readers: int
    editors: int
    administrators: int


@dataclass(frozen=True, slots=True)
class Reader:
    person: User
    reasons: list[Reason]

    @property
    def writes(self) -> bool:
        return any(reason.writes for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection that somebody may read, and why."""

    collection: Collection
    reasons: list[Reason]

    @property
    def writes(self) -> bool:
        return any(reason.writes for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class HolderPage:
    """Rows of one page of the list, and `page`, of keys, to turn over."""

    rows: list[Holder]
    page: "Page[type_Key]"


def counts(collection: Collection) -> Counts:
    return Counts(
        readers=rights.people_of(collection).count(),
        editors=rights.editors_of(collection).count(),
        administrators=User.objects.filter(is_active=True, is_staff=True).count(),
    )


def holders(collection: Collection, text: str, page: int) -> HolderPage:
    """Groups and then people that were given a right, whose names have this text."""
    given = rights.given(collection)
    groups = _groups(text).filter(pk__in=given.groups).values_list("pk", flat=True)
    people = found_people(text).filter(pk__in=given.people).values_list("pk", flat=True)
    keys: list[type_Key] = [*(("group", pk) for pk in groups), *(("person", pk) for pk in people)]
    turned: Page[type_Key] = Paginator(keys, ROWS).get_page(page)
    return HolderPage(_rows(list(turned), given), turned)


def offered(collection: Collection, text: str) -> list[Holder]:
    """Some groups and people of this name that were not given a right yet."""
    given = rights.given(collection)
    groups = _groups(text).exclude(pk__in=given.groups)[:OFFERED]
    people = found_people(text).filter(is_active=True).exclude(pk__in=given.people)[:OFFERED]
    return [Holder(one, None) for one in chain[Group | User](groups, people)]


def readers(collection: Collection, text: str, page: int) -> "tuple[list[Reader], Page[User]]":
    """Everybody who may read the collection, and why."""
    found = found_people(text).filter(pk__in=rights.people_of(collection).values("pk"))
    turned = Paginator(found, ROWS).get_page(page)
    return with_reasons(list(turned), collection), turned


def with_reasons(people: Sequence[User], collection: Collection) -> list[Reader]:
    reasons = Reasons(people, [collection.pk])
    return [Reader(person, reasons.of(person, collection.pk)) for person in people]


def readable(person: User, text: str) -> "QuerySet[Collection]":
    collections = Collection.objects.visible_to(person).with_document_counts().order_by(Lower("name"), "pk")
    return collections.filter(name__icontains=text) if text else collections


def shelves(person: User, collections: Sequence[Collection]) -> list[Shelf]:
    reasons = Reasons([person], [one.pk for one in collections])
    return [Shelf(one, reasons.of(person, one.pk)) for one in collections]


def _groups(text: str) -> "QuerySet[Group]":
    groups = Group.objects.annotate(member_count=Count("user")).order_by(Lower("name"), "pk")
    return groups.filter(name__icontains=text) if text else groups


def _rows(keys: Sequence[type_Key], given: Given) -> list[Holder]:
    groups = _groups("").in_bulk([pk for kind, pk in keys if kind == "group"])
    people = people_in_order().in_bulk([pk for kind, pk in keys if kind == "person"])
    return [
        Holder(groups[pk], given.groups[pk]) if kind == "group" else Holder(people[pk], given.people[pk])
        for kind, pk in keys
    ]
