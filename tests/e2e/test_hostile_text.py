"""Hostile text wherever people or documents can put any: in a real browser it stays words, and reaches nobody."""

import csv
import io
from contextlib import ExitStack

import pytest
from django.conf import settings as product
from django.test import override_settings
from django.urls import reverse
from markdown_it import MarkdownIt
from playwright.sync_api import expect

from chat.models import Answer
from tests import leavings
from tests.chat.streams import committed, signed_in, web_server
from tests.e2e.guard import Guard, verbatim
from tests.e2e.hostile_library import (
    FOUND_BY,
    hostile_collections,
    hostile_library,
    packs,
    without_hostile_collections,
)
from tests.hostile_text import HOSTILE, STORABLE, traced, traces
from tests.llm_server import LanguageModelServer, Script

pytestmark = [
    pytest.mark.django_db,
    # Static files, which a real portal serves in the same way.
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators"),
]

ALL = set(range(len(STORABLE)))
# What the model says, cut anywhere, with a mark now and then.
_SAID = "\n\n".join(f"{text} [1]" if number % 100 == 0 else text for number, text in enumerate(traced(HOSTILE)))
PIECES = [_SAID[start : start + 397] for start in range(0, len(_SAID), 397)]


@pytest.fixture(scope="module")
def model():
    with LanguageModelServer() as server:
        yield server


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with ExitStack() as open_contexts:
        open_contexts.enter_context(django_db_blocker.unblock())
        open_contexts.enter_context(override_settings(MEDIA_ROOT=folder, PICTURE_CACHE_DIR=folder / "pictures"))
        open_contexts.enter_context(leavings.removed())
        yield hostile_library()


@pytest.fixture(autouse=True)
def own_media(library):
    """All tests here share the files of the library, which the web server reads meanwhile."""


@pytest.fixture(scope="module")
def address(library, model):
    """Long lists and long replies, so that few pages show all there is."""
    values = {
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": True,
        "LLM_BASE_URL": model.base_url,
        "LLM_MODEL": "<img src=x onerror=hacked=1>",
        "LLM_MAX_TOKENS": 30_000,
        "LLM_CONTEXT_TOKENS": 60_000,
    }
    with override_settings(**values), pytest.MonkeyPatch.context() as patch, web_server() as address:
        for constant in (
            "documents.library.ROWS", "chat.history.ROWS", "chat.views.reviews.PAGE_SIZE", "chat.suggestions.COUNT",
            "chat.views.review_reports.PAGE_SIZE", "search.suggestions.COUNT", "search.suggestions.LOOKED_AT",
            "chat.suggestions.NEWEST", "chat.suggestions.SHELVES", "search.suggestions.HEADINGS",
        ):  # fmt: skip
            patch.setattr(constant, 1000)
        yield address


@pytest.fixture(scope="module")
def guard(chromium, library, address):
    guard = Guard(chromium, address)
    session = signed_in(library.alice).cookies[product.SESSION_COOKIE_NAME].value
    guard.context.add_cookies([{"name": product.SESSION_COOKIE_NAME, "value": session, "url": address}])
    yield guard
    guard.close()


@pytest.fixture(autouse=True)
def no_complaint(guard):
    guard.complaints.clear()
    yield
    assert guard.complaints == []


def test_names_titles_and_headings_are_words(guard, library):
    shelf = library.shelf.get_absolute_url()

    assert guard.look(shelf) == ALL
    assert guard.look("/") == ALL
    assert guard.look(f"{shelf}/edit")
    assert guard.look("/people/")


def test_names_of_collections_are_words_wherever_they_are_offered(guard, library):
    committed(hostile_collections)
    try:
        seen = [guard.look(path) for path in ("/documents/", "/", "/gaps", "/people/new")]
    finally:
        committed(without_hostile_collections, library.shelf)

    assert seen[:3] == [ALL, ALL, ALL]


def test_texts_and_outlines_are_words(guard, library):
    seen = set()
    for document in library.documents:
        seen |= guard.look(document.get_absolute_url())
        seen |= guard.look(f"{document.get_absolute_url()}?start=0&end=900")
    guard.look(f"{library.documents[0].get_absolute_url()}/related")

    assert seen == ALL


def test_the_file_itself_is_text(guard, library):
    guard.open(reverse("documents:document_file", args=[library.file.pk]))

    assert verbatim(guard.words()) == ALL
    assert guard.page.evaluate("'hacked' in window") is False
    # What the browser's own page around a text would do is forbidden to it too.
    assert all("is sandboxed" in complaint for complaint in guard.complaints)
    guard.complaints.clear()


def test_found_passages_are_words(guard):
    assert guard.look(f"/search?q={FOUND_BY}&show=50") == ALL


def test_suggestions_are_words(guard):
    guard.open("/search")
    guard.page.get_by_role("combobox").press_sequentially("q", delay=0)
    expect(guard.page.get_by_role("option").first).to_be_visible()

    guard.audit()
    assert verbatim(guard.words()) == ALL


def test_conversations_and_remarks_are_words(guard, library):
    key = library.conversation.pk

    assert guard.look("/conversations/") == ALL
    assert guard.look(f"/conversations/?q={FOUND_BY[:1]}")
    assert guard.look(f"/conversations/{key}")
    assert guard.look(f"/conversations/{key}/delete")
    assert guard.look(f"/shared/{library.conversation.share_key}")
    assert guard.look(f"/answers/{library.answer.pk}/tools") == ALL


def test_the_desk_of_reviewers_and_the_gaps_are_words(guard, library):
    assert guard.look("/review/") == ALL
    assert guard.look(f"/review/{library.answer.pk}")
    assert guard.look(f"/review/{library.answer.pk}/history") == ALL
    assert guard.look("/review/corrections") == ALL
    assert guard.look("/review/questions")
    guard.look("/review/quality?by=model")
    assert guard.look("/gaps") == ALL


def test_the_sheet_of_reviews_has_no_formula(guard):
    sheet = guard.context.request.get("/review/export").text()
    cells = [cell for row in csv.reader(io.StringIO(sheet)) for cell in row]

    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))] == []
    assert verbatim(" ".join(cells)) >= ALL


@pytest.mark.parametrize("ending", ["complete", "truncated", "cut", "key_refused"])
def test_an_answer_is_the_same_live_and_loaded_anew(guard, library, model, ending):
    model.script = {
        "complete": Script(pieces=PIECES),
        "truncated": Script(pieces=PIECES[-20:], finish="length"),
        "cut": Script(pieces=PIECES[:20], cut=True),
        "key_refused": Script(status=401, body="<script>hacked=1</script>", content_type="text/html"),
    }[ending]

    guard.ask_about(FOUND_BY)
    expect(guard.answer.locator(".answer__made")).to_be_attached(timeout=60_000)
    live = guard.shown()
    guard.page.reload()

    assert guard.shown() == live
    guard.audit()
    assert len(traces(live["answer"])) >= {"complete": len(HOSTILE), "key_refused": 0}.get(ending, 60)


def test_cards_and_the_source_beside_an_answer_are_words(guard, library):
    guard.open(f"/conversations/{library.conversation.pk}")
    guard.marks.first.hover()
    expect(guard.card).to_contain_text("q000a")
    guard.marks.first.click()
    expect(guard.sources.locator(".source__text")).to_contain_text("q000a")

    guard.audit()
    # The words before the passage, and those of it.
    assert verbatim(guard.sources.inner_text()) >= {0, 1, 2, 3}


def test_names_of_files_are_words_while_they_are_uploaded(guard, library):
    """Empty files are refused, so that their names stay on the page."""
    guard.open(library.shelf.get_absolute_url())
    files = [{"name": name, "mimeType": "text/plain", "buffer": b""} for name in packs(200)]
    guard.page.get_by_label("Choose files").set_input_files(files)
    expect(guard.page.locator(".upload__refusal:visible")).to_have_count(len(files), timeout=60_000)

    guard.audit()
    assert verbatim(guard.page.locator("upload-zone").inner_text()) == ALL


def test_an_answer_that_was_stopped_is_the_same_loaded_anew(guard, library, model):
    model.script = Script(pieces=PIECES, pause_s=0.2)

    guard.ask_about(FOUND_BY)
    expect(guard.page.locator("[data-text]")).to_contain_text("q005z")
    guard.audit()
    guard.page.get_by_role("button", name="Stop").click()
    expect(guard.answer).to_contain_text("You stopped this answer here.")
    live = guard.shown()
    guard.page.reload()

    assert guard.shown() == live
    guard.audit()


def test_what_is_taken_along_stays_words_where_nothing_is_forbidden(guard, library, model):
    """A program that draws all of Markdown and HTML, without a policy, runs nothing and asks nobody."""
    model.script = Script(pieces=PIECES)
    conversation = guard.ask_about(FOUND_BY)
    guard.wait_for_answer()
    guard.look(f"{conversation}/print")
    text = guard.context.request.get(f"{conversation}/export").text()
    answer = Answer.objects.latest("pk").pk
    pasted = guard.context.request.get(f"/answers/{answer}/copy", headers={"accept": "application/json"}).json()

    liberal = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for html in (liberal.render(text), pasted["html"]):
        guard.open_elsewhere(html)
        guard.audit()
        assert traces(guard.words()) == set(range(len(HOSTILE)))
