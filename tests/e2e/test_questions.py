"""Staff write a question with passages from a search, and work through drafts by keys."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def staff(visit, admin_session):
    return visit(storage_state=admin_session, locale="en-US")


def test_question_is_written_with_a_passage_that_was_picked(staff, shelf):
    page = staff.page
    staff.open("/review/questions/new")
    page.get_by_label("Question", exact=True).fill("연차는 며칠인가요?")
    page.get_by_label("Question set").fill("By hand")
    page.get_by_label("Look for passages").fill("연차 유급휴가")
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator(".pick").first.get_by_label("Answers it", exact=True).check()
    page.get_by_role("button", name="Show what I chose").click()
    page.get_by_text("Narrow it to sentences").first.click()
    ticks = page.locator(".pick__sentences").first.get_by_role("checkbox")
    for number in range(1, ticks.count()):
        ticks.nth(number).uncheck()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="연차는 며칠인가요?")).to_be_visible()
    expect(page.get_by_text("ko-ko")).to_be_visible()


def test_drafts_are_decided_by_keys(staff, shelf):
    page = staff.page
    staff.open("/review/questions/drafts")
    page.get_by_label("Question set").fill("Drafted")
    page.get_by_label("From the documents in").select_option(label="인사 규정")
    page.get_by_role("button", name="Make drafts by rules").click()
    drafts = page.locator("[data-draft]")
    first, second = drafts.nth(0).locator("h2").inner_text(), drafts.nth(1).locator("h2").inner_text()

    # Keys are heard as soon as the first draft has the focus.
    expect(drafts.first).to_be_focused()
    page.keyboard.press("a")
    expect(drafts.first.locator("h2")).to_have_text(second)
    expect(drafts.first).to_be_focused()
    page.keyboard.press("r")
    expect(drafts.first.locator("h2")).not_to_have_text(second)
    expect(drafts.first).to_be_focused()
    page.keyboard.press("j")
    expect(drafts.nth(1)).to_be_focused()
    page.keyboard.press("e")

    expect(page).to_have_url(re.compile(r"/review/questions/\d+$"))
    staff.open("/review/questions")
    page.get_by_role("link", name="Drafted 1", exact=True).click()
    expect(page.get_by_role("heading", name=first)).to_be_visible()
