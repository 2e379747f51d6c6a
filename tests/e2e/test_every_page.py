"""What holds for all pages: no complaint of the browser (the fixture sees to it), no overflow, both languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import Visitor

PAGES = [
    "/",
    "/conversations/",
    "/search",
    "/search?q=연차",
    "/documents/",
    "/documents/ingestion/",
    "/gaps",
    "/documents/collections/new",
    "/people/",
    "/people/new",
    "/people/groups/new",
    "/password",
    "/review/questions",
    "/review/questions/new",
    "/review/questions/import",
    "/review/questions/drafts",
    "/documents/models/explained",
]
NARROW = {"width": 320, "height": 700}


@pytest.fixture(scope="module")
def conversation(chromium, portal, admin_session, shelf):
    visitor = Visitor(chromium, portal.address, storage_state=admin_session)
    path = visitor.ask("연차는 며칠인가요?")
    visitor.close()
    return path


@pytest.mark.parametrize("language", ["ko-KR", "en-US"])
def test_nothing_is_wider_than_a_narrow_phone(visit, admin_session, shelf, conversation, language):
    visitor = visit(storage_state=admin_session, locale=language, viewport=NARROW)
    marked = f"{shelf.document}?start=100&end=160"

    overflows = {}
    for path in [
        *PAGES,
        conversation,
        f"{conversation}/print",
        shelf.collection,
        f"{shelf.collection}/edit",
        shelf.document,
        marked,
    ]:
        visitor.open(path)
        overflows[path] = visitor.overflow()

    assert {path: pixels for path, pixels in overflows.items() if pixels > 0} == {}


def test_source_is_a_sheet_on_a_narrow_phone(visit, admin_session, conversation):
    visitor = visit(storage_state=admin_session, viewport=NARROW)
    visitor.open(conversation)

    visitor.marks.first.click()
    visitor.expect_highlighted_page()
    assert visitor.overflow() <= 0
    visitor.page.keyboard.press("Escape")

    expect(visitor.sources.locator("page-picture")).not_to_be_visible()
    expect(visitor.marks.first).to_be_focused()


def test_language_and_appearance_are_switched_and_stay(admin, visit):
    admin.add_person("dana")
    dana = visit(color_scheme="light")
    dana.sign_in("dana")
    dana.page.wait_for_url("/")
    html = dana.page.locator("html")
    light = dana.background()

    dana.page.get_by_role("button", name="한국어").click()
    expect(html).to_have_attribute("lang", "ko")
    expect(dana.page.get_by_role("heading", level=1)).to_have_text(re.compile(r"[가-힣]"))
    dana.page.get_by_role("button", name="어둡게").click()
    expect(html).to_have_attribute("data-theme", "dark")
    dana.open("/documents/")

    expect(html).to_have_attribute("lang", "ko")
    assert dana.background() != light


def test_wrong_password_says_what_to_do(visit):
    visitor = visit()

    visitor.sign_in("admin", "wrong")

    expect(visitor.page.get_by_role("alert")).to_contain_text("ask your administrator for a new password")
    assert visitor.path == "/sign-in"
