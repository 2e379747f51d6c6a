"""What the portal says of its own parts, and to whom."""

import pytest
from django.db import connection
from django.test import Client

from documents import liveness
from documents.models import Generation
from portal import readiness
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_all_parts_are_named_and_strangers_learn_no_more_than_whether_they_work():
    answer = Client().get("/readyz").json()

    assert set(answer["parts"]) == {"database", "model", "clock", "broker", "workers"}
    assert answer["parts"]["database"] == answer["parts"]["model"] == "ok"
    # No broker runs beside the tests.
    assert answer["parts"]["broker"] == "not ok"
    assert answer["state"] == "degraded"


def test_staff_read_what_is_wrong(client):
    client.force_login(make_user("admin", staff=True))

    assert client.get("/readyz").json()["parts"]["clock"] == "upkeep has never run"
    liveness.beat()
    assert client.get("/readyz").json()["parts"]["clock"] == "ok"


def test_a_portal_without_its_extension_is_down():
    with connection.cursor() as cursor:
        cursor.execute("ALTER EXTENSION vector SET SCHEMA pg_catalog")
        cursor.execute("UPDATE pg_extension SET extname = 'hidden' WHERE extname = 'vector'")

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["state"]) == (503, "down")


def test_a_model_that_is_gone_leaves_answers_by_words():
    model = Generation.objects.active().model
    model.name = "/nowhere/model"
    model.save()

    found = readiness.look()

    assert found.can_answer
    assert found.parts["model"].startswith("IndexingFailure")
