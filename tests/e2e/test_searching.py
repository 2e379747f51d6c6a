"""From half a word to the page of a passage: suggestions, results without reloading, reasons, the way into chat."""

import re

from playwright.sync_api import expect

from tests.e2e.visitor import PATIENCE_MS


def _type_until_something_is_offered(visitor, text):
    """Suggestions of a new document are made within half a minute."""
    field = visitor.page.get_by_role("combobox", name="Words to look for")
    options = visitor.page.get_by_role("option")
    for _attempt in range(PATIENCE_MS // 1000):
        field.fill("")
        field.press_sequentially(text)
        visitor.page.wait_for_timeout(1000)
        if options.count():
            return options
    raise AssertionError("Nothing is offered.")


def test_from_half_a_word_to_the_page_of_a_passage(admin, shelf):
    page = admin.page
    admin.open("/search")
    page.evaluate("window.still = 'the same page'")

    options = _type_until_something_is_offered(admin, "연ㅊ")
    expect(options.first).to_contain_text("연차 유급휴가")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    results = page.locator(".hit")
    expect(results.first.locator(".hit__text mark").first).to_contain_text("연차", timeout=PATIENCE_MS)
    expect(page).to_have_url(re.compile(r"/search\?q="))
    expect(page.get_by_role("status")).to_contain_text("passage")

    page.get_by_role("link", name="Words", exact=True).click()
    expect(page).to_have_url(re.compile("mode=lexical"))
    results.first.get_by_text("Why this result?").click()
    expect(results.first).to_contain_text("You asked for an order by words alone.")
    assert page.evaluate("window.still") == "the same page"
    page.go_back()
    expect(page).not_to_have_url(re.compile("mode=lexical"))
    expect(results.first).to_be_visible(timeout=PATIENCE_MS)

    page.locator(".hits__title a").first.click()
    expect(page.locator("page-picture rect").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("mark#passage")).to_contain_text("연차")


def test_without_scripts_words_are_found_and_asked(visit, admin_session, shelf):
    visitor = visit(storage_state=admin_session, java_script_enabled=False)
    visitor.open("/search")

    visitor.page.get_by_label("Words to look for").fill("연차 휴가")
    visitor.page.get_by_role("button", name="Search").click()
    expect(visitor.page.locator(".hit mark").first).to_be_visible()
    visitor.page.get_by_role("button", name="Ask about these").click()

    visitor.page.wait_for_url(re.compile(r"/conversations/\d+"))
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("연차 휴가")
