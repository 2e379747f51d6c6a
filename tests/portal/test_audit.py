"""Who did what: recorded where it happens, never changed, found again, and forgotten after its time."""

import ast
import runpy
from datetime import timedelta
from importlib import import_module

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone

from documents import audit
from documents.audit import Event
from documents.models import Document
from portal.audit import keeping, trail
from portal.models import AuditEvent
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user

pytestmark = pytest.mark.django_db
APPS = ("portal", "chat", "search", "documents")


@pytest.fixture(autouse=True)
def empty_trail(db):
    """Tests that commit leave what they did."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE portal_auditevent")


@pytest.fixture
def admin(client):
    admin = make_user("admin", staff=True)
    client.force_login(admin)
    return admin


def of(event):
    return AuditEvent.objects.filter(event=event)


def aged(row, days):
    """As if it had been written so many days ago."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_auditevent DISABLE TRIGGER keep_audit")
        cursor.execute("UPDATE portal_auditevent SET at = %s WHERE id = %s", [timezone.now() - timedelta(days), row.pk])
        cursor.execute("ALTER TABLE portal_auditevent ENABLE TRIGGER keep_audit")


def test_signing_in_and_out_and_failing_to_is_recorded_with_the_address():
    make_user("bob")
    client = Client(REMOTE_ADDR="10.1.2.3")
    client.post(reverse("sign_in"), {"login": "bob", "password": "wrong"})
    client.post(reverse("sign_in"), {"login": "bob", "password": "correct horse"})
    client.post(reverse("sign_out"))

    assert list(AuditEvent.objects.order_by("pk").values_list("event", "name", "address")) == [
        (Event.SIGN_IN_FAILED, "", "10.1.2.3"),
        (Event.SIGNED_IN, "bob", "10.1.2.3"),
        (Event.SIGNED_OUT, "bob", "10.1.2.3"),
    ]
    assert of(Event.SIGN_IN_FAILED).get().details == {"name": "bob"}


def test_rows_can_neither_be_changed_nor_deleted(admin):
    audit.record(Event.EXPORTED, admin, what="reviews")

    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        AuditEvent.objects.update(name="somebody else")
    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        AuditEvent.objects.all().delete()


def test_what_is_rolled_back_is_not_recorded(admin):
    with transaction.atomic():
        audit.record(Event.DOCUMENT_DELETED, admin, document=1)
        transaction.set_rollback(True)

    assert not of(Event.DOCUMENT_DELETED).exists()


def test_old_rows_are_forgotten_after_their_time_and_only_those(admin):
    for what in ("old", "young"):
        audit.record(Event.EXPORTED, admin, what=what)
    aged(of(Event.EXPORTED).get(details__what="old"), 31)

    assert keeping.forget(30) == 1
    assert [row.details["what"] for row in of(Event.EXPORTED)] == ["young"]
    assert keeping.forget(0) == 0


def test_nobody_deletes_a_row_before_its_time_by_saying_so(admin):
    audit.record(Event.EXPORTED, admin, what="old")
    aged(of(Event.EXPORTED).get(), 20)

    for days in ("", "6", "21"):
        with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
            delete_exports(days)
    delete_exports("19")

    assert not of(Event.EXPORTED).exists()


def delete_exports(days):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.forget_audit_days', %s, true)", [days])
        cursor.execute("DELETE FROM portal_auditevent WHERE event = %s", [Event.EXPORTED])


def test_time_that_the_database_would_refuse_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("AUDIT_DAYS", "6")

    with pytest.raises(ImproperlyConfigured, match="AUDIT_DAYS is 6"):
        runpy.run_path(str(settings.BASE_DIR / "portal" / "settings.py"))


def test_guard_of_the_version_before_can_be_brought_back(admin):
    migration = import_module("portal.migrations.0005_audit_kept_by_its_age")
    audit.record(Event.EXPORTED, admin, what="young")
    with connection.cursor() as cursor:
        cursor.execute(migration.BY_WORD)
        cursor.execute("SELECT set_config('portal.may_forget_audit', 'on', true)")
        cursor.execute("DELETE FROM portal_auditevent")
        cursor.execute(migration.BY_AGE)
    audit.record(Event.EXPORTED, admin, what="younger")

    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        AuditEvent.objects.all().delete()


def test_change_of_a_collection_is_recorded_and_a_right_on_it_with_names(client, admin):
    bob, shelf = make_user("bob"), make_collection("Handbook")

    client.post(reverse("documents:collection_edit", args=[shelf.pk]), {"name": "Rules"})
    client.post(reverse("rights:set_right", args=[shelf.pk]), {"person": bob.pk, "role": "reader"})

    about = {"collection": shelf.pk, "name": "Rules"}
    assert [of(event).get().details for event in (Event.COLLECTION_CHANGED, Event.RIGHT_GIVEN)] == [
        about,
        {**about, "readers": ["bob"]},
    ]


def test_days_of_a_document_and_what_it_replaces_are_recorded(client, admin):
    shelf = make_collection("Handbook")
    old, new = document_row(shelf, title="Rules 2025"), document_row(shelf, title="Rules 2026")

    client.post(reverse("documents:document_days", args=[new.pk]), {"effective_from": "2026-01-01"})
    client.post(reverse("documents:document_make_version", args=[new.pk, old.pk]))

    about = {"document": new.pk, "title": "Rules 2026"}
    assert [of(event).get().details for event in (Event.DOCUMENT_DAYS_CHANGED, Event.DOCUMENT_REPLACED)] == [
        {**about, "start": "2026-01-01", "end": ""},
        {**about, "replaces": old.pk},
    ]


def test_every_name_of_a_detail_has_words():
    texts = [path.read_text("utf-8") for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]

    recorded = {name for text in texts if "audit.record(" in text for name in names_of_details(text)}

    assert "title" in recorded
    assert recorded - trail.DETAILS.keys() == set()


def names_of_details(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
            yield from (keyword.arg for keyword in node.keywords if keyword.arg)


def test_reading_a_quote_through_an_answer_is_recorded_and_leafing_is_not(client, admin):
    document = document_row(make_collection("Handbook"), state=Document.State.READY)
    document.pages.create(number=1, text="Fifteen days of leave.", offset=0, headings=[])
    address = reverse("documents:passage", args=[document.pk])

    client.get(address, {"start": 0, "end": 7})
    client.get(address, {"start": 0, "end": 7, "answer": 12})

    assert of(Event.QUOTE_READ).get().details == {"document": document.pk, "answer": 12, "start": 0, "end": 7}


def test_page_finds_events_by_kind_person_and_day(client, admin):
    bob = make_user("bob")
    audit.record(Event.EXPORTED, bob, what="reviews")
    audit.record(Event.DOCUMENT_DELETED, admin, document=3, title="Travel policy")

    assert [row.event for row, *_words in client.get("/audit/", {"event": "document."}).context["rows"]] == [
        Event.DOCUMENT_DELETED
    ]
    assert [row.name for row, *_words in client.get("/audit/", {"words": "bob"}).context["rows"]] == ["bob"]
    assert [row.name for row, *_words in client.get("/audit/", {"words": "travel"}).context["rows"]] == ["admin"]
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert client.get("/audit/", {"last_day": yesterday}).context["rows"] == []


def test_export_is_a_file_for_spreadsheets_and_is_recorded_itself(client, admin):
    audit.record(Event.DOCUMENT_DELETED, admin, document=3, title="=cmd()")

    lines = exported(admin, event="document.")

    assert len(lines) == 2
    assert "=cmd()" in lines[1]
    assert of(Event.EXPORTED).get().details == {"what": "audit"}


def test_export_goes_on_from_piece_to_piece_in_the_language_of_its_reader(admin, monkeypatch):
    monkeypatch.setattr(trail, "BATCH", 2)
    admin.language = "ko"
    admin.save()
    for number in range(5):
        audit.record(Event.DOCUMENT_DELETED, admin, document=number)

    lines = exported(admin, event="document.")

    assert [line.rpartition(" ")[2] for line in lines[1:]] == ["4", "3", "2", "1", "0"]
    assert all("문서 삭제" in line for line in lines[1:])


def exported(person, **wishes):
    client = AsyncClient()
    client.force_login(person)

    async def fetch():
        response = await client.get(reverse("audit_export"), wishes)
        return b"".join([piece async for piece in response.streaming_content])

    return async_to_sync(fetch)().decode("utf-8-sig").splitlines()


def test_an_event_that_cannot_be_written_does_not_stop_what_was_done(admin, capsys):
    audit.record(Event.EXPORTED, admin, what=object())

    assert "not JSON serializable" in capsys.readouterr().err
