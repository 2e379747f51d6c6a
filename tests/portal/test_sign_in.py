"""Signing in and out, and being locked out for a while."""

import time

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import Client
from django.urls import reverse

from documents.audit import Event
from portal import settings as real_settings
from portal.accounts import addresses
from portal.models import AuditEvent
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def alice():
    alice = make_user("alice")
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def sign_in(client, password=PASSWORD, **fields):
    return client.post(reverse("sign_in"), {"login": "alice", "password": password, **fields})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def refusal(response):
    return response.context["form"].non_field_errors()


def test_every_page_leads_to_the_sign_in_and_back(client, alice):
    refused = client.get("/documents/")

    assert refused.url == "/sign-in?next=/documents/"
    assert sign_in(client, next="/documents/").url == "/documents/"


def test_wrong_password_says_what_to_do(client, alice):
    response = sign_in(client, password="wrong")

    assert response.status_code == 200
    assert refusal(response)
    assert not is_signed_in(client)


def test_unknown_names_get_the_same_answer_as_wrong_passwords(client, alice):
    wrong = refusal(sign_in(client, password="wrong"))

    assert refusal(sign_in(client, login="nobody")) == refusal(sign_in(client, login="no@body.example")) == wrong


@pytest.mark.parametrize("login", ["alice", "ALICE", "Alice@Example.com", " alice@example.com "])
def test_name_and_verified_address_both_let_in_however_they_are_written(client, alice, login):
    addresses.enter(alice, "alice@example.com")

    sign_in(client, login=login)

    assert is_signed_in(client)


def test_address_that_nobody_verified_lets_nobody_in(client, alice):
    alice.email = "alice@example.com"
    alice.save()

    sign_in(client, login="alice@example.com")

    assert not is_signed_in(client)


@pytest.mark.parametrize("login", ["alice", "alice@example.com", "nobody", "no@body.example"])
def test_password_is_hashed_once_whoever_is_named(client, alice, login, monkeypatch):
    """Twice for people who exist would tell by its time that they do."""
    addresses.enter(alice, "alice@example.com")
    hashed = []
    hasher = identify_hasher(make_password("x"))
    encode = type(hasher).encode
    monkeypatch.setattr(type(hasher), "encode", lambda *told: hashed.append(1) or encode(*told))

    sign_in(client, "wrong", login=login)

    assert len(hashed) == 1


def test_whoever_is_switched_off_is_told_so_once_the_password_was_right(client, alice):
    alice.is_active = False
    alice.save()

    assert refusal(sign_in(client, "wrong"))
    assert sign_in(client).url == reverse("account_inactive")
    assert not is_signed_in(client)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_never_leads_to_another_site(client, alice, target):
    assert sign_in(client, next=target).url == reverse("chat:ask")


def test_signing_out_needs_a_post(client, alice):
    client.force_login(alice)

    assert client.get(reverse("sign_out")).status_code == 405
    assert client.post(reverse("sign_out")).url == reverse("sign_in")
    assert not is_signed_in(client)


def test_sixth_wrong_password_locks_this_name_on_all_browsers_and_no_other(client, alice):
    make_user("bob")
    for _attempt in range(5):
        assert "do not belong together" in str(refusal(sign_in(client, "wrong")))

    locked = sign_in(Client(REMOTE_ADDR="10.9.8.7"), "wrong")

    assert "Wait five minutes" in str(refusal(locked))
    assert "Wait five minutes" in str(refusal(sign_in(client)))
    assert AuditEvent.objects.filter(event=Event.LOCKED_OUT).latest("pk").details == {"name": "alice"}
    sign_in(client, "correct horse", login="bob")
    assert is_signed_in(client)


def test_lock_ends_by_itself_and_is_told_in_the_reader_s_language(client, alice, monkeypatch):
    for _attempt in range(5):
        sign_in(client, "wrong")
    korean = client.post(reverse("sign_in"), {"login": "alice", "password": "wrong"}, headers={"accept-language": "ko"})
    assert "Too many failed login attempts" not in str(refusal(korean))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)

    sign_in(client)

    assert is_signed_in(client)


def test_unknown_names_are_locked_like_known_ones(client):
    for _attempt in range(5):
        sign_in(client, login="nobody")

    assert "Wait five minutes" in str(refusal(sign_in(client, login="nobody")))


def test_network_that_tries_all_names_is_stopped_too(client, alice, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "6/m/ip,5/5m/key"}
    for number in range(6):
        sign_in(client, "wrong", login=f"name{number}")

    assert "Wait five minutes" in str(refusal(sign_in(client)))
    assert sign_in(Client(REMOTE_ADDR="10.9.8.7")).status_code == 302


def test_passwords_are_hashed_with_scrypt_and_older_hashes_replaced(client, settings):
    settings.PASSWORD_HASHERS = real_settings.PASSWORD_HASHERS
    carol = make_user("carol")
    carol.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    carol.save()

    sign_in(client, login="carol")

    carol.refresh_from_db()
    assert carol.password.startswith("scrypt$")
    assert is_signed_in(client)


def test_lock_holds_whatever_the_portal_or_the_person_is_called_by(client, alice, settings):
    settings.ALLOWED_HOSTS = ["*"]
    addresses.enter(alice, "alice@example.com")
    ways = [("portal", "alice"), ("PORTAL:8000", "ALICE"), ("portal:8001", "alice@example.com"), ("127.0.0.1", "Alice")]
    for host, login in [*ways, ways[2]]:
        assert "do not belong together" in str(refusal(Client(HTTP_HOST=host).post(*_tried(login))))

    assert "Wait five minutes" in str(refusal(Client(HTTP_HOST="other:1").post(*_tried("alice"))))
    assert "Wait five minutes" in str(refusal(Client(HTTP_HOST="portal").post(*_tried("ALICE@example.com"))))


def _tried(login):
    return reverse("sign_in"), {"login": login, "password": "wrong"}


def test_lock_of_unknown_names_holds_for_all_hosts_too(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(5):
        Client(HTTP_HOST=f"portal:{8000 + number}").post(*_tried("Nobody"))

    assert "Wait five minutes" in str(refusal(client.post(*_tried("nobody"))))
