"""Why somebody may read a collection, who may, and the giving and taking of rights, one person or group at a time.

All of it follows the relations that `Collection.objects.visible_to` follows, and says yes exactly where that does.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import models, transaction

from documents import audit
from documents.audit import Event
from documents.models.collection import READING, WRITING, Collection

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from documents.models.collection import type_Reader

    type_Holder = AbstractUser | Group


class Role(StrEnum):
    READER = "reader"
    EDITOR = "editor"
    # Reads and changes everything; given on the page of the person, not of a collection.
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """What somebody may do with a collection, and the group by which: none for who is named, and for administrators."""

    role: Role
    group: str = ""

    @property
    def writes(self) -> bool:
        return self.role is not Role.READER


class Reasons:
    """The reasons for which some people may read some collections, asked for once."""

    def __init__(self, people: Iterable["AbstractUser"], collections: Iterable[int]) -> None:
        keys = [person.pk for person in people]
        shelves = Collection.objects.filter(pk__in=list(collections), is_scratch=False)
        self._collections = set(shelves.values_list("pk", flat=True))
        self._given: dict[tuple[int, int], set[Reason]] = defaultdict(set)
        for relation in READING:
            for person, collection, group in _rows(relation, keys, self._collections):
                self._given[person, collection].add(Reason(_role(relation), group))

    def of(self, person: "AbstractUser", collection: int) -> list[Reason]:
        """Empty exactly if the person may not read the collection."""
        return self.if_active(person, collection) if person.is_active else []

    def if_active(self, person: "AbstractUser", collection: int) -> list[Reason]:
        """As `of`, also for somebody who is switched off: what they could read otherwise."""
        if collection not in self._collections:
            return []
        staff = [Reason(Role.ADMINISTRATOR)] if person.is_staff else []
        return [*staff, *sorted(self._given[person.pk, collection], key=lambda reason: (not reason.writes, reason))]


def _rows(relation: str, people: Iterable[int], collections: Iterable[int]) -> list[tuple[int, int, str]]:
    """Person, collection and the name of the group, for everybody who has a right by this relation."""
    rows = _through(relation).objects.filter(collection__in=list(collections))
    if not _is_of_groups(relation):
        found = rows.filter(**{f"{_person_key()}__in": list(people)}).values_list(_person_key(), "collection")
        return [(person, collection, "") for person, collection in found]
    members = rows.filter(group__user__in=list(people))
    return list(members.values_list("group__user", "collection", "group__name"))


def people_of(collection: Collection, relations: Iterable[str] = READING) -> "models.QuerySet[Any]":
    """Everybody who may read the collection: the reverse of `Collection.objects.visible_to`."""
    people = get_user_model().objects.filter(is_active=True)
    if collection.is_scratch:
        return people.none()
    rule = models.Q(is_staff=True)
    for relation in relations:
        of_this = _through(relation).objects.filter(collection=collection)
        if _is_of_groups(relation):
            rule |= models.Q(pk__in=get_user_model().objects.filter(groups__in=of_this.values("group")).values("pk"))
        else:
            rule |= models.Q(pk__in=of_this.values(_person_key()))
    return people.filter(rule)


def editors_of(collection: Collection) -> "models.QuerySet[Any]":
    """Everybody who may change its documents: the reverse of `Collection.objects.writable_by`."""
    return people_of(collection, WRITING)


@dataclass(frozen=True, slots=True)
class Given:
    """The rights on a collection that were given to people and groups themselves, by their ids; editors read."""

    people: dict[int, Role]
    groups: dict[int, Role]

    def to(self, holder: "type_Holder") -> Role | None:
        return (self.groups if isinstance(holder, Group) else self.people).get(holder.pk)


def given(collection: Collection) -> Given:
    found = Given({}, {})
    # Editors come last: who is named as both may do what editors may.
    for relation in READING:
        holders = found.groups if _is_of_groups(relation) else found.people
        holders.update(dict.fromkeys(getattr(collection, relation).values_list("pk", flat=True), _role(relation)))
    return found


def give(collection: Collection, holder: "type_Holder", role: Role, actor: "type_Reader") -> None:
    """Let a person or a group read, or read and change, in place of what they were given before."""
    with transaction.atomic():
        if given(collection).to(holder) is role:
            return
        _holders(collection, Role.READER, holder).remove(holder)
        _holders(collection, Role.EDITOR, holder).remove(holder)
        _holders(collection, role, holder).add(holder)
        _tell(Event.RIGHT_GIVEN, collection, holder, role, actor)


def take(collection: Collection, holder: "type_Holder", actor: "type_Reader") -> None:
    """Take what a person or a group was given itself; what a person has by a group stays."""
    with transaction.atomic():
        role = given(collection).to(holder)
        if role is None:
            return
        _holders(collection, Role.READER, holder).remove(holder)
        _holders(collection, Role.EDITOR, holder).remove(holder)
        _tell(Event.RIGHT_TAKEN, collection, holder, role, actor)


def _tell(event: Event, collection: Collection, holder: "type_Holder", role: Role, actor: "type_Reader") -> None:
    whom = {_relation(role, holder): [str(holder)]}
    audit.record(event, actor, collection=collection.pk, name=collection.name, **whom)


def _relation(role: Role, holder: "type_Holder") -> str:
    return f"{role.value}_groups" if isinstance(holder, Group) else f"{role.value}s"


def _holders(collection: Collection, role: Role, holder: "type_Holder") -> Any:
    """The manager of the people or groups that have this role."""
    return getattr(collection, _relation(role, holder))


def _role(relation: str) -> Role:
    return Role.EDITOR if relation in WRITING else Role.READER


def _is_of_groups(relation: str) -> bool:
    return relation.endswith("_groups")


def _through(relation: str) -> Any:
    """The table behind a relation, whose columns are the collection and the person or the group."""
    return getattr(Collection, relation).through


def _person_key() -> str:
    return get_user_model()._meta.model_name or ""
