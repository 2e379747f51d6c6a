"""From a file to an answer whose citations open the page: the journey that the product is for."""

from playwright.sync_api import expect

from tests.documents.made_files import make_pdf

QUESTION = "연차는 며칠인가요?"
PARKING = "주차 안내\n주차 등록은 총무팀에서 합니다.\n주차 요금은 월 3만 원입니다."
GYM = "헬스장 안내\n사내 헬스장은 지하 2층에 있습니다.\n헬스장 이용 시간은 오전 7시부터입니다."


def test_uploaded_document_becomes_searchable_without_reloading(admin, tmp_path):
    file = make_pdf(
        tmp_path / "주차 안내.pdf", "주차 안내\n주차 등록은 총무팀에서 합니다.\n주차 요금은 월 3만 원입니다."
    )
    collection = admin.make_collection("총무 안내")
    admin.upload(collection, file)
    admin.page.evaluate("window.still = 'the same page'")

    document = admin.wait_until_searchable(file.name)

    assert admin.page.evaluate("window.still") == "the same page"
    assert admin.status_of(document) == 200


def test_answer_comes_in_parts_and_quotes_the_document(admin, shelf):
    admin.ask(QUESTION)

    assert admin.page.evaluate("window.parts") == ["status", "sources", "text", "marks"]
    expect(admin.answer).to_contain_text("15일")
    expect(admin.marks.first).to_be_visible()


def test_citation_opens_its_page_by_mouse(admin, shelf):
    conversation = admin.ask(QUESTION)

    admin.marks.first.hover()
    expect(admin.card).to_contain_text("취업규칙")
    admin.marks.first.click()

    admin.expect_highlighted_page()
    assert admin.path == conversation


def test_citation_opens_its_page_by_keyboard(admin, shelf):
    admin.ask(QUESTION)
    admin.tab_to(admin.marks.first)

    expect(admin.card).to_be_visible()
    admin.page.keyboard.press("Escape")
    expect(admin.card).to_have_count(0)
    expect(admin.marks.first).to_be_focused()
    admin.page.keyboard.press("Enter")

    admin.expect_highlighted_page()


def test_citation_of_a_deleted_document_says_so(admin, tmp_path):
    file = make_pdf(tmp_path / "헬스장 안내.pdf", GYM)
    admin.upload(admin.make_collection("복지 시설"), file)
    document = admin.wait_until_searchable(file.name)
    conversation = admin.ask("헬스장은 어디에 있나요?")

    admin.delete_document(document)
    admin.open(conversation)

    assert admin.status_of(document) == 404
    expect(admin.answer).to_contain_text("지하 2층")
    expect(admin.sources).to_contain_text("no longer available")
    admin.marks.first.hover()
    expect(admin.card).to_contain_text("no longer available")


def test_outsider_sees_neither_the_collection_nor_the_conversation(admin, charlie, shelf):
    conversation = admin.ask(QUESTION)

    charlie.open("/documents/")

    assert "인사 규정" not in charlie.page.content()
    assert [charlie.status_of(path) for path in (shelf.collection, shelf.document, conversation)] == [404, 404, 404]
    assert [admin.status_of(path) for path in (shelf.collection, shelf.document, conversation)] == [200, 200, 200]
