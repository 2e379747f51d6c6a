import pytest
from odf.draw import Frame, TextBox
from odf.opendocument import OpenDocumentText
from odf.style import Style, TextProperties
from odf.table import Table, TableCell, TableRow
from odf.text import H, LineBreak, List, ListItem, Note, NoteBody, NoteCitation, P, S, Span, Tab

from documents.extraction.detection import detect
from documents.extraction.media_types import ODT
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import read_here
from tests.documents.made_office import make_zip

NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)


@pytest.fixture
def letter():
    return OpenDocumentText()


def page_of(document, tmp_path):
    document.save(str(tmp_path / "a"))
    return read_here(tmp_path / "a", ODT).pages[0]


def odt_of(tmp_path, body):
    content = f"<office:document-content {NAMES}><office:body><office:text>{body}</office:text></office:body>"
    return make_zip(tmp_path / "a", {"content.xml": f"{content}</office:document-content>"}, mark=ODT)


def failure_of(path):
    with pytest.raises(IndexingFailure) as caught:
        read_here(path, ODT)
    return caught.value.code


def test_headings_paragraphs_lists_and_tables_are_read(letter, tmp_path):
    letter.text.addElement(H(outlinelevel=1, text="총칙"))
    paragraph = P(text="첫")
    for element in (S(c=2), Span(text="문단"), Tab(), LineBreak(), Span(text="끝")):
        paragraph.addElement(element)
    letter.text.addElement(paragraph)
    outer, item = List(), ListItem()
    item.addElement(P(text="하나"))
    inner, inner_item = List(), ListItem()
    inner_item.addElement(P(text="안"))
    inner.addElement(inner_item)
    item.addElement(inner)
    outer.addElement(item)
    letter.text.addElement(outer)
    table = Table()
    for cells in (("구분", "일수"), ("연차", "15일")):
        row = TableRow()
        for text in cells:
            cell = TableCell()
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    letter.text.addElement(table)

    page = page_of(letter, tmp_path)

    assert detect(tmp_path / "a", "a.odt") == ODT
    assert page.text == "총칙\n\n첫  문단\t\n끝\n\n- 하나\n  - 안\n\n구분 | 일수\n연차 | 15일"
    assert [(heading.level, heading.text) for heading in page.headings] == [(1, "총칙")]


def test_notes_and_text_boxes_follow_their_paragraph_and_hidden_text_is_none(letter, tmp_path):
    hidden = Style(name="secret", family="text")
    hidden.addElement(TextProperties(display="none"))
    letter.automaticstyles.addElement(hidden)
    paragraph = P(text="text")
    note = Note(noteclass="footnote")
    note.addElement(NoteCitation(text="1"))
    body = NoteBody()
    body.addElement(P(text="a note"))
    note.addElement(body)
    paragraph.addElement(note)
    paragraph.addElement(Span(text=" hidden", stylename=hidden))
    frame, box = Frame(), TextBox()
    box.addElement(P(text="in the box"))
    frame.addElement(box)
    paragraph.addElement(frame)
    letter.text.addElement(paragraph)

    assert page_of(letter, tmp_path).text == "text\n\n※ a note\n\nin the box"


def test_repeated_cells_and_spaces_are_bounded(tmp_path):
    cell = '<table:table-cell table:number-columns-repeated="{}">{}</table:table-cell>'
    cells = cell.format(999_999, "<text:p>x</text:p>") + cell.format(16_000, "")
    table = f"<table:table><table:table-row>{cells}</table:table-row></table:table>"

    text = read_here(odt_of(tmp_path, table + '<text:p>a<text:s text:c="999999"/>b</text:p>'), ODT).pages[0].text

    assert len(text) < 300


def test_deleted_text_and_comments_are_left_out(tmp_path):
    deleted = "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
    comment = "<text:p>shown<office:annotation><text:p>comment</text:p></office:annotation></text:p>"

    assert read_here(odt_of(tmp_path, deleted + comment), ODT).pages[0].text == "shown"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('<!DOCTYPE s [<!ENTITY x "y">]><s>&x;</s>', FailureCode.DAMAGED),
        ("<s>", FailureCode.DAMAGED),
        ("<s/>", FailureCode.DAMAGED),
        ("<g>" * 5000 + "</g>" * 5000, FailureCode.TOO_COMPLEX),
    ],
)
def test_hostile_content_is_refused(tmp_path, content, code):
    assert failure_of(make_zip(tmp_path / "a", {"content.xml": content}, mark=ODT)) == code


def test_encrypted_files_are_named_as_such(tmp_path):
    manifest = '<m xmlns="urn:x"><file-entry><encryption-data/></file-entry></m>'

    path = make_zip(tmp_path / "a", {"content.xml": "?", "META-INF/manifest.xml": manifest}, mark=ODT)

    assert failure_of(path) == FailureCode.ENCRYPTED
