"""A person's sessions: how long they last, and where they are ended from."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session as Stored
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.audit import Event
from portal.accounts import sessions
from portal.accounts.devices import device_of
from portal.models import AuditEvent
from portal.tasks import forget_sessions
from tests.factories import make_user

pytestmark = pytest.mark.django_db
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1"


@pytest.fixture
def ann():
    return make_user("ann")


def browser(name="ann", agent=EDGE, address="10.1.1.1"):
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    client.post(reverse("sign_in"), {"login": name, "password": "correct horse"})
    return client


def is_open(client):
    return client.get("/documents/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "device"),
    [(EDGE, "Edge on Windows"), (PHONE, "Safari on iPhone"), ("curl/8", "Unknown device"), ("", "Unknown device")],
)
def test_devices_are_named_in_plain_words(agent, device):
    assert device_of(agent) == device


def test_list_tells_device_address_and_which_one_this_is(ann):
    here, there = browser(), browser(agent=PHONE, address="10.2.2.2")

    found = here.get(reverse("account_sessions")).context["sessions"]

    assert [(one.device, one.address, one.is_this) for one in found] == [
        ("Edge on Windows", "10.1.1.1", True),
        ("Safari on iPhone", "10.2.2.2", False),
    ]
    assert is_open(there)


def test_one_that_is_ended_is_over_at_its_next_request(ann):
    here, there, third = browser(), browser(agent=PHONE), browser()
    row = UserSession.objects.get(session_key=there.session.session_key)

    here.post(reverse("account_session_end", args=[row.pk]))

    assert [is_open(client) for client in (here, there, third)] == [True, False, True]
    assert AuditEvent.objects.get(event=Event.SESSIONS_ENDED).details == {"count": 1}


def test_all_others_are_ended_at_once(ann):
    here, others = browser(), [browser(), browser()]
    make_user("bob")
    bob = browser("bob")

    here.post(reverse("account_sessions_end"))

    assert is_open(here)
    assert is_open(bob)
    assert not any(is_open(client) for client in others)


def test_nobody_ends_the_session_of_somebody_else(ann):
    make_user("bob")
    here, bob = browser(), browser("bob")
    row = UserSession.objects.get(session_key=bob.session.session_key)

    here.post(reverse("account_session_end", args=[row.pk]))

    assert is_open(bob)


def test_changed_password_ends_the_others_and_keeps_this_one(ann):
    here, there = browser(), browser(agent=PHONE)
    new = "another long password"

    here.post(reverse("change_password"), {"oldpassword": "correct horse", "password1": new, "password2": new})

    assert is_open(here)
    assert not is_open(there)
    assert [one.is_this for one in here.get(reverse("account_sessions")).context["sessions"]] == [True]


def test_session_ends_twelve_hours_after_the_sign_in_though_it_is_used(ann, monkeypatch):
    here = browser()
    ends = here.session.get_expiry_date()
    assert timedelta(hours=11, minutes=59) < ends - timezone.now() <= timedelta(hours=12)
    clock = sessions.time.time
    monkeypatch.setattr(sessions.time, "time", lambda: clock() + 3600)

    assert is_open(here)

    assert here.session.get_expiry_date() == ends


def test_use_is_noted_every_few_minutes_and_costs_nothing_between(ann, monkeypatch):
    here = browser()
    began = UserSession.objects.get().last_seen_at
    assert is_open(here)
    assert UserSession.objects.get().last_seen_at == began
    clock = sessions.time.time
    monkeypatch.setattr(sessions.time, "time", lambda: clock() + sessions.NOTED_EVERY_S + 1)

    here.get("/documents/", REMOTE_ADDR="10.5.5.5")

    row = UserSession.objects.get()
    assert row.last_seen_at > began
    assert row.ip == "10.5.5.5"


def test_account_page_leads_to_all_of_it(ann):
    page = browser().get("/account/").content.decode()

    for name in ("change_password", "mfa_index", "account_sessions"):
        assert f'href="{reverse(name)}"' in page


def test_sessions_whose_time_is_over_are_removed_with_what_was_noted_of_them(ann):
    here, late, gone = browser(), browser(), browser()
    Stored.objects.filter(session_key=late.session.session_key).update(
        expire_date=timezone.now() - timedelta(minutes=1)
    )
    Stored.objects.filter(session_key=gone.session.session_key).delete()

    forget_sessions()

    assert is_open(here)
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [here.session.session_key]
    assert not Stored.objects.filter(expire_date__lt=timezone.now()).exists()


def test_ended_sessions_are_removed_every_day(settings):
    beaten = [(one["task"], one["schedule"]) for one in settings.CELERY_BEAT_SCHEDULE.values()]

    assert (forget_sessions.name, 86400.0) in beaten
