"""Every address of the portal, asked for by everybody of the cast. The rows stand in `tests.addresses`."""

from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponseBase
from django.test import AsyncClient
from django.urls import get_resolver, reverse

from documents.audit import Event
from portal.models import AuditEvent
from tests.addresses import ROWS, names
from tests.world import CAST, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return make_world()


def test_every_address_has_a_row():
    assert set(names(get_resolver())) == set(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_access(world, name):
    row = ROWS[name]
    url = reverse(name, args=row.args(world)) + row.query

    responses = {person: _response(world, person, row.method, url) for person in CAST}

    statuses = {person: response.status_code for person, response in responses.items()}
    assert statuses == dict(zip(CAST, row.statuses, strict=True))
    assert [person for person, response in responses.items() if not _runs_only_our_own(response)] == []
    # Whoever takes a file along leaves a trace.
    files = [one for one in responses.values() if "Content-Disposition" in one]
    assert AuditEvent.objects.filter(event=Event.EXPORTED).count() >= len(files)


def test_where_nobody_may_look_nobody_may_send(world):
    """Forms stand in the table by their pages."""
    wrong = {}
    for name, row in ROWS.items():
        refused = {one: status for one, status in zip(CAST, row.statuses, strict=True) if status in (403, 404)}
        for person, status in refused.items() if row.method == "get" else ():
            sent = _status(world, person, "post", reverse(name, args=row.args(world)) + row.query)
            if sent not in (status, 405):
                wrong[name, person] = sent

    assert wrong == {}


def _status(world: SimpleNamespace, person: str, method: str, url: str) -> int:
    return _response(world, person, method, url).status_code


def _response(world: SimpleNamespace, person: str, method: str, url: str) -> HttpResponseBase:
    client = AsyncClient()
    if person != "anonymous":
        client.force_login(world.people[person])
    return async_to_sync(getattr(client, method))(url)


def _runs_only_our_own(response: HttpResponseBase) -> bool:
    """Scripts and styles of the portal itself, or none at all."""
    policy = dict(one.partition(" ")[::2] for one in response.get("Content-Security-Policy", "").split("; "))
    rest = policy.get("default-src")
    return rest == "'none'" and {policy.get(kind, rest) for kind in ("script-src", "style-src")} <= {rest, "'self'"}
