"""How the REST API speaks: one shape of errors in the language of the request, no cache, and its own description."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.api.errors import ErrorCode, error
from tests.factories import make_collection, make_user
from tests.portal.programs import program, said

pytestmark = pytest.mark.django_db

API = "/api/v1"


@pytest.fixture
def alice():
    return make_user("alice")


@pytest.fixture
def web(alice):
    return program(alice)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("get", "/nowhere", (404, "not_found")),
        ("get", f"/documents/{10**30}", (404, "not_found")),
        ("get", "/documents/0", (404, "not_found")),
        ("put", "/me", (405, "wrong_method")),
        ("get", "/documents?limit=0", (422, "invalid")),
        ("get", "/documents?kind=exe", (422, "invalid")),
        ("get", "/search", (422, "invalid")),
    ],
)
def test_mistakes_are_told_in_one_shape(web, method, path, expected):
    response = getattr(web, method)(f"{API}{path}")

    assert said(response) == expected
    assert response.json()["error"].keys() == {"code", "message", "next_step"}
    assert response.json()["error"]["next_step"]


@pytest.mark.parametrize("code", ErrorCode)
def test_errors_are_told_in_whole_sentences(code):
    failure = error(code, scope="ask", limit=5, problems="the body is not JSON.")

    assert failure.message.endswith(".")
    assert failure.next_step.endswith(".")


def test_a_body_that_is_no_json_is_refused(web):
    assert said(web.post(f"{API}/ask", b"{", content_type="application/json")) == (422, "invalid")


def test_errors_speak_the_language_of_the_request(alice):
    address = f"{API}/collections/{make_collection(editors=[alice]).pk}/documents"
    english, korean = (
        program(alice, language=language)
        .post(address, {"file": SimpleUploadedFile("empty.txt", b"")})
        .json()["error"]["message"]
        for language in ("en", "ko")
    )

    assert english.startswith("The file is empty.")
    assert korean.startswith("파일이 비어 있습니다")


def test_answers_are_in_no_cache(web):
    assert "no-store" in web.get(f"{API}/me")["Cache-Control"]


def test_the_description_is_open_and_names_no_other_host():
    response = Client().get(f"{API}/openapi.json")

    assert response.json()["info"]["title"] == "Knowledge Portal"
    assert "http" not in response.content.decode().replace('"http"', "")


def test_the_page_shows_every_operation(client, alice):
    client.force_login(alice)

    page = client.get(f"{API}/docs").content.decode()

    assert page.count("api__operation card") == 20
    assert "POST</b> /api/v1/ask" in page
    assert "curl" in page
    assert "<script>" not in page
