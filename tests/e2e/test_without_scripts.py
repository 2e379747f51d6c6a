"""A browser without scripts: all but the stream of the answer works."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def visitor(visit, admin_session):
    return visit(storage_state=admin_session, java_script_enabled=False)


def test_a_question_is_answered_at_the_press_of_a_button(visitor, shelf):
    page = visitor.page
    visitor.open("/")
    visitor.question_box.fill("연차는 며칠인가요?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url(re.compile(r"/conversations/\d+"))
    page.get_by_role("button", name="Show the answer").click()

    expect(visitor.answer).to_contain_text("15일")
    visitor.marks.first.click()
    expect(page.locator("mark").first).to_be_visible()


def test_a_time_is_chosen_on_the_dashboard(visitor, shelf):
    visitor.open("/dashboard/")
    visitor.page.get_by_label("From this day").fill("2020-01-01")
    visitor.page.get_by_label("Up to this day").fill("2020-01-31")
    visitor.page.get_by_role("button", name="Show").click()

    expect(visitor.page.get_by_role("heading", name="Nobody asked in this time")).to_be_visible()
