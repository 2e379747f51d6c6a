"""Every page in both languages, themes and widths: nothing that axe complains of, and nothing that people stumble over.

The pages are those that `tests.addresses` names, filled from a world that the tests make, so none can be forgotten.
"""

import time
from collections import defaultdict
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error as PlaywrightError

from chat.models import Correction, Gap
from documents.models import PlannedRelease
from search.models import EvaluationRun, QuestionSet
from tests.addresses import ROWS
from tests.e2e.furnished_world import furnished_world
from tests.e2e.survey import survey

pytestmark = pytest.mark.e2e

LANGUAGES = {"en": "en-US", "ko": "ko-KR"}
# Who is asked for a page, the first who may see it.
PEOPLE = ("staff", "alice", "anonymous")
# Has shown his password, and is asked for his second factor.
HALFWAY = "bob on his way in"
# Addresses that answer with something else than a page: files, signs of life, and parts that pages load; that lead
# elsewhere.
NO_PAGES = {
    "oidc_begin", "oidc_callback", "account_email", "mfa_download_recovery_codes",
    "audit_export", "dashboard_export", "rights:collection_export", "rights:person_export",
    "favicon", "healthz", "readyz", "metrics",
    "documents:document_file", "documents:page_picture", "documents:page_highlight", "documents:passage",
    "search:suggestions", "search:release_notice", "search:bench_export", "search:question_export",
    "search:related",
    "chat:document_choice", "chat:conversation_markdown", "chat:answer_stream", "chat:answer_tools",
    "chat:answer_copy", "chat:review_export",
}  # fmt: skip
# Pages that are there for another row of the world only, or look otherwise with something in them.
FURTHER = {
    "mfa_authenticate": (HALFWAY, lambda world: reverse("mfa_authenticate")),
    "mfa_activate_totp": ("staff", lambda world: reverse("mfa_activate_totp")),
    "mfa_reauthenticate": ("bob", lambda world: reverse("mfa_reauthenticate")),
    "mfa_deactivate_totp": ("bob", lambda world: reverse("mfa_deactivate_totp")),
    "mfa_view_recovery_codes": ("bob", lambda world: reverse("mfa_view_recovery_codes")),
    "mfa_generate_recovery_codes": ("bob", lambda world: reverse("mfa_generate_recovery_codes")),
    "second factor": ("bob", lambda world: reverse("mfa_index")),
    "api documentation": ("staff", lambda world: reverse("api:docs")),
    "documents:model_delete": ("staff", lambda world: reverse("documents:model_delete", args=[world.endpoint.pk])),
    "search:release_activate": ("staff", lambda world: reverse("search:release_activate", args=[world.ready.pk])),
    "not found": ("staff", "/no-such-page"),
    "forbidden": ("bob", lambda world: reverse("documents:collection_edit", args=[world.collection.pk])),
    "search with results": ("staff", "/search?q=annual+leave"),
    "search without results": ("staff", "/search?q=zebra"),
    "own days without questions": ("staff", "/dashboard/?first_day=2020-01-01&last_day=2020-01-31"),
    "marked passage": ("staff", lambda world: f"{world.document.get_absolute_url()}?start=0&end=6"),
    "question with a passage": ("staff", lambda world: reverse("search:question_edit", args=[world.judged.pk])),
    "search:question_import_check": ("staff", lambda world: world.import_check),
    "release being built": ("staff", lambda world: reverse("search:release", args=[world.building.pk])),
}  # fmt: skip
# What was seen of all pages, by language: kind of complaint -> page -> complaints.
_seen: dict[str, dict[str, dict[str, list[str]]]] = {}


@pytest.fixture
def seen(request, chromium, live_server, transactional_db):
    """Look at all pages once for each language; the tests ask for one kind of complaint each."""
    language = request.getfixturevalue("language")
    if language not in _seen:
        _seen[language] = _look_at_all(chromium, live_server.url, language)
    return _seen[language]


def _look_at_all(chromium, address, language):
    world = furnished_world()
    found = defaultdict(dict)
    try:
        pages = {name: _page_of(chromium, address, language, world, name) for name in (*PEOPLE, "bob", HALFWAY)}
        for name, (person, path) in _pages(world).items():
            for kind, complaints in _surveyed(pages[person], path).items():
                if complaints:
                    found[kind][name] = complaints
        for page in pages.values():
            page.context.close()
    finally:
        for model in (EvaluationRun, QuestionSet, PlannedRelease, Gap, Correction):
            model.objects.all().delete()
    return found


def _surveyed(page, path):
    """One page that does not open says so, and keeps nobody from the others."""
    try:
        found = survey(page, path)
    except PlaywrightError as error:
        return {"opening": [str(error)]}
    is_there = urlsplit(page.url).path == urlsplit(path).path
    return found | {"opening": [] if is_there else [f"leads to {page.url}"]}


def _pages(world):
    """Name -> who asks for it, and its path."""
    clients = {person: _client(world, person) for person in PEOPLE}
    found, missing = {}, []
    for name, row in ROWS.items():
        if row.method != "get" or name in {*NO_PAGES, *FURTHER} or name.startswith(("api:", "completions:")):
            continue
        path = reverse(name, args=row.args(world)) + row.query
        if person := next((person for person in PEOPLE if _is_page(clients[person].get(path))), None):
            found[name] = (person, path)
        else:
            missing.append(name)
    assert missing == [], "Nobody gets a page from these: fill the world, or name them in NO_PAGES."
    return found | {
        name: (person, path if isinstance(path, str) else path(world)) for name, (person, path) in FURTHER.items()
    }


def _is_page(response):
    return response.status_code == 200 and getattr(response, "content", b"").lstrip().startswith(b"<!doctype html>")


def _client(world, person):
    client = Client()
    if person == HALFWAY:
        client.post(reverse("sign_in"), {"login": "bob", "password": "correct horse"})
    elif person != "anonymous":
        client.force_login(world.people[person])
        session = client.session
        # As if the password had been typed just now, and for as long as this takes: pages of the second factor ask.
        typed = {"method": "password", "at": time.time() + 3600, "reauthenticated": True}
        session["account_authentication_methods"] = [typed]
        session["account_authentication_methods_user"] = str(world.people[person].pk)
        session.save()
    return client


def _page_of(chromium, address, language, world, person):
    context = chromium.new_context(base_url=address, locale=LANGUAGES[language])
    context.set_default_timeout(20_000)
    cookies = _client(world, person).cookies
    if settings.SESSION_COOKIE_NAME in cookies:
        session = cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    return context.new_page()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens(seen, language):
    assert seen["opening"] == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page(seen, language):
    assert seen["axe"] == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_targets_are_large_enough_to_be_hit(seen, language):
    assert seen["targets"] == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_the_focus_is_seen(seen, language):
    assert seen["focus"] == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_moves_for_those_who_do_not_want_it(seen, language):
    assert seen["motion"] == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_a_narrow_phone(seen, language):
    assert seen["width"] == {}
