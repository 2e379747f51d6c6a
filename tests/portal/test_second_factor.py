"""A second factor: set up, asked for at sign-in, required, used once, removed."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from documents.audit import Event
from portal.models import AuditEvent
from tests.factories import make_user

pytestmark = [pytest.mark.django_db]
PASSWORD = "correct horse"
ADD = "/account/second-factor/add"


def code_of(secret, at=None):
    return format_hotp_value(hotp_value(secret, int(at or time.time()) // 30))


@pytest.fixture
def secret():
    return generate_totp_secret()


@pytest.fixture
def bob(secret):
    """Has a second factor."""
    bob = make_user("bob")
    TOTP.activate(bob, secret)
    return bob


def show_password(client, name="bob", **fields):
    return client.post(reverse("sign_in"), {"login": name, "password": PASSWORD, **fields})


def show_code(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def set_up(client):
    secret = client.get(ADD).context["form"].secret
    return client.post(ADD, {"code": code_of(secret)})


def told(event):
    return AuditEvent.objects.filter(event=event).latest("pk")


def test_it_is_set_up_with_a_picture_and_a_code_and_gives_recovery_codes(client, django_capture_on_commit_callbacks):
    ann = make_user("ann")
    show_password(client, "ann")
    page = client.get(ADD).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page

    with django_capture_on_commit_callbacks(execute=True):
        response = set_up(client)

    codes = client.get(response.url).context["unused_codes"]
    assert response.url == reverse("mfa_view_recovery_codes")
    assert len(set(codes)) == 10
    assert client.get(reverse("mfa_download_recovery_codes")).content.decode().split() == codes
    assert told(Event.SECOND_FACTOR_ADDED).person == ann.pk


def test_wrong_code_sets_nothing_up(client):
    make_user("ann")
    show_password(client, "ann")
    client.get(ADD)

    assert client.post(ADD, {"code": "000000"}).context["form"].errors["code"]
    assert not Authenticator.objects.exists()


def test_password_alone_lets_nobody_in_who_has_one(client, bob):
    response = show_password(client, next="/documents/")

    assert response.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert client.get("/documents/").url.startswith("/sign-in")


def test_code_lets_in_and_leads_on(client, bob, secret):
    show_password(client, next="/documents/")

    assert show_code(client, code_of(secret)).url == "/documents/"
    assert told(Event.SIGNED_IN).details == {"how": ["password", "mfa"]}


def test_wrong_code_is_told_and_recorded(client, bob):
    show_password(client)

    page = show_code(client, "000000")

    assert "This code is not right" in str(page.context["form"].errors)
    assert not is_signed_in(client)
    assert told(Event.SIGN_IN_FAILED).details == {"name": "bob", "how": "mfa"}


def test_codes_cannot_be_tried_without_end(client, bob, secret):
    show_password(client)
    for _attempt in range(5):
        show_code(client, "000000")

    page = show_code(client, code_of(secret))

    assert "Wait five minutes" in str(page.context["form"].errors)
    assert told(Event.LOCKED_OUT).details == {"name": "bob", "how": "mfa"}


def test_code_lets_in_once_even_when_it_could_still_be_right(client, bob, secret, monkeypatch):
    now = time.time() // 30 * 30 + 1
    monkeypatch.setattr(time, "time", lambda: now)
    code = code_of(secret, now)
    show_password(client)
    show_code(client, code)
    monkeypatch.setattr(time, "time", lambda: now + 31)
    other = Client()
    show_password(other)

    show_code(other, code)

    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_recovery_code_lets_in_once(client):
    make_user("ann")
    show_password(client, "ann")
    code = client.get(set_up(client).url).context["unused_codes"][0]
    browsers = Client(), Client()

    for browser in browsers:
        show_password(browser, "ann")
        show_code(browser, code)

    assert [is_signed_in(browser) for browser in browsers] == [True, False]


def test_somebody_else_can_sign_in_after_a_first_step(client, bob):
    make_user("ann")
    show_password(client)

    assert client.get(reverse("sign_in")).url == reverse("mfa_authenticate")
    client.post(reverse("sign_out"))
    show_password(client, "ann")

    assert is_signed_in(client)


def test_it_is_removed_by_whoever_shows_anew_who_they_are(client, bob, secret, django_capture_on_commit_callbacks):
    client.force_login(bob)
    remove = reverse("mfa_deactivate_totp")

    asked = client.post(remove)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert client.post(asked.url, {"password": "wrong"}).context["form"].errors
    client.post(asked.url, {"password": PASSWORD})
    client.post(remove)

    assert not Authenticator.objects.exists()
    assert told(Event.SECOND_FACTOR_REMOVED).person == bob.pk


@pytest.mark.parametrize(
    ("required", "is_staff", "is_led"),
    [("none", True, False), ("staff", True, True), ("staff", False, False), ("everybody", False, True)],
)
def test_whoever_owes_one_is_led_to_it_and_nowhere_else(client, settings, required, is_staff, is_led):
    settings.REQUIRE_SECOND_FACTOR = required
    make_user("ann", staff=is_staff)
    show_password(client, "ann")

    response = client.get("/documents/")

    assert (response.status_code == 302) is is_led
    if is_led:
        assert response.url == ADD
        assert "required of you" in client.get(ADD).content.decode()
        set_up(client)
        assert client.get("/documents/").status_code == 200


def test_required_one_cannot_be_removed(client, settings, bob, secret):
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    show_password(client)
    show_code(client, code_of(secret))

    page = client.post(reverse("mfa_deactivate_totp")).content.decode()

    assert "cannot be removed" in page
    assert Authenticator.objects.filter(user=bob).exists()


def test_administrator_removes_that_of_somebody_who_lost_their_telephone(client, bob):
    admin = make_user("admin", staff=True)
    client.force_login(admin)

    client.post(reverse("people:person_second_factor", args=[bob.pk]))

    assert not Authenticator.objects.exists()
    row = told(Event.SECOND_FACTOR_REMOVED)
    assert (row.person, row.details["person"]) == (admin.pk, bob.pk)


def test_command_removes_that_of_the_last_administrator(bob, capsys):
    call_command("remove_second_factor", "bob")

    assert not Authenticator.objects.exists()
    assert "bob" in capsys.readouterr().out
