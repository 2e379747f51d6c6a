"""Lists of people and groups, and what a group opens to its members."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim

from documents.models import Collection
from portal.models import User

ROWS = 50


@dataclass(frozen=True, slots=True)
class Opened:
    """Names of the collections that a group may read, and of those that it may change too."""

    read: list[str]
    change: list[str]


def people_in_order() -> "QuerySet[User]":
    """By the name that is shown; whoever is switched off comes last."""
    full_name = Trim(Concat("first_name", Value(" "), "last_name"))
    people = User.objects.annotate(shown_name=Coalesce(NullIf(full_name, Value("")), F("username")))
    return people.order_by("-is_active", Lower("shown_name"), "pk")


def found_people(text: str) -> "QuerySet[User]":
    """Those whose name or user name has this text; everybody without one."""
    people = people_in_order()
    return people.filter(Q(shown_name__icontains=text) | Q(username__icontains=text)) if text else people


def listed_people(text: str, page: int) -> "Page[User]":
    return Paginator(found_people(text).prefetch_related("groups"), ROWS).get_page(page)


def listed_groups() -> QuerySet[Group]:
    groups = Group.objects.annotate(member_count=Count("user"))
    return groups.order_by(Lower("name"), "pk").prefetch_related("user_set")


def opened_by(group: Group) -> Opened:
    collections = Collection.objects.filter(is_scratch=False)
    return Opened(
        read=list(collections.filter(reader_groups=group).values_list("name", flat=True)),
        change=list(collections.filter(editor_groups=group).values_list("name", flat=True)),
    )
