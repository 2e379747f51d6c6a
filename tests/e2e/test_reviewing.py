"""Staff review answers by keyboard alone, and what they correct is given to the next who asks."""

import re

import pytest
from playwright.sync_api import expect

QUESTIONS = [
    "연차는 며칠인가요?", "수습 기간은 얼마나 되나요?", "병가에는 진단서를 내야 하나요?", "창립기념일은 언제인가요?",
    "급여일은 언제인가요?", "육아휴직은 누가 쓸 수 있나요?", "징계는 어떻게 정하나요?",
    "퇴직은 언제까지 알려야 하나요?", "연장근로는 몇 시간까지인가요?", "구내식당 오늘 메뉴는?",
    "휴일근로는 어떻게 보상하나요?", "출장비는 누가 정하나요?", "비밀유지 의무가 있나요?", "경조사 휴가는 며칠인가요?",
]  # fmt: skip
NARROW = {"width": 320, "height": 700}


@pytest.fixture(scope="module")
def asked(portal, chromium, admin_session, shelf):
    """Answers that wait for a reviewer, a few more than ten, since each test judges some."""
    context = chromium.new_context(base_url=portal.address, storage_state=admin_session, locale="en-US")
    for question in QUESTIONS:
        _ask(context.request, portal.address, question)
    context.close()


def _ask(browser, address, question):
    """Ask and have the answer written, as a browser without scripts would."""
    page = browser.get("/").text()
    token = {"csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]}
    headers = {"Referer": f"{address}/"}
    conversation = browser.post("/", form={**token, "question": question}, headers=headers)
    answer = re.search(r"/answers/(\d+)/write", conversation.text())[1]
    browser.post(f"/answers/{answer}/write", form=token, headers=headers)


def reviewed_today(visitor):
    visitor.open("/review/?status=all")
    return int(re.match(r"\d+", visitor.page.locator("dt:text('Reviewed today') + dd").inner_text())[0])


def begin(visitor):
    visitor.open("/review/")
    visitor.tab_to(visitor.page.get_by_role("button", name="Review the next one"))
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(re.compile(r"/review/\d+$"))


def open_answer(visitor, question):
    visitor.open("/review/?status=all")
    visitor.page.get_by_role("main").get_by_role("link", name=question).first.click()
    visitor.page.wait_for_url(re.compile(r"/review/\d+"))


def judge_all(visitor, key):
    for _claim in range(visitor.page.locator("[data-claim]").count()):
        visitor.page.keyboard.press(key)


def save(visitor, keys="Enter"):
    here = visitor.page.url
    visitor.page.keyboard.press(keys)
    visitor.page.wait_for_url(lambda url: url != here)


def test_ten_answers_are_reviewed_by_keyboard_alone(admin, asked):
    before = reviewed_today(admin)
    begin(admin)

    for number in range(10):
        judge_all(admin, "1234"[number % 4])
        if number == 4:
            admin.page.keyboard.press("n")
            admin.page.keyboard.type("Not 1, nor w")
            admin.page.keyboard.press("Escape")
        admin.page.keyboard.press("gcw"[number % 3])
        save(admin)

    assert reviewed_today(admin) == before + 10


def test_keys_choose_what_they_say(admin, asked):
    open_answer(admin, QUESTIONS[0])
    claims = admin.page.locator("[data-claim]")
    expect(claims.first).to_be_focused()

    admin.page.keyboard.press("3")
    expect(claims.first.get_by_label("Does not support")).to_be_checked()
    admin.page.keyboard.press("k")
    expect(claims.first).to_be_focused()
    admin.page.keyboard.press("w")
    expect(admin.page.get_by_label("Wrong")).to_be_checked()
    admin.page.keyboard.press("?")
    expect(admin.page.get_by_role("dialog")).to_be_visible()
    admin.page.keyboard.press("Escape")
    expect(admin.page.get_by_role("dialog")).to_be_hidden()
    expect(claims.first.locator("page-picture rect").first).to_be_visible()


def test_corrected_answer_is_previewed_and_given_to_the_next_who_asks(admin, asked):
    open_answer(admin, QUESTIONS[0])

    admin.page.keyboard.press("e")
    admin.page.keyboard.insert_text("연차는 **15일**입니다 [1].")
    admin.page.get_by_role("button", name="Preview").click()
    expect(admin.page.locator("#preview strong")).to_have_text("15일")
    admin.page.keyboard.press("Escape")
    admin.page.get_by_label("Needs correction").check()
    save(admin)
    admin.ask("연차가 며칠이에요?")

    expect(admin.answer).to_contain_text("연차는 15일입니다")
    expect(admin.answer).to_contain_text("admin")


def test_desk_works_without_scripts(visit, admin_session, asked):
    visitor = visit(storage_state=admin_session, java_script_enabled=False)
    open_answer(visitor, QUESTIONS[1])

    visitor.page.get_by_label("Good").check()
    visitor.page.get_by_label("Note").fill("Read it.")
    visitor.page.get_by_role("button", name="Save", exact=True).click()

    expect(visitor.page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(visitor.page.get_by_label("Note")).to_have_value("Read it.")


@pytest.mark.parametrize("language", ["ko-KR", "en-US"])
def test_desk_fits_a_narrow_phone(visit, admin_session, asked, language):
    visitor = visit(storage_state=admin_session, locale=language, viewport=NARROW)
    open_answer(visitor, QUESTIONS[0])
    answer = visitor.path.partition("?")[0]

    overflows = {}
    for path in [
        "/review/",
        answer,
        f"{answer}/history",
        "/review/quality",
        "/review/corrections",
        "/review/questions",
    ]:
        visitor.open(path)
        overflows[path] = visitor.overflow()

    assert {path: pixels for path, pixels in overflows.items() if pixels > 0} == {}
