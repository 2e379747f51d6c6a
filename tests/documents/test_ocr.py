"""Text recognition with the real program, on pages drawn as pictures."""

import shutil
import subprocess
import sys

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4

from documents import indexing, integrity
from documents.extraction import ExtractedPage, completion, extract, ocr
from documents.extraction.media_types import PDF
from documents.extraction.sandbox import Limits, run
from documents.failure_codes import FailureCode, IndexingFailure
from documents.models import Chunk, Document, Page
from documents.progress import progress_of
from documents.waiting import Situation
from tests.documents.made_files import add_scanned_page, canvas, write_lines
from tests.factories import accepted_document, make_collection

LINES = (
    "연차 휴가는 1년에 15일이며 신청서는 인사팀에 제출합니다.",
    "Annual leave is 15 days a year for everybody.",
)
# A page at 150 dots per inch.
SIZE = (1240, 1754)

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="the program tesseract is not installed here"
)


@pytest.fixture(scope="module")
def korean_font():
    listed = subprocess.run(["fc-list", ":lang=ko", "file"], capture_output=True, text=True, check=True).stdout
    paths = sorted(line.split(":")[0] for line in listed.splitlines())
    regular = [path for path in paths if "Gothic" in path or "Sans" in path] or paths
    return ImageFont.truetype(regular[0], 30)


@pytest.fixture
def scan(korean_font):
    """A drawing of lines of text without a text layer."""
    picture = Image.new("L", SIZE, "white")
    for number, line in enumerate(LINES):
        ImageDraw.Draw(picture).text((120, 200 + 60 * number), line, fill="black", font=korean_font)
    return picture


def make_scans(path, *pictures, text=""):
    drawing = canvas(path)
    for picture in pictures:
        drawing.drawInlineImage(picture, 0, 0, *A4)
        drawing.showPage()
    if text:
        write_lines(drawing, text)
        drawing.showPage()
    drawing.save()
    return path


def completed(pages, languages=""):
    extraction = completion.Extraction(tuple(pages), page_based=True)
    return completion.completed(extraction, None, PDF, languages, lambda done, total: None)


@needs_tesseract
def test_scanned_page_is_read_in_both_languages(tmp_path, scan):
    steps = []

    extraction = extract(
        make_scans(tmp_path / "a", scan, text="This page has a text layer."),
        PDF,
        on_page=lambda *step: steps.append(step),
    )

    page, typed = extraction.pages
    assert "연차 휴가는" in page.text
    assert "Annual leave is 15 days a year" in page.text
    assert (page.method, page.flaw) == ("ocr", "")
    assert 0.7 < page.confidence <= 1.0
    assert page.quality > 0.5
    assert (typed.text, typed.method, typed.confidence) == ("This page has a text layer.", "text", None)
    assert extraction.notes == ("recognised-pages:1",)


@needs_tesseract
def test_picture_without_letters_stays_without_text(tmp_path):
    drawing = canvas(tmp_path / "a")
    write_lines(drawing, "This page has a text layer.")
    drawing.showPage()
    add_scanned_page(drawing)
    drawing.save()

    extraction = extract(tmp_path / "a", PDF)

    assert (extraction.pages[1].text, extraction.pages[1].method) == ("", "text")
    assert extraction.notes == ("wordless-pages:2",)


@needs_tesseract
@pytest.mark.django_db
def test_scanned_document_becomes_searchable_page_by_page(tmp_path, scan, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    content = make_scans(tmp_path / "scan", scan, scan).read_bytes()
    document = accepted_document(make_collection(), content, file_name="scan.pdf")
    job = document.jobs.get()
    seen = []
    read = ocr.read_picture

    def watched(picture, languages):
        job.refresh_from_db()
        seen.append((job.progress_done, job.progress_total, progress_of(job, Situation(job.created_at)).detail))
        return read(picture, languages)

    monkeypatch.setattr(ocr, "read_picture", watched)
    indexing.run(job.pk)

    document.refresh_from_db()
    assert document.state == Document.State.READY
    assert seen == [(0, 2, "0 of 2"), (1, 2, "1 of 2")]
    stored = Page.objects.filter(document=document)
    assert {page.method for page in stored} == {Page.Method.OCR}
    assert all(page.confidence > 0.7 for page in stored)
    assert "Annual leave" in Chunk.objects.filter(document=document).first().text
    assert list(integrity.findings()) == []


def test_scans_are_refused_where_nothing_can_read_them():
    with pytest.raises(IndexingFailure) as caught:
        completed([ExtractedPage(1, "", quality=0.0, flaw="scan")])

    assert caught.value.code == FailureCode.SCANNED


def test_document_of_pictures_without_letters_has_no_text(monkeypatch):
    monkeypatch.setattr(ocr, "run", lambda *job: b"")

    with pytest.raises(IndexingFailure) as caught:
        completed([ExtractedPage(1, "", quality=0.0, flaw="scan")], "kor+eng")

    assert caught.value.code == FailureCode.NO_TEXT


def test_page_that_cannot_be_recognised_keeps_its_flaw_and_the_others_go_on(monkeypatch):
    def failing(*job):
        raise IndexingFailure(FailureCode.TOO_COMPLEX)

    monkeypatch.setattr(ocr, "run", failing)
    pages = [ExtractedPage(1, "Readable text."), ExtractedPage(2, "", quality=0.0, flaw="scan")]

    extraction = completed(pages, "kor+eng")

    assert extraction.pages == tuple(pages)
    assert extraction.notes == ("wordless-pages:2",)


def table_of(*words):
    """What tesseract writes: (paragraph, line, left, right, confidence, word), and the text below."""
    rows = [
        f"5\t1\t1\t{paragraph}\t{line}\t1\t{left}\t0\t{right - left}\t20\t{confidence}\t{word}"
        for paragraph, line, left, right, confidence, word in words
    ]
    return "\n".join(["\t".join(["level"] * 12), *rows]).encode()


def recognised(monkeypatch, output, page=None):
    monkeypatch.setattr(ocr, "run", lambda *job: output)
    page = page or ExtractedPage(1, "", quality=0.0, flaw="scan")
    return ocr.recognised([page], None, "kor+eng", lambda done, total: None)[0]


def test_wrapped_lines_are_joined_and_short_lines_end(monkeypatch):
    output = table_of(
        (1, 1, 0, 1000, 90, "Leave is gran-"), (1, 2, 0, 990, 80, "ted to all who"), (1, 3, 0, 300, 70, "work."),
        (2, 1, 0, 200, 90, "Table"), (2, 2, 0, 1000, 90, "Row"),
    )  # fmt: skip

    page = recognised(monkeypatch, output)

    assert page.text == "Leave is granted to all who work.\n\nTable\nRow"
    assert page.confidence == pytest.approx(0.84)


def test_spaces_between_korean_words_come_from_the_text(monkeypatch):
    output = table_of((1, 1, 0, 100, 90, "휴"), (1, 1, 110, 200, 90, "가")) + "\n휴가\n\n".encode()

    assert recognised(monkeypatch, output).text == "휴가"


def test_page_that_is_mostly_guessed_is_left_out_of_the_index(monkeypatch):
    page = recognised(monkeypatch, table_of((1, 1, 0, 100, 31, "wgxq"), (1, 1, 110, 200, 40, "zzy")))

    assert page.quality < 0.5
    assert (page.method, page.flaw) == ("ocr", "scan")


def test_stamp_on_a_scan_is_kept_where_recognition_finds_less(monkeypatch):
    stamped = ExtractedPage(1, "Received 2024-03-01", quality=0.4, flaw="scan")

    assert recognised(monkeypatch, table_of((1, 1, 0, 100, 95, "Rec")), stamped) == stamped


def test_very_many_scanned_pages_are_not_all_recognised(monkeypatch):
    monkeypatch.setattr(ocr, "MAX_PAGES", 2)
    monkeypatch.setattr(ocr, "run", lambda *job: table_of((1, 1, 0, 100, 95, "Words")))

    extraction = completed([ExtractedPage(n, "", quality=0.0, flaw="scan") for n in (1, 2, 3)], "kor+eng")

    assert [page.text for page in extraction.pages] == ["Words", "Words", ""]
    assert extraction.notes[0] == "ocr-limit:2"


def test_program_that_recognises_has_neither_network_nor_children(tmp_path):
    attempts = tmp_path / "attempts.py"
    attempts.write_text(
        "import os, socket, resource\n"
        "for attempt in (socket.socket, os.fork):\n"
        "    try:\n"
        "        attempt()\n"
        "        print('done')\n"
        "    except OSError as error:\n"
        "        print('refused')\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0], os.environ['OMP_THREAD_LIMIT'])\n"
    )

    output = run(["recognise", sys.executable, "kor+eng", str(attempts)], Limits(cpu_s=7))

    assert output.decode().split() == ["refused", "refused", "7", "1"]


@needs_tesseract
def test_picture_of_a_page_never_has_a_name_on_the_disk(tmp_path, scan, monkeypatch):
    make_scans(tmp_path / "a", scan)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr(ocr.tempfile, "tempdir", str(work))
    started, seen = ocr.run, []

    def watched(*job):
        seen.append(list(work.iterdir()))
        return started(*job)

    monkeypatch.setattr(ocr, "run", watched)

    assert extract(tmp_path / "a", PDF).pages[0].method == "ocr"
    assert seen == [[], []]
