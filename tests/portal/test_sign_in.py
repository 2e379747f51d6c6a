"""Signing in and out."""

import pytest
from django.urls import reverse

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
    return client.post(reverse("sign_in"), {"username": "alice", "password": password, **fields})


def test_every_page_leads_to_the_sign_in_and_back(client, alice):
    refused = client.get("/documents/")

    assert refused.url == "/sign-in?next=/documents/"
    assert sign_in(client, next="/documents/").url == "/documents/"


def test_wrong_password_says_what_to_do(client, alice):
    response = sign_in(client, password="wrong")

    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert "_auth_user_id" not in client.session


def test_unknown_names_get_the_same_answer_as_wrong_passwords(client, alice):
    wrong = sign_in(client, password="wrong").context["form"].non_field_errors()
    unknown = sign_in(client, username="nobody").context["form"].non_field_errors()

    assert wrong == unknown


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_never_leads_to_another_site(client, alice, target):
    assert sign_in(client, next=target).url == reverse("chat:ask")


def test_signing_out_needs_a_post(client, alice):
    client.force_login(alice)

    assert client.get(reverse("sign_out")).status_code == 405
    assert client.post(reverse("sign_out")).url == reverse("sign_in")
    assert "_auth_user_id" not in client.session
