"""Whom single sign-on leads to whom, what of their claims is taken, and how often it may begin."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from documents.audit import Event
from portal.accounts import addresses
from portal.models import AuditEvent, User
from tests.factories import make_user
from tests.oidc_provider import come, is_signed_in

pytestmark = pytest.mark.django_db


def test_address_that_somebody_new_was_given_does_not_lead_to_the_account_of_the_one_before(client, provider):
    come(client)
    client.post(reverse("sign_out"))
    provider.claims |= {"sub": "4712", "name": "Another Ann"}

    response = come(client)

    assert response.status_code == 403
    assert "There is an account with your address" in response.content.decode()
    assert not is_signed_in(client)
    assert SocialAccount.objects.get().uid == "4711"
    assert (
        "another account of the provider"
        in AuditEvent.objects.filter(event=Event.SIGN_IN_FAILED).latest("pk").details["reason"]
    )


@pytest.mark.parametrize("name", ["boss@example.com", "Boss@Example.com", "anybody@example.com"])
def test_user_name_that_looks_like_the_address_of_another_is_not_taken(client, provider, name):
    boss = make_user("boss")
    addresses.enter(boss, "boss@example.com")
    provider.claims["preferred_username"] = name

    come(client)

    person = User.objects.exclude(pk=boss.pk).get()
    assert person.username
    assert "@" not in person.username
    assert client.session["_auth_user_id"] == str(person.pk)


def test_own_verified_address_may_be_the_user_name(client, provider):
    provider.claims["preferred_username"] = "Ann@example.com"

    come(client)

    assert User.objects.get().username == "Ann@example.com"


def test_address_that_the_provider_has_not_verified_is_no_user_name(client, provider):
    provider.claims |= {"preferred_username": "ann@example.com", "email_verified": False}

    come(client)

    assert "@" not in User.objects.get().username


def test_network_that_begins_again_and_again_is_stopped_and_others_are_not(client, provider, settings):
    settings.ACCOUNT_RATE_LIMITS = {"single_sign_on": "2/m/ip"}
    begin = reverse("oidc_begin")

    assert [Client().get(begin).status_code for _time in range(3)] == [302, 302, 429]
    assert Client(REMOTE_ADDR="10.9.8.7").get(begin).status_code == 302


def test_limit_of_beginning_is_set(settings):
    assert settings.ACCOUNT_RATE_LIMITS["single_sign_on"].endswith("/ip")


def test_provider_is_asked_once_in_a_while_what_it_offers(client, provider):
    for _time in range(2):
        come(Client())

    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_description_of_a_provider_that_calls_itself_another_is_not_kept(client, provider):
    provider.discovery_changes = {"issuer": "https://evil.example"}
    client.get(reverse("oidc_begin"))
    provider.reset()

    assert client.get(reverse("oidc_begin")).status_code == 302
