"""A right that is taken is gone at the next request, on every address, in sessions that were open before."""

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Group
from django.test import AsyncClient
from django.urls import reverse

from documents import rights
from documents.rights import Role
from tests.addresses import ROWS
from tests.world import CAST, make_world

pytestmark = pytest.mark.django_db

OUTSIDER, STAFF = CAST.index("charlie"), CAST.index("staff")


@pytest.fixture
def world():
    return make_world()


def rows_that_ask_for(person):
    """Addresses that say something else to this person than to an outsider, by a right and not as the own ones."""
    column = CAST.index(person)
    by_right = {name: row for name, row in ROWS.items() if row.statuses[STAFF] != row.statuses[OUTSIDER]}
    found = {name: row for name, row in by_right.items() if row.statuses[column] != row.statuses[OUTSIDER]}
    # Staff may take a token from its owner; for both it is no matter of collections.
    return {name: row for name, row in found.items() if not name.startswith("tokens:")}


def status(client, world, name):
    row = ROWS[name]
    url = reverse(name, args=row.args(world)) + row.query
    return async_to_sync(getattr(client, row.method))(url).status_code


def signed_in(person):
    client = AsyncClient()
    client.force_login(person)
    return client


def through_a_group(world, role):
    """The person's right by a group in place of the one by name."""
    group = Group.objects.create(name="Readers")
    for name in ("alice", "bob"):
        rights.take(world.collection, world.people[name], world.people["staff"])
        world.people[name].groups.add(group)
    rights.give(world.collection, group, role, world.people["staff"])
    return group


@pytest.mark.parametrize("person", ["bob", "alice"])
def test_without_the_right_by_name_everything_is_as_for_an_outsider(world, person):
    client, rows = signed_in(world.people[person]), rows_that_ask_for(person)
    assert status(client, world, "documents:document_detail") == 200

    rights.take(world.collection, world.people[person], world.people["staff"])

    assert {name: status(client, world, name) for name in rows} == {
        name: row.statuses[OUTSIDER] for name, row in rows.items()
    }
    assert len(rows) > 8


@pytest.mark.parametrize("way", ["the group loses the right", "the person leaves the group", "the group is deleted"])
def test_without_the_right_by_a_group_everything_is_as_for_an_outsider(world, way):
    group = through_a_group(world, Role.EDITOR)
    client, rows = signed_in(world.people["bob"]), rows_that_ask_for("alice")
    assert status(client, world, "documents:document_delete") == 200

    if way == "the group loses the right":
        rights.take(world.collection, group, world.people["staff"])
    elif way == "the person leaves the group":
        world.people["bob"].groups.remove(group)
    else:
        group.delete()

    assert {name: status(client, world, name) for name in rows} == {
        name: row.statuses[OUTSIDER] for name, row in rows.items()
    }


def test_editors_who_become_readers_change_nothing_any_more(world):
    client = signed_in(world.people["alice"])
    assert status(client, world, "documents:document_delete") == 200

    rights.give(world.collection, world.people["alice"], Role.READER, world.people["staff"])

    reader = CAST.index("bob")
    rows = {name: ROWS[name] for name in rows_that_ask_for("alice")}
    assert {name: status(client, world, name) for name in rows} == {
        name: row.statuses[reader] for name, row in rows.items()
    }


def test_administrators_who_are_none_any_more_find_nothing(world):
    client, staff = signed_in(world.people["staff"]), world.people["staff"]
    assert status(client, world, "audit") == 200

    staff.is_staff = False
    staff.save()

    rows = rows_that_ask_for("staff")
    assert {name: status(client, world, name) for name in rows} == {
        name: row.statuses[OUTSIDER] for name, row in rows.items()
    }


def test_whoever_is_switched_off_is_sent_to_the_sign_in(world):
    client, bob = signed_in(world.people["bob"]), world.people["bob"]

    bob.is_active = False
    bob.save()

    assert {status(client, world, name) for name in rows_that_ask_for("bob")} == {302}
