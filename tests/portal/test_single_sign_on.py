"""Single sign-on against a provider that speaks the protocol, and against one that lies, is silent or is another."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import Group
from django.urls import reverse

from documents.audit import Event
from portal.accounts import addresses
from portal.models import AuditEvent, User
from tests.factories import make_user
from tests.oidc_provider import CLIENT_ID, come, is_signed_in, visit_provider

pytestmark = pytest.mark.django_db


def test_somebody_new_comes_in_and_goes_where_they_wanted(client, provider):
    assert "Sign in with Acme" in client.get(reverse("sign_in"), headers={"accept-language": "en"}).content.decode()

    response = come(client, "/documents/")

    person = User.objects.get()
    assert response.url == "/documents/"
    assert (person.username, str(person), person.email) == ("ann", "안나 Ann", "ann@example.com")
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified
    assert client.get("/account/").status_code == 200
    assert AuditEvent.objects.filter(event=Event.SIGNED_IN).latest("pk").details == {"how": ["socialaccount"]}


def test_request_carries_state_nonce_and_a_challenge(client, provider):
    asked = parse_qs(urlsplit(client.get(reverse("oidc_begin")).url).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) == 32
    assert len(asked["nonce"][0]) == 64
    assert asked["redirect_uri"] == ["http://testserver/sign-in/company/back"]


def test_the_same_person_comes_back_though_name_and_address_have_changed(client, provider):
    come(client)
    provider.claims |= {"preferred_username": "ann.lee", "email": "ann.lee@example.com"}
    come(client)

    assert User.objects.count() == 1


def test_stranger_is_told_whom_to_ask(client, provider, settings):
    settings.OIDC_ADDS_PEOPLE = False

    page = come(client).content.decode()

    assert "Ask your administrator to add you" in page
    assert not is_signed_in(client)
    assert not User.objects.exists()


def test_address_that_both_sides_verified_leads_to_the_account_that_is_there(client, provider, settings):
    settings.OIDC_ADDS_PEOPLE = False
    ann = make_user("a.lee")
    addresses.enter(ann, "Ann@example.com")

    come(client)

    assert client.session["_auth_user_id"] == str(ann.pk)
    assert AuditEvent.objects.filter(event=Event.SINGLE_SIGN_ON_JOINED, person=ann.pk).exists()
    ann.refresh_from_db()
    assert ann.has_usable_password()


def test_address_that_the_provider_has_not_verified_leads_to_nobody(client, provider):
    victim = make_user("victim", staff=True)
    addresses.enter(victim, "ann@example.com")
    provider.claims["email_verified"] = False

    come(client)

    person = User.objects.exclude(pk=victim.pk).get()
    assert client.session["_auth_user_id"] == str(person.pk)
    assert person.email == ""
    assert not EmailAddress.objects.filter(user=person).exists()


def test_address_that_was_only_typed_here_is_no_way_in(client, provider):
    squatter = make_user("squatter", email="ann@example.com")

    response = come(client)

    assert response.status_code == 403
    assert "There is an account with your address" in response.content.decode()
    assert list(User.objects.all()) == [squatter]
    assert not is_signed_in(client)


def test_name_that_is_taken_is_not_taken_over(client, provider):
    admin = make_user("ann", staff=True)
    provider.claims["email"] = "other@example.com"

    come(client)

    person = User.objects.exclude(pk=admin.pk).get()
    assert person.username != "ann"
    assert not person.is_staff


def test_somebody_who_is_switched_off_stays_out(client, provider):
    come(client)
    client.post(reverse("sign_out"))
    User.objects.update(is_active=False)

    response = come(client)

    assert response.url == reverse("account_inactive")
    assert "switched off" in client.get(response.url).content.decode()
    assert not is_signed_in(client)


def test_mapped_groups_follow_the_claims_at_every_sign_in_and_others_stay(client, provider, settings):
    settings.OIDC_GROUPS = {"cn=hr": "People team", "finance": "Finance"}
    provider.claims["groups"] = ["cn=hr", "everybody"]
    come(client)
    person = User.objects.get()
    person.groups.add(Group.objects.create(name="Chess"))

    provider.claims["groups"] = ["finance"]
    come(client)

    assert set(person.groups.values_list("name", flat=True)) == {"Finance", "Chess"}
    assert not Group.objects.filter(name="everybody").exists()


def test_staff_follow_the_claims_where_a_group_is_named_for_them(client, provider, settings):
    make_user("root", staff=True)
    settings.OIDC_STAFF_GROUP = "admins"
    provider.claims["groups"] = ["admins"]
    come(client)
    assert User.objects.get(username="ann").is_staff

    provider.claims["groups"] = []
    come(client)
    assert not User.objects.get(username="ann").is_staff


def test_last_administrator_stays_one_whatever_the_directory_says(client, provider, settings):
    settings.OIDC_STAFF_GROUP = "admins"
    provider.claims["groups"] = ["admins"]
    come(client)
    provider.claims["groups"] = []
    come(client)

    assert User.objects.get().is_staff


STRANGE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize(
    "lie",
    [
        {"token_changes": {"iss": "https://evil.example"}},
        {"token_changes": {"aud": "another client"}},
        {"token_changes": {"aud": [CLIENT_ID, "another client"], "azp": "another client"}},
        {"token_changes": {"nonce": "of another request"}},
        {"token_changes": {"nonce": None}},
        {"token_changes": {"exp": 1_700_000_000}},
        {"token_changes": {"exp": None}},
        {"token_changes": {"sub": None}},
        {"signs_with": STRANGE_KEY},
        {"signs_with": "x" * 64, "algorithm": "HS256"},
        {"signs_with": None, "algorithm": "none"},
        {"userinfo_changes": {"sub": "somebody else"}},
        {"discovery_changes": {"jwks_uri": None}},
    ],
    ids=lambda lie: str(next(iter(lie.items())))[:60],
)
def test_token_that_cannot_be_believed_lets_nobody_in(client, provider, lie):
    for name, value in lie.items():
        setattr(provider, name, value)

    response = come(client)

    assert response.status_code in (403, 503)
    assert "<h1>" in response.content.decode()
    assert not is_signed_in(client)
    assert not User.objects.exists()
    assert AuditEvent.objects.filter(event=Event.SIGN_IN_FAILED).latest("pk").details["how"] == "socialaccount"


def test_provider_that_calls_itself_another_is_not_even_asked(client, provider):
    provider.discovery_changes = {"issuer": "https://evil.example"}

    assert client.get(reverse("oidc_begin")).status_code == 403


def test_answer_to_no_request_of_this_browser_is_refused(client, provider):
    begun = client.get(reverse("oidc_begin"))
    back = visit_provider(begun.url)
    client.cookies.clear()

    assert client.get(f"{back.path}?{back.query}").status_code == 403
    assert not is_signed_in(client)


def test_answer_is_taken_once(client, provider):
    begun = client.get(reverse("oidc_begin"))
    back = visit_provider(begun.url)
    client.get(f"{back.path}?{back.query}")
    client.post(reverse("sign_out"))

    assert client.get(f"{back.path}?{back.query}").status_code == 403


def test_provider_that_is_away_is_named(client, provider, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"

    for path in (reverse("oidc_begin"), reverse("oidc_callback")):
        assert client.get(path).status_code in (403, 503)
    page = client.get(reverse("oidc_begin"), headers={"accept-language": "en"})
    assert page.status_code == 503
    assert "Acme does not answer" in page.content.decode()


def test_provider_that_goes_away_half_way_is_a_page_too(client, provider, settings):
    provider.discovery_changes = {"token_endpoint": "http://127.0.0.1:9/token"}
    back = visit_provider(client.get(reverse("oidc_begin")).url)

    assert client.get(f"{back.path}?{back.query}").status_code == 503


def test_somebody_who_changes_their_mind_is_not_scolded(client, provider):
    provider.denies = "access_denied"

    response = come(client)

    assert response.status_code == 200
    assert "You are not signed in" in response.content.decode()


def test_way_back_never_leads_to_another_site(client, provider):
    assert come(client, "https://evil.example/").url == reverse("chat:ask")


def test_person_without_a_password_is_not_offered_one(client, provider):
    come(client)

    assert client.get(reverse("change_password")).url == reverse("account")
