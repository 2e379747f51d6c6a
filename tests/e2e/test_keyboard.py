"""The whole way by keyboard alone: signing in, adding a document, finding it, asking it, and reading its source."""

import re

import pytest
from playwright.sync_api import expect

from tests.documents.made_files import make_pdf
from tests.e2e.visitor import PASSWORD, PATIENCE_MS, Visitor

TEXT = "통근버스 안내\n통근버스는 아침 7시 30분에 잠실역에서 출발합니다.\n통근버스 요금은 무료입니다."
QUESTION = "통근버스는 몇 시에 출발하나요?"


@pytest.fixture(scope="module")
def shelf_of_erin(chromium, portal, admin_session):
    """A collection that erin, who has never used a mouse, may edit; return its path."""
    admin = Visitor(chromium, portal.address, storage_state=admin_session)
    admin.add_person("erin")
    path = admin.make_collection("통근 안내")
    admin.let_edit(path, "erin")
    admin.close()
    return path


def reach(visitor, target, most=80):
    """Press Tab until something has the focus."""
    for _press in range(most):
        if target.count() and target.first.evaluate("element => element === document.activeElement"):
            return
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard does not get to {target}.")


def press(visitor, target, key="Enter"):
    reach(visitor, target)
    visitor.page.keyboard.press(key)


def type_into(visitor, target, text):
    reach(visitor, target)
    visitor.page.keyboard.insert_text(text)


def sign_in(visitor, name):
    visitor.open("/")
    type_into(visitor, visitor.page.get_by_label("User name or e-mail address"), name)
    type_into(visitor, visitor.page.get_by_label("Password", exact=True), PASSWORD)
    visitor.page.keyboard.press("Enter")
    expect(visitor.question_box).to_be_visible()


def test_from_signing_in_to_the_source_of_an_answer(visit, shelf_of_erin, tmp_path):
    visitor = visit()
    page = visitor.page
    file = make_pdf(tmp_path / "통근버스.pdf", TEXT)
    # Listened for from the beginning: a browser that is told only at the key press may show its own window first.
    page.on("filechooser", lambda chooser: chooser.set_files(file))
    sign_in(visitor, "erin")

    press(visitor, page.get_by_role("link", name="Documents", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Documents")
    press(visitor, page.get_by_role("main").get_by_role("link", name="통근 안내"))
    expect(page.get_by_role("heading", level=1)).to_have_text("통근 안내")
    press(visitor, page.get_by_label("Choose files"))
    visitor.wait_until_searchable(file.name)

    press(visitor, page.get_by_role("link", name="Search", exact=True))
    type_into(visitor, page.get_by_role("combobox", name="Words to look for"), "통근버스 요금")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_visible(timeout=PATIENCE_MS)
    press(visitor, page.locator(".hits__title a").first)
    expect(page.locator("mark#passage")).to_contain_text("통근버스")

    press(visitor, page.get_by_role("link", name="New question"))
    type_into(visitor, visitor.question_box, QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/conversations/\d+"))
    visitor.wait_for_answer()
    visitor.tab_to(visitor.marks.first)
    expect(visitor.card).to_contain_text("통근버스")
    page.keyboard.press("Enter")

    visitor.expect_highlighted_page()


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(visit, admin_session):
    visitor = visit(storage_state=admin_session, viewport={"width": 320, "height": 700})
    page = visitor.page
    visitor.open("/")
    menu, navigation = page.get_by_role("button", name="Menu"), page.get_by_role("navigation", name="Main")

    press(visitor, menu)
    expect(navigation).to_be_visible()
    reach(visitor, page.get_by_role("link", name="Search", exact=True))
    page.keyboard.press("Escape")

    expect(navigation).not_to_be_visible()
    expect(menu).to_be_focused()


def test_the_first_stop_of_a_page_leads_past_the_navigation(admin):
    admin.open("/documents/")
    press(admin, admin.page.get_by_role("link", name="Skip to content"))

    expect(admin.page.locator("main")).to_be_focused()
    admin.page.keyboard.press("Tab")
    assert admin.page.evaluate("document.querySelector('main').contains(document.activeElement)")
