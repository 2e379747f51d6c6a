"""Conversing by keyboard and mouse: stopping, asking again and in other words, walking through the sources, sharing."""

import re

import pytest
from playwright.sync_api import expect

QUESTION = "연차는 며칠인가요?"


@pytest.fixture
def asked(admin, shelf):
    """The admin has an answer before them; return its path."""
    return admin.ask(QUESTION)


def keys(visitor, *pressed):
    for key in pressed:
        visitor.page.keyboard.press(key)


def test_stopped_answer_is_kept_when_it_is_answered_again(admin, shelf):
    held = []
    admin.page.route("**/stream", lambda request: held.append(request))
    admin.open("/")
    admin.question_box.fill(QUESTION)
    keys(admin, "Enter")
    admin.page.wait_for_url(re.compile(r"/conversations/\d+"))
    expect(admin.answer.get_by_role("button", name="Stop")).to_be_visible()

    admin.page.unroute("**/stream")
    keys(admin, "Escape")
    expect(admin.answer).to_contain_text("You stopped this answer here.")
    admin.page.get_by_role("button", name="Answer again").click()
    admin.wait_for_answer()
    expect(admin.page.get_by_text("Version 2 of 2")).to_be_visible()
    expect(admin.answer).to_contain_text("15일")
    admin.page.get_by_role("link", name="Older version").click()

    expect(admin.answer).to_contain_text("You stopped this answer here.")


def test_last_question_is_edited_from_the_empty_box(admin, asked):
    keys(admin, "/")
    expect(admin.question_box).to_be_focused()
    keys(admin, "ArrowUp")
    editor = admin.page.get_by_label("The question in other words")
    expect(editor).to_be_focused()
    editor.fill("병가는 며칠인가요?")
    keys(admin, "Enter")

    expect(admin.page.get_by_role("heading", level=1)).to_have_text("병가는 며칠인가요?")
    admin.wait_for_answer()
    expect(admin.page.get_by_text("Version 2 of 2")).to_be_visible()


def test_enter_that_ends_a_hangul_syllable_does_not_send(admin, shelf):
    admin.open("/")
    admin.question_box.focus()
    method = admin.context.new_cdp_session(admin.page)
    method.send("Input.imeSetComposition", {"text": "요", "selectionStart": 1, "selectionEnd": 1})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    method.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    method.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})

    expect(admin.question_box).to_have_value("요")
    assert admin.path == "/"

    method.send("Input.insertText", {"text": QUESTION})
    keys(admin, "Shift+Enter")
    expect(admin.question_box).to_have_value(f"{QUESTION}\n")
    keys(admin, "Enter")
    admin.page.wait_for_url(re.compile(r"/conversations/\d+"))


def test_sources_are_walked_through_by_keyboard(admin, asked):
    keys(admin, "]")
    expect(admin.marks.first).to_be_focused()
    expect(admin.card).to_contain_text("취업규칙")
    keys(admin, "Enter")
    admin.expect_highlighted_page()
    picture = admin.sources.locator("page-picture").filter(visible=True)
    width = picture.bounding_box()["width"]
    keys(admin, "+")
    assert picture.bounding_box()["width"] > width
    # How many sentences are quoted depends on what else the library holds.
    count = admin.marks.count()
    second = min(count, 2)
    keys(admin, "]")
    expect(admin.marks.nth(second - 1)).to_be_focused()
    expect(admin.marks.nth(second - 1)).to_have_attribute("aria-current", "true")
    expect(admin.sources).to_contain_text(f"{second} / {count}")
    original = admin.sources.get_by_role("link", name="Original file")
    expect(original).to_have_attribute("href", re.compile(r"/documents/\d+/file#page=\d+$"))
    keys(admin, "Escape")

    expect(admin.sources.locator("page-picture").filter(visible=True)).to_have_count(0)
    keys(admin, "?")
    expect(admin.page.get_by_role("dialog", name="Keys and reading")).to_be_visible()


def give_text(link, address):
    """Have the panel show text from this address behind a link to a source, as it does where there is no picture."""
    link.evaluate("(link, address) => { delete link.dataset.picture; link.dataset.passage = address; }", address)


def test_text_of_a_source_that_did_not_come_is_asked_for_again(admin, asked):
    link = admin.sources.locator("[data-quote]").first
    give_text(link, "/its-text")
    admin.page.route("**/its-text", lambda request: request.abort())
    link.click()
    expect(admin.sources.locator("[data-failed]")).to_be_visible()
    admin.complaints.clear()

    admin.page.route("**/its-text", lambda request: request.fulfill(body="Its words."))
    link.click()

    expect(admin.sources).to_contain_text("Its words.")


def test_text_that_comes_late_does_not_replace_what_was_opened_since(admin, asked):
    source = admin.sources.locator(".source", has=admin.page.locator("[data-quote]")).first
    first, second = (source.locator("[data-place]").nth(number) for number in (0, 1))
    give_text(first, "/late")
    give_text(second, "/soon")
    held = []
    admin.page.route("**/late", lambda request: held.append(request))
    admin.page.route("**/soon", lambda request: request.fulfill(body="Soon."))
    first.click()
    second.click()
    expect(source).to_contain_text("Soon.")

    with admin.page.expect_response("**/late") as late:
        held[0].fulfill(body="Late.")
    late.value.finished()
    admin.page.evaluate("new Promise((shown) => setTimeout(shown, 100))")

    expect(source).to_contain_text("Soon.")


def test_screen_reader_hears_whole_sentences(admin, asked):
    heard = admin.answer.locator("[data-announcement] p").all_inner_texts()

    assert heard[0] == "Answering…"
    assert all(re.search(r"[.!?…]$", sentence) for sentence in heard[:-1])
    assert any("15일" in sentence for sentence in heard)
    assert "[1]" not in "".join(heard)


def test_answer_is_shown_only_when_it_is_complete_if_somebody_wishes_so(admin, shelf):
    admin.open("/")
    admin.page.get_by_role("button", name="Keys and reading").click()
    admin.page.get_by_label("Show an answer only when it is complete").check()
    admin.page.get_by_role("button", name="Close").click()

    admin.ask(QUESTION)

    assert "text" not in admin.page.evaluate("window.parts")
    expect(admin.answer).to_contain_text("15일")


def test_answer_is_copied_with_its_references(admin, asked):
    admin.context.grant_permissions(["clipboard-read", "clipboard-write"])
    admin.page.get_by_role("button", name="Copy").click()
    expect(admin.page.get_by_text("Copied")).to_be_visible()

    text = admin.page.evaluate("navigator.clipboard.readText()")

    assert re.search(r"\[1\] 취업규칙, page \d+: “.+” <http://.+#passage>", text)


def test_where_copying_is_forbidden_the_text_is_shown(admin, asked):
    admin.page.evaluate("void (navigator.clipboard.write = () => Promise.reject(new Error()))")
    admin.page.get_by_role("button", name="Copy").click()

    text = admin.page.get_by_role("dialog").get_by_role("textbox")

    expect(text).to_be_focused()
    expect(text).to_have_value(re.compile("취업규칙"))


def test_where_the_text_to_copy_does_not_come_its_own_page_is_opened(admin, asked):
    admin.page.route("**/copy", lambda request: request.abort(), times=1)
    admin.page.get_by_role("button", name="Copy").click()

    admin.page.wait_for_url(re.compile(r"/answers/\d+/copy"))
    expect(admin.page.locator("body")).to_contain_text("취업규칙")
    admin.complaints.clear()


def test_thumbs_are_given_without_leaving_the_page(admin, asked):
    admin.page.evaluate("window.still = 'the same page'")
    admin.page.get_by_role("button", name="Not helpful").click()
    admin.page.get_by_label("Something is missing").check()
    admin.page.get_by_role("button", name="Send").click()

    expect(admin.page.get_by_text("Reviewers will see what you said")).to_be_visible()
    expect(admin.page.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    assert admin.page.evaluate("window.still") == "the same page"


def test_question_is_asked_of_one_document_that_was_found_by_its_title(admin, shelf):
    admin.open("/")
    admin.page.locator("summary").filter(has_text="All documents").click()
    admin.page.get_by_label("Find a document by its title").press_sequentially("취업")
    admin.page.get_by_label("취업규칙").check()
    keys(admin, "Escape")
    admin.question_box.fill(QUESTION)
    keys(admin, "Enter")
    admin.wait_for_answer()

    expect(admin.page.locator("main")).to_contain_text("Asked here: 취업규칙")


def test_whoever_loses_access_sees_the_quote_no_more_after_reloading(admin, charlie, shelf):
    admin.let_read(shelf.collection, "charlie", yes=True)
    charlie.ask(QUESTION)
    expect(charlie.answer).to_contain_text("15일")

    admin.let_read(shelf.collection, "charlie", yes=False)
    charlie.page.reload()

    expect(charlie.answer).to_contain_text("may no longer read")
    assert "15일" not in charlie.page.content()


def test_colleague_reads_along_without_seeing_what_is_closed(admin, charlie, asked):
    admin.page.get_by_role("button", name="Share").click()
    address = admin.page.get_by_label("Link for colleagues").input_value()
    charlie.open(address)

    expect(charlie.page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    expect(charlie.page.locator("main")).to_contain_text("admin has shared this conversation")
    assert "15일" not in charlie.page.content()
    expect(charlie.page.get_by_label("Your question")).to_have_count(0)

    admin.page.get_by_role("button", name="End sharing").click()
    expect(admin.page.get_by_role("button", name="Share", exact=True)).to_be_visible()
    assert charlie.status_of(address) == 404
