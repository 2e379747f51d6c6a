"""What surrounds every page: language, appearance, navigation, security headers, stand-in pages."""

import re
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.test import AsyncClient
from django.urls import reverse

from portal import views
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "/documents/"
JAVASCRIPT = sorted((Path(__file__).parents[2] / "static" / "js").rglob("*.js"))


@pytest.fixture
def alice(client):
    alice = make_user("alice")
    client.force_login(alice)
    return alice


def language_of(response):
    return re.search(r'<html lang="(\w+)"', response.content.decode())[1]


@pytest.mark.parametrize(
    ("browser", "language"), [("ko-KR,ko;q=0.9", "ko"), ("en-US", "en"), ("fr, en;q=0.5, ko;q=0.4", "en")]
)
def test_browser_decides_the_language_until_somebody_chooses(client, browser, language):
    assert language_of(client.get(reverse("sign_in"), headers={"accept-language": browser})) == language


def test_chosen_language_stays_with_the_person_on_every_browser(client, alice):
    client.post(reverse("set_language"), {"language": "en", "next": LIST})
    client.cookies.clear()
    client.force_login(alice)

    assert language_of(client.get(LIST, headers={"accept-language": "ko"})) == "en"


def test_language_can_be_chosen_before_signing_in(client):
    back = client.post(reverse("set_language"), {"language": "en", "next": reverse("sign_in")})

    assert back.url == reverse("sign_in")
    assert language_of(client.get(reverse("sign_in"), headers={"accept-language": "ko"})) == "en"


def test_unknown_language_changes_nothing(client, alice):
    client.post(reverse("set_language"), {"language": "xx"})

    alice.refresh_from_db()
    assert alice.language == ""


def test_language_of_the_person_holds_for_asynchronous_requests(alice):
    alice.language = "en"
    alice.save()
    client = AsyncClient()
    client.force_login(alice)

    response = async_to_sync(client.get)(LIST, headers={"accept-language": "ko"})

    assert language_of(response) == "en"


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_appearance_is_stored_and_applied(client, alice, theme):
    client.post(reverse("set_theme"), {"theme": theme, "next": LIST})

    assert f'data-theme="{theme}"' in client.get(LIST).content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
def test_switches_never_lead_to_another_site(client, alice, target):
    response = client.post(reverse("set_theme"), {"theme": "dark", "next": target})

    assert response.url == reverse("chat:ask")


def test_navigation_marks_where_the_reader_is(client, alice):
    page = client.get(LIST).content.decode()

    assert re.search(r'href="/documents/"\s+aria-current="page"', page)


def test_pages_have_no_inline_script_style_or_handler(client, alice):
    page = client.get(LIST).content.decode()

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_policy_allows_only_our_own_scripts_and_styles(client, alice):
    policy = client.get(LIST)["Content-Security-Policy"]

    directives = dict(directive.split(maxsplit=1) for directive in policy.split("; "))
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["default-src"] == "'none'"


def test_missing_page_is_explained(client, alice):
    response = client.get("/no-such-page", headers={"accept-language": "en"})

    assert response.status_code == 404
    assert "There is nothing here for you" in response.content.decode()


def test_unexpected_error_is_explained_without_touching_the_database(client, rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = views.server_error(rf.get("/"))

    assert response.status_code == 500
    assert "<h1>" in response.content.decode()


def test_database_that_does_not_answer_is_a_short_break(rf):
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        response = views.server_error(rf.get("/"))

    assert response.status_code == 503
    assert response["Retry-After"]


def test_health_needs_no_sign_in(client):
    assert client.get(reverse("healthz")).content == b"ok"


@pytest.mark.parametrize("path", JAVASCRIPT, ids=lambda path: path.name)
def test_imports_end_with_a_semicolon_so_that_their_names_get_hashes(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.match(r"\s*(import|export)\b.*from\b|\s*import\s+[\"']", line):
            assert re.search(r"[\"']\./[\w./-]+\.js[\"'];$", line), line
