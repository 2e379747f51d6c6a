"""Office files go the whole way: uploaded, read in the limited child, indexed, found, and cited at the right place."""

import re
from types import SimpleNamespace

import pytest
import xlsxwriter
from django.test import override_settings
from django.urls import reverse
from pptx import Presentation

from chat.models import Answer
from documents import indexing
from documents.models import Document, IndexJob
from search.retrieval import find_passages
from tests import leavings
from tests.documents.made_files import make_docx, make_pdf, paragraph
from tests.documents.made_office import hwp_paragraph, hwpx_paragraph, make_hwp, make_hwpx
from tests.documents.test_unpacking import mail_with
from tests.factories import accepted_document, make_collection, make_user

pytestmark = pytest.mark.django_db

MANY_ROWS = 50_000


def deck(path):
    slides = Presentation()
    for title, text in (
        ("Agenda", "Three topics for today."),
        ("Budget", "The budget of the new office is four million euros."),
        ("Moving", "The moving day is the third of March."),
    ):
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text_frame.text = title, text
    slides.save(str(path))
    return path


def long_list(path, rows):
    """Few words in many rows, one in the middle of them with a word of its own."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Parts")
        sheet.write_row(0, 0, ["Part", "Box"])
        for number in range(1, rows):
            sheet.write_row(number, 0, ["Periscope" if number == rows // 2 else number, number % 9])
    return path


def workbook(path, rows=100):
    """The prices stand on the second sheet, one in the middle of them under a word of its own."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.add_worksheet("Notes").write_row(0, 0, ["All prices are without tax."])
        sheet = book.add_worksheet("Prices")
        sheet.write_row(0, 0, ["Article", "Delivery time in weeks"])
        for number in range(1, rows):
            sheet.write_row(number, 0, ["Periscope" if number == rows // 2 else f"Screw {number}", number])
    return path


@pytest.fixture(scope="module")
def shelf(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    with django_db_blocker.unblock(), leavings.removed(), override_settings(MEDIA_ROOT=folder / "media"):
        yield SimpleNamespace(**_filled(folder))


def _filled(folder):
    reader = make_user("dora")
    collection = make_collection("Office", readers=[reader])
    pdf = make_pdf(folder / "travel.pdf", "Cover of the travel rules.", "Hotels cost at most 120 euros a night.")
    docx = make_docx(folder / "leave.docx", paragraph("Parental leave lasts fourteen weeks."))
    sections = hwpx_paragraph("재택근무는 주 2회까지 허용됩니다."), hwpx_paragraph("신청은 팀장에게 합니다.")
    for path in (
        deck(folder / "deck.pptx"),
        workbook(folder / "prices.xlsx"),
        make_hwpx(folder / "remote.hwpx", *sections),
        make_hwp(folder / "pay.hwp", hwp_paragraph("급여는 매월 25일에 지급합니다.")),
    ):
        accepted_document(collection, path.read_bytes(), file_name=path.name)
    accepted_document(collection, mail_with(pdf, docx), file_name="mail.eml")
    _run_all()
    return {"reader": reader, "collection": collection}


def _run_all():
    while job := IndexJob.objects.filter(state=IndexJob.State.QUEUED).order_by("pk").first():
        indexing.run(job.pk)


@pytest.mark.parametrize(
    ("question", "file_name", "page", "words"),
    [
        ("budget of the new office", "deck.pptx", 2, "four million euros"),
        ("moving day", "deck.pptx", 3, "third of March"),
        ("Periscope", "prices.xlsx", 2, "Article: Periscope | Delivery time in weeks: 50"),
        ("prices without tax", "prices.xlsx", 1, "All prices are without tax."),
        ("재택근무 허용", "remote.hwpx", 1, "주 2회까지"),
        ("급여 지급일", "pay.hwp", 1, "25일에 지급"),
        ("files attached for review", "mail.eml", 1, "attached for review"),
        ("hotel costs", "travel.pdf", 2, "120 euros a night"),
        ("parental leave", "leave.docx", 1, "fourteen weeks"),
    ],
)
def test_every_format_is_found_on_its_page(shelf, question, file_name, page, words):
    hit = find_passages(question, shelf.reader, 1).hits[0]

    assert (hit.file_name, hit.page) == (file_name, page)
    assert words in hit.text


def test_attachments_are_documents_below_their_mail(shelf):
    mail = Document.objects.get(file_name="mail.eml")

    assert {member.file_name for member in mail.members.all()} == {"travel.pdf", "leave.docx"}
    assert set(Document.objects.values_list("state", flat=True)) == {"ready"}


@pytest.mark.parametrize(
    ("question", "file_name", "place"),
    [
        ("When is the moving day?", "deck.pptx", "slide 3"),
        ("What is the delivery time of the periscope in weeks?", "prices.xlsx", "sheet “Prices”"),
        ("How much do hotels cost a night?", "travel.pdf", "page 2"),
        ("How long does parental leave last?", "leave.docx", "text"),
    ],
)
def test_answers_name_the_slide_sheet_or_page_of_what_they_cite(shelf, client, question, file_name, place):
    client.force_login(shelf.reader)
    client.post(reverse("chat:ask"), {"question": question})
    answer = Answer.objects.latest("pk")
    client.post(reverse("chat:answer_write", args=[answer.pk]))

    html = client.get(answer.message.conversation.get_absolute_url()).content.decode()

    assert answer.citations.first().document.file_name == file_name
    assert re.search(rf'class="cite-card__head">.*<span>{place}</span>', html)
    assert f'class="source__where">{place}' in html


@pytest.mark.parametrize(
    ("file_name", "words"),
    [
        ("deck.pptx", ("Slides of the document", "Next slide", ">Slide<", "<dt>Slides</dt>")),
        ("prices.xlsx", ("Sheets of the document", "Next sheet", ">Sheet<", "<dt>Sheets</dt>")),
        ("travel.pdf", ("Pages of the document", "Next page", ">Page<", "<dt>Pages</dt>")),
    ],
)
def test_document_page_calls_slides_and_sheets_what_they_are(shelf, client, file_name, words):
    client.force_login(shelf.reader)

    html = client.get(Document.objects.get(file_name=file_name).get_absolute_url()).content.decode()

    assert [word for word in words if word not in html] == []


@pytest.mark.slow
def test_large_workbook_is_found_row_by_row(tmp_path):
    reader = make_user("emil")
    data = long_list(tmp_path / "many.xlsx", MANY_ROWS).read_bytes()
    document = accepted_document(make_collection("Large", readers=[reader]), data, file_name="many.xlsx")

    _run_all()

    document.refresh_from_db()
    assert (document.state, document.page_count, document.notes) == ("ready", 1, [])
    last = MANY_ROWS - 1
    for question, words in (
        ("Periscope", f"Part: Periscope | Box: {MANY_ROWS // 2 % 9}\n"),
        (f"Part {last}", f"Part: {last} | Box: {last % 9}"),
    ):
        # The model takes rows of numbers for much alike, so that the exact row need not be the very first.
        hits = find_passages(question, reader, 3).hits
        assert {(hit.page, hit.heading) for hit in hits} == {(1, "Parts")}
        assert any(words in hit.text for hit in hits)
