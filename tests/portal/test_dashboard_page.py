"""The page of the dashboard, and its file."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.audit import Event
from portal.dashboard.span import last_days
from portal.models import AuditEvent
from tests.documents.rows import document_row
from tests.factories import make_citation, make_collection
from tests.portal.test_dashboard import FIRST, LAST, ann, answered, shelf  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def page(client, **wish):
    return client.get(reverse("dashboard"), {"first_day": FIRST, "last_day": LAST, **wish})


def test_the_page_shows_the_chosen_time_and_collection(client, ann, shelf):  # noqa: F811
    client.force_login(ann)
    document = document_row(shelf, title="Leave")
    make_citation(answered(ann, first_word_ms=1_500), document)

    shown = page(client)

    assert shown.status_code == 200
    assert shown.context["figures"].whole.total == 1
    assert "1.5 s" in shown.content.decode()
    assert document.get_absolute_url() in shown.content.decode()
    other = page(client, collection=make_collection("Other").pk)
    assert "Nobody asked in this time" in other.content.decode()


def test_damaged_wishes_are_left_out(client, ann):  # noqa: F811
    client.force_login(ann)

    for wish in ({"days": "8"}, {"days": "x", "collection": "999999"}, {"first_day": "yesterday"}):
        shown = client.get(reverse("dashboard"), wish)
        assert shown.context["wish"].span == last_days(30, timezone.localdate())
    shown = client.get(reverse("dashboard"), {"first_day": "0001-01-01", "last_day": "9999-12-31"})
    assert shown.context["wish"].span.last == timezone.localdate()
    assert shown.context["wish"].span.days <= 5 * 366


@pytest.mark.parametrize("name", ["dashboard", "dashboard_export"])
def test_a_last_day_from_which_nothing_can_be_counted_back_is_left_out(client, ann, name):  # noqa: F811
    client.force_login(ann)

    shown = client.get(reverse(name), {"last_day": "0001-01-01"})

    assert shown.status_code == 200
    if shown.context:
        assert shown.context["wish"].span == last_days(30, timezone.localdate())


def test_the_number_of_statements_does_not_grow_with_the_answers(client, ann, shelf):  # noqa: F811
    client.force_login(ann)

    def statements():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(client)
        return len(captured)

    make_citation(answered(ann), document_row(shelf))
    few = statements()
    for _ in range(5):
        make_citation(answered(ann), document_row(shelf))

    assert statements() == few


def test_the_file_holds_all_figures_and_no_formula(client, ann, shelf):  # noqa: F811
    client.force_login(ann)
    make_citation(answered(ann), document_row(shelf, title="=HYPERLINK(1)"))

    response = client.get(reverse("dashboard_export"), {"first_day": FIRST, "last_day": LAST})
    rows = list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff"))))

    assert ["Summary", "", "Questions", "1"] in rows
    assert ["Questions", "2026-03-04", "answered", "1"] in rows
    assert ["Questions", "2026-03-05", "answered", "0"] in rows
    assert ["Most cited documents", "Handbook", "'=HYPERLINK(1)", "1"] in rows
    assert AuditEvent.objects.filter(event=Event.EXPORTED, person=ann.pk).latest("pk").details == {"what": "dashboard"}
