import zipfile

import docx
import pytest

from documents.extraction.media_types import DOCX
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import make_docx, paragraph, read_here, table

STYLES = """
<w:style w:type="paragraph" w:styleId="a1"><w:name w:val="제목 1"/></w:style>
<w:style w:type="paragraph" w:styleId="a2"><w:name w:val="own"/><w:basedOn w:val="a1"/></w:style>
<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="clause"/>
  <w:pPr><w:outlineLvl w:val="2"/><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="round"><w:name w:val="x"/><w:basedOn w:val="round"/></w:style>
<w:style w:type="paragraph" w:styleId="toc"><w:name w:val="toc 1"/></w:style>"""
NUMBERING = """
<w:abstractNum w:abstractNumId="1">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="제%1조"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="ganada"/><w:lvlText w:val="%3)"/></w:lvl>
</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>"""


def item(text, depth):
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="7"/></w:numPr>')


def styled(text, style):
    return paragraph(text, f'<w:pStyle w:val="{style}"/>')


def text_of(tmp_path, body, **parts):
    return read_here(make_docx(tmp_path / "stored", body, **parts), DOCX).pages[0].text


def failure_of(path):
    with pytest.raises(IndexingFailure) as caught:
        read_here(path, DOCX)
    return caught.value.code


def test_a_letter_from_a_word_processor_is_read(tmp_path):
    letter = docx.Document()
    letter.core_properties.title = "Microsoft Word - 인사규정.docx"
    letter.add_heading("총칙", 1)
    letter.add_paragraph("첫 문단\u200b입니다.")
    letter.add_paragraph("하나", style="List Bullet")
    letter.add_paragraph("둘", style="List Number")
    rows = letter.add_table(2, 2)
    for cell, word in zip([*rows.rows[0].cells, *rows.rows[1].cells], ["구분", "일수", "연차", "15일"], strict=True):
        cell.text = word
    letter.add_heading("세부", 2)
    letter.save(tmp_path / "letter")

    extraction = read_here(tmp_path / "letter", DOCX)

    page = extraction.pages[0]
    assert extraction.title == "인사규정"
    assert page.text == "총칙\n\n첫 문단입니다.\n\n- 하나\n1. 둘\n\n구분 | 일수\n연차 | 15일\n\n세부"
    assert [(h.start, h.level, h.text) for h in page.headings] == [(0, 1, "총칙"), (43, 2, "세부")]


def test_headings_are_known_by_korean_names_inheritance_and_outline_level(tmp_path):
    body = styled("하나", "a1") + styled("둘", "a2") + styled("셋", "a3") + styled("넷", "round")
    path = make_docx(tmp_path / "stored", body + styled("다섯", "no-such"), styles=STYLES, numbering=NUMBERING)

    headings = read_here(path, DOCX).pages[0].headings

    assert [(h.level, h.text) for h in headings] == [(1, "하나"), (1, "둘"), (3, "제1조 셋")]


def test_numbers_of_lists_are_counted_as_drawn(tmp_path):
    body = (
        item("목적", 0)
        + item("적용", 0)
        + item("정의", 1)
        + item("범위", 1)
        + item("예", 2)
        + item("끝", 0)
        + item("a", 1)
    )

    text = text_of(tmp_path, body, numbering=NUMBERING)

    assert text.split("\n") == [
        "제1조 목적",
        "제2조 적용",
        "2.1 정의",
        "2.2 범위",
        "가) 예",
        "제3조 끝",
        "3.1 a",
    ]


def test_what_readers_do_not_see_is_no_text(tmp_path):
    body = (
        "<w:p><w:r><w:t>shown </w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>too</w:t></w:r>'
        '<w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>tiny</w:t></w:r>'
        "<w:del><w:r><w:delText>deleted</w:delText><w:t>deleted</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>, added</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )

    assert text_of(tmp_path, body + styled("1 Contents 3", "toc"), styles=STYLES) == "shown too, added"


def test_notes_and_text_boxes_follow_their_paragraph(tmp_path):
    box = f"<w:pict><w:txbxContent>{paragraph('in the box')}</w:txbxContent></w:pict>"
    body = f'<w:p><w:r><w:t>text</w:t><w:footnoteReference w:id="2"/>{box}</w:r></w:p>' + paragraph("next")
    notes = f'<w:footnote w:id="2">{paragraph("a note")}</w:footnote>'

    assert text_of(tmp_path, body, footnotes=notes) == "text\n\n※ a note\n\nin the box\n\nnext"


def test_a_frame_of_one_cell_is_no_row(tmp_path):
    assert text_of(tmp_path, table(("one",)) + table(("a", "b"), ("", "d"))) == "one\n\na | b\n | d"


def test_a_large_table_is_read_in_good_time(tmp_path):
    text = text_of(tmp_path, table(*[tuple(f"r{row}c{column}" for column in range(20)) for row in range(1000)]))

    assert text.count("\n") == 999
    assert text.endswith("r999c18 | r999c19")


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><d>&x;</d>',
        "<unclosed>",
        "",
    ],
)
def test_entities_and_broken_parts_are_damage(tmp_path, document):
    path = tmp_path / "stored"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", document)

    assert failure_of(path) == FailureCode.DAMAGED


def test_entities_do_not_hide_in_another_encoding(tmp_path):
    path = tmp_path / "stored"
    with zipfile.ZipFile(path, "w") as archive:
        xml = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'
        archive.writestr("word/document.xml", xml.encode("utf-16"))

    assert failure_of(path) == FailureCode.DAMAGED


def test_deep_nesting_is_too_complex(tmp_path):
    body = "<w:sdt>" * 5000 + "</w:sdt>" * 5000

    assert failure_of(make_docx(tmp_path / "stored", body)) == FailureCode.TOO_COMPLEX


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = make_docx(tmp_path / "stored", "")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/big.xml", b"0" * 40_000_000)

    assert failure_of(path) == FailureCode.TOO_COMPLEX


def test_too_many_members_are_refused(tmp_path):
    path = make_docx(tmp_path / "stored", paragraph("x"))
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(5_000):
            archive.writestr(f"m{number}", "")

    assert failure_of(path) == FailureCode.TOO_COMPLEX


@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil", "..\\evil", "C:/evil"])
def test_members_that_aim_outside_are_refused(tmp_path, name):
    path = make_docx(tmp_path / "stored", paragraph("x"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")

    assert failure_of(path) == FailureCode.DAMAGED


def test_what_is_no_zip_or_not_a_letter_is_damaged(tmp_path):
    path = tmp_path / "stored"
    path.write_bytes(b"PK\x03\x04 nothing")
    assert failure_of(path) == FailureCode.DAMAGED

    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other", "x")
    assert failure_of(path) == FailureCode.DAMAGED
