"""Access tokens: made, shown once, recognised, expired, revoked; and their pages."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.adapter import REAUTHENTICATED_S
from portal.api.pace import Pace
from portal.models import ApiToken, AuditEvent
from portal.tokens import forms, keys
from tests.factories import make_user
from tests.portal.programs import bearer, program, said, secret_of

pytestmark = pytest.mark.django_db

ME = "/api/v1/me"


@pytest.fixture
def alice(client):
    return _signed_in(client, make_user("alice"))


def _signed_in(client, person):
    """Just now, as a browser does it; her password is that of all people of the tests."""
    client.post(reverse("sign_in"), {"login": person.username, "password": "correct horse"})
    return person


def _made(client, **changes):
    form = {"name": "Laptop", "scopes": ["read", "ask"], "days": 30} | changes
    return client.post("/tokens/", form)


def _shown(response) -> str:
    return re.search(r'class="secret">(kp_[\w-]+)<', response.content.decode())[1]


def test_a_new_token_is_shown_once_and_opens_what_it_may(client, alice):
    secret = _shown(_made(client))

    assert Client().get(ME, headers=bearer(secret)).json()["token"]["scopes"] == ["read", "ask"]
    page = client.get("/tokens/").content.decode()
    assert "Laptop" in page
    assert secret not in page
    assert secret[:11] in page


def test_the_database_holds_no_secret(client, alice):
    secret = _shown(_made(client))

    token = ApiToken.objects.get()
    assert secret[12:] not in f"{token.prefix}{token.digest}"
    assert len(secret) > 43


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Give the token a name."),
        ({"scopes": []}, "Choose at least one thing"),
        ({"scopes": ["evaluate"]}, "not one of the available choices"),
        ({"days": 366}, "less than or equal to 365"),
        ({"days": 0}, "greater than or equal to 1"),
    ],
)
def test_what_is_filled_in_wrongly_makes_no_token(client, alice, changes, words):
    assert words in _made(client, **changes).content.decode()
    assert not ApiToken.objects.exists()


def test_nobody_has_more_than_fifty(client, alice):
    for _ in range(keys.MOST_TOKENS):
        secret_of(alice)

    assert "You have 50 tokens" in _made(client).content.decode()


def test_the_form_tells_the_limits_that_hold(client, alice, monkeypatch):
    monkeypatch.setattr(forms, "MOST_TOKENS", 2)
    monkeypatch.setattr(forms, "LONGEST_DAYS", 77)
    secret_of(alice)
    secret_of(alice)

    page = _made(client).content.decode()

    assert "You have 2 tokens." in page
    assert "At most 77." in page


def test_only_staff_make_tokens_that_measure(client):
    _signed_in(client, make_user("ann", staff=True))

    assert _shown(_made(client, scopes=["evaluate"]))


def test_whoever_signed_in_a_while_ago_shows_their_password_before_a_token_is_made(client, alice):
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] -= REAUTHENTICATED_S
    session.save()

    asked = _made(client)

    assert asked.url == f"/account/again?{urlencode({'next': '/tokens/'})}"
    assert not ApiToken.objects.exists()
    assert client.get("/tokens/").status_code == client.head("/tokens/").status_code == 200
    assert _shown(client.post(asked.url, {"password": "correct horse"}))
    assert ApiToken.objects.get().name == "Laptop"


@pytest.mark.parametrize(
    ("required", "is_staff", "is_refused"),
    [("none", True, False), ("staff", True, True), ("staff", False, False), ("everybody", False, True)],
)
def test_the_tokens_of_whoever_owes_a_second_factor_open_nothing_until_it_is_set_up(
    settings, required, is_staff, is_refused
):
    settings.REQUIRE_SECOND_FACTOR = required
    ann = make_user("ann", staff=is_staff)
    web = program(ann)

    if is_refused:
        assert said(web.get(ME)) == (401, "second_factor_missing")
        TOTP.activate(ann, generate_totp_secret())
    assert web.get(ME).status_code == 200


def test_the_tokens_of_whoever_comes_through_single_sign_on_alone_need_no_second_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    ann = make_user("ann")
    ann.set_unusable_password()
    ann.save()

    assert program(ann).get(ME).status_code == 200


def test_a_revoked_token_opens_nothing_at_the_next_request(client, alice):
    secret = _shown(_made(client))
    token = ApiToken.objects.get()

    client.post(f"/tokens/{token.pk}/revoke")

    assert said(Client().get(ME, headers=bearer(secret))) == (401, "token_revoked")
    assert "Revoked" in client.get("/tokens/").content.decode()


def test_an_expired_token_opens_nothing(alice):
    secret = secret_of(alice)
    ApiToken.objects.update(expires_at=timezone.now())

    assert said(Client().get(ME, headers=bearer(secret))) == (401, "token_expired")


def test_the_tokens_of_whoever_is_switched_off_open_nothing(alice):
    web = program(alice)
    alice.is_active = False
    alice.save()

    assert said(web.get(ME)) == (401, "account_closed")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Token kp_x", "kp_abc"])
def test_a_header_without_a_token_is_refused(header):
    response = Client().get(ME, headers={"Authorization": header})

    assert said(response) == (401, "no_token")
    assert response["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("ending", ["", "x", "\x00", "é"])
def test_a_secret_that_is_not_the_very_one_is_unknown(alice, ending):
    secret = secret_of(alice)

    response = Client().get(ME, headers={"Authorization": f"Bearer {secret[:-1]}{ending}"})

    assert said(response) == (401, "unknown_token")


def test_a_session_does_not_open_the_interfaces(client, alice):
    assert said(client.get(ME)) == (401, "no_token")


def test_a_token_speaks_for_its_person_and_not_for_a_session(client, alice):
    bob = make_user("bob")

    assert client.get(ME, headers=bearer(secret_of(bob))).json()["user_name"] == "bob"


def test_last_use_is_written_at_most_once_a_minute(alice, django_assert_num_queries):
    secret = secret_of(alice)
    keys.note_use(keys.recognised(secret))
    first = ApiToken.objects.get().last_used_at

    with django_assert_num_queries(1):
        keys.note_use(keys.recognised(secret))
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    keys.note_use(keys.recognised(secret))

    assert ApiToken.objects.get().last_used_at > first - timedelta(seconds=1)


def test_who_asks_too_often_waits_for_the_next_minute(alice, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    web = program(alice)
    answers = [web.get(ME) for _ in range(3)]
    other = program(make_user("bob"))

    # A minute may have begun between two of them.
    refused = answers[2] if answers[2].status_code == 429 else [web.get(ME), web.get(ME)][1]
    assert said(refused) == (429, "too_many_requests")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert other.get(ME).status_code == 200


def test_each_minute_of_the_clock_counts_anew():
    now = [59.0]
    pace = Pace(lambda: now[0])

    assert [pace.wait_s(1, 1), pace.wait_s(1, 1), pace.wait_s(2, 1)] == [0, 1, 0]
    now[0] = 60.0
    assert pace.wait_s(1, 1) == 0


def test_making_and_revoking_are_recorded(client, alice):
    _made(client)
    client.post(f"/tokens/{ApiToken.objects.get().pk}/revoke")

    told = AuditEvent.objects.filter(event__startswith="token.").order_by("pk")
    assert [(row.event, row.name, row.details["token"]) for row in told] == [
        ("token.created", "alice", "Laptop"),
        ("token.revoked", "alice", "Laptop"),
    ]


def test_staff_see_and_revoke_the_tokens_of_everybody(client, alice):
    secret = secret_of(alice)
    client.force_login(make_user("ann", staff=True))

    page = client.get("/tokens/everybody").content.decode()
    assert "alice" in page
    assert secret not in page
    client.post(f"/tokens/{ApiToken.objects.get().pk}/revoke")
    assert said(Client().get(ME, headers=bearer(secret))) == (401, "token_revoked")


def test_nobody_else_revokes_them(client, alice):
    secret_of(make_user("bob"))

    assert client.post(f"/tokens/{ApiToken.objects.get().pk}/revoke").status_code == 404
    assert ApiToken.objects.get().revoked_at is None
