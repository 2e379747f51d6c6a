import pytest
from pypdf import PdfWriter

from documents.extraction import completion, extract, pdf_properties, sandbox
from documents.extraction.media_types import PDF
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import (
    add_scanned_page,
    canvas,
    make_pdf,
    raw_pdf,
    read_here,
    stream,
    write_lines,
)

SENTENCE = "연차 휴가는 근속 1년 이상이면 15일을 부여한다."


def without_recognition(path, media_type):
    return completion.completed(read_here(path, media_type), path, media_type, "", lambda done, total: None)


def failure_of(path, reader=extract):
    with pytest.raises(IndexingFailure) as caught:
        reader(path, PDF)
    return caught.value.code


def test_pages_are_read_in_order_with_their_lines(tmp_path):
    extraction = extract(make_pdf(tmp_path / "a", f"{SENTENCE}\nsecond line", "Page two."), PDF)

    assert extraction.page_based
    assert [(page.number, page.text) for page in extraction.pages] == [
        (1, f"{SENTENCE}\nsecond line"),
        (2, "Page two."),
    ]
    assert all(page.quality > 0.9 and page.method == "text" for page in extraction.pages)


def test_a_wrapped_paragraph_is_one_line_and_its_neighbours_are_others(tmp_path):
    drawing = canvas(tmp_path / "a")
    lines = (
        "제1조 (연차 휴가)",
        "회사는 한 해 동안 여든 날 이상 출근한 모든 직원에게",
        "열다섯 날의 유급 휴가를 주며, 쓰지 않은 휴가는 다음",
        "해로 넘기지 않는다.",
        "• 신청은 사흘 전까지 한다.",
    )
    write_lines(drawing, *lines, leading=1.6)
    drawing.save()

    text = extract(tmp_path / "a", PDF).pages[0].text

    assert text.split("\n") == [lines[0], " ".join(lines[1:4]), lines[4]]


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("인사 규정 2026", "인사 규정 2026"),
        ("Microsoft Word - Leave.docx", "Leave"),
        ("untitled", ""),
        ("0000-22-7", ""),
    ],
)
def test_only_a_sensible_title_is_taken(tmp_path, stated, title):
    drawing = canvas(tmp_path / "a")
    drawing.setTitle(stated)
    write_lines(drawing, SENTENCE)
    drawing.save()

    assert extract(tmp_path / "a", PDF).title == title


def test_outline_entries_become_headings_where_their_words_stand(tmp_path):
    drawing = canvas(tmp_path / "a")
    for page in ("서문\n여기서 시작한다.\n제1조 목적\n이 규정은", "제2조 적용\n모두에게"):
        for level, title in enumerate([page.split("\n")[-2], "없는 제목"]):
            drawing.bookmarkPage(f"{page} {level}")
            drawing.addOutlineEntry(title, f"{page} {level}", level=level)
        write_lines(drawing, *page.split("\n"))
        drawing.showPage()
    drawing.save()

    first, second = extract(tmp_path / "a", PDF).pages

    assert [(h.level, h.text, first.text[h.start :][:6]) for h in first.headings] == [
        (1, "제1조 목적", "제1조 목적"),
        (2, "없는 제목", "제1조 목적"),
    ]
    assert second.headings[0].start == 0


@pytest.mark.parametrize("entries", ["/First 4 0 R", f"/First 4 0 R/Count {10**9}", ""])
def test_an_outline_that_never_ends_costs_nothing_but_itself(tmp_path, entries):
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 6 0 R/Resources<</Font<</F1 7 0 R>>>>>>"
    objects = (
        f"<</Title(round)/Dest[3 0 R/Fit]/Parent 5 0 R/Next 4 0 R{entries}>>",
        "<</Type/Outlines/First 4 0 R/Last 4 0 R>>",
        stream("BT /F1 12 Tf 50 700 Td (Words of the page) Tj ET"),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    whole = raw_pdf(page, *objects).replace(b"/Pages 2 0 R", b"/Pages 2 0 R/Outlines 5 0 R")
    (tmp_path / "a").write_bytes(whole)

    assert extract(tmp_path / "a", PDF).pages[0].text == "Words of the page"


def _outlined(path, entries):
    drawing = canvas(path)
    drawing.setTitle("A long list")
    write_lines(drawing, SENTENCE)
    drawing.bookmarkPage("here")
    for number in range(entries):
        drawing.addOutlineEntry(f"entry {number}", "here")
    drawing.save()
    return path


def test_an_outline_beyond_the_limit_is_left_out_and_nothing_else(tmp_path):
    within = extract(_outlined(tmp_path / "a", 5_000), PDF)
    beyond = extract(_outlined(tmp_path / "b", 5_001), PDF)

    assert len(within.pages[0].headings) == 5_000
    assert beyond.pages[0].headings == ()
    assert (beyond.title, beyond.pages[0].text) == ("A long list", SENTENCE)


def test_an_outline_that_takes_too_long_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_properties, "_MAX_CPU_S", 0.05)

    page = read_here(_outlined(tmp_path / "a", 5_000), PDF).pages[0]

    assert (page.headings, page.text) == ((), SENTENCE)


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_a_password_to_open_is_a_named_failure_and_one_to_edit_is_not(tmp_path, algorithm):
    drawing = canvas(tmp_path / "made")
    drawing.setTitle("휴가 규정")
    write_lines(drawing, SENTENCE)
    drawing.save()
    for name, password in (("locked", "open"), ("open to all", "")):
        writer = PdfWriter(clone_from=tmp_path / "made")
        writer.encrypt(password, "edit", algorithm=algorithm)
        writer.write(tmp_path / name)

    assert failure_of(tmp_path / "locked") == FailureCode.ENCRYPTED
    extraction = extract(tmp_path / "open to all", PDF)
    assert (extraction.title, extraction.pages[0].text) == ("휴가 규정", SENTENCE)


def test_scans_are_named_and_single_scanned_pages_are_noted(tmp_path):
    scan = canvas(tmp_path / "scan")
    mixed = canvas(tmp_path / "mixed")
    write_lines(mixed, SENTENCE)
    mixed.showPage()
    for drawing in (scan, mixed):
        add_scanned_page(drawing)
        add_scanned_page(drawing)
        drawing.save()

    assert failure_of(tmp_path / "scan", without_recognition) == FailureCode.SCANNED
    assert without_recognition(tmp_path / "mixed", PDF).notes == ("scanned-pages:2-3",)


def test_empty_pages_have_no_text(tmp_path):
    assert failure_of(make_pdf(tmp_path / "a", "", " ")) == FailureCode.NO_TEXT


def test_letters_without_meaning_are_broken_fonts(tmp_path):
    letters = "".join(f"<{number:02x}> <e0{number:02x}>\n" for number in range(0x41, 0x5B))
    space = "1 begincodespacerange <00> <ff> endcodespacerange"
    cmap = f"begincmap\n{space}\n26 beginbfchar\n{letters}endbfchar\nendcmap"
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    text = stream("BT /F1 12 Tf 50 700 Td (ABCDEFGHIJKLMNOPQRSTUVWXYZ) Tj ET")
    (tmp_path / "a").write_bytes(raw_pdf(page, text, font, stream(cmap)))

    assert failure_of(tmp_path / "a", without_recognition) == FailureCode.BROKEN_FONTS


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\n" + b"\0\xff" * 500])
def test_rubble_is_damaged(tmp_path, content):
    path = tmp_path / "a"
    path.write_bytes(content)

    assert failure_of(path) == FailureCode.DAMAGED


def test_a_document_cut_in_half_is_a_named_failure_or_what_is_left(tmp_path):
    whole = make_pdf(tmp_path / "a", *[SENTENCE] * 5).read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])

    assert failure_of(tmp_path / "half") in (FailureCode.DAMAGED, FailureCode.NO_TEXT)


def test_a_page_that_draws_itself_for_ever_is_a_named_failure(tmp_path):
    path = tmp_path / "a"
    own = "/Resources<</XObject<</X 5 0 R>>>>"
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R{own}>>"
    form = stream("/X Do /X Do", f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]{own}")
    path.write_bytes(raw_pdf(page, stream("/X Do"), form))

    with pytest.raises(IndexingFailure) as caught:
        sandbox.run(["pages", PDF, str(path)], sandbox.Limits(memory_bytes=250 << 20, cpu_s=5))

    assert caught.value.code in (FailureCode.TOO_COMPLEX, FailureCode.CRASHED)


def test_pages_beyond_the_limit_are_noted(tmp_path):
    drawing = canvas(tmp_path / "a")
    for number in range(2_002):
        drawing.drawString(72, 700, f"page {number + 1}")
        drawing.showPage()
    drawing.save()

    extraction = extract(tmp_path / "a", PDF)

    assert len(extraction.pages) == 2_000
    assert extraction.notes == ("page-limit:2000",)
