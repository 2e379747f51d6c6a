"""What is taken along leaves a trace: printing, copying and the commands; files in `tests.test_access_matrix`."""

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.test import AsyncClient
from django.urls import reverse

from documents.audit import Event
from documents.models import Document
from portal.models import AuditEvent
from tests.addresses import ROWS
from tests.factories import make_user
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return make_world()


def asked(world, name, person):
    client = AsyncClient()
    client.force_login(world.people[person])
    row = ROWS[name]
    return async_to_sync(client.get)(reverse(name, args=row.args(world)) + row.query)


def exports():
    return [row.details for row in AuditEvent.objects.filter(event=Event.EXPORTED)]


def test_printing_and_copying_are_recorded(world):
    asked(world, "chat:conversation_print", "alice")
    asked(world, "chat:answer_copy", "alice")

    assert {"what": "conversation", "conversation": world.conversation.pk, "through": "print"} in exports()
    assert {"what": "answer", "answer": world.answer.pk} in exports()


def test_commands_that_take_along_and_bring_in_are_recorded(world, tmp_path):
    make_user("root", staff=True, is_superuser=True)
    (tmp_path / "leave.txt").write_text("Leave is 21 days.")

    call_command("questions", "export", str(tmp_path / "out.csv"), "--set", "Rules")
    call_command("import_documents", str(tmp_path / "leave.txt"), "--collection", "Handbook")

    assert exports() == [{"what": "questions", "name": "Rules", "through": "manage.py questions"}]
    assert AuditEvent.objects.get(event=Event.DOCUMENT_UPLOADED).details == {
        "document": Document.objects.get(file_name="leave.txt").pk,
        "title": "leave.txt",
        "collection": world.collection.pk,
        "through": "manage.py import_documents",
    }
