"""Writes a sample document as DOCX with real headings, tables and running lines; same source, same bytes."""

from collections.abc import Callable
from datetime import datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from portal.samples.source import Block, Grid, Heading, Items, Note, PageBreak, Prose, Source, Text
from portal.samples.wording import COMPANY, MARGIN_NOTE, facts

ACCENT, INK, SOFT = (RGBColor.from_string(c) for c in ("0F5C6E", "1D2430", "5B6675"))
LATIN, HANGUL = "Arial", "맑은 고딕"


def write_docx(source: Source) -> bytes:
    document = Document()
    _set_properties(document, source)
    _set_page(document, source)
    _set_styles(document)
    _title_block(document, source)
    for block in source.blocks:
        _WRITERS[type(block)](document, block)
    target = BytesIO()
    document.save(target)
    return _without_clock(target.getvalue())


def _without_clock(data: bytes) -> bytes:
    """python-docx stamps every part with the present time; give all parts one fixed time instead."""
    target = BytesIO()
    with ZipFile(BytesIO(data)) as before, ZipFile(target, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            after.writestr(part, before.read(name), compress_type=ZIP_DEFLATED)
    return target.getvalue()


def _set_properties(document: DocxDocument, source: Source) -> None:
    properties = document.core_properties
    moment = datetime.combine(source.effective, time(9))
    properties.title, properties.author, properties.language = source.title, source.owner, source.language
    properties.subject, properties.comments = source.code, MARGIN_NOTE[source.language]
    properties.created = properties.modified = moment
    properties.last_modified_by = source.owner


def _set_page(document: DocxDocument, source: Source) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(24)
    section.top_margin = section.bottom_margin = Mm(22)
    _running(section.header.paragraphs[0], f"{source.title}\t\t{source.code}")
    footer = section.footer.paragraphs[0]
    _running(footer, f"{COMPANY[source.language]} · {MARGIN_NOTE[source.language]}\t\t")
    _page_number(footer)


def _running(paragraph: Paragraph, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8), SOFT


def _page_number(paragraph: Paragraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    number = OxmlElement("w:t")
    number.text = "1"
    run.append(number)
    field.append(run)
    paragraph._p.append(field)


def _set_styles(document: DocxDocument) -> None:
    sizes = {"Normal": 10.5, "Title": 22, "Heading 1": 14.5, "Heading 2": 11.5}
    for name, size in sizes.items():
        style = document.styles[name]
        if not isinstance(style, ParagraphStyle):
            raise TypeError(name)
        style.font.name, style.font.size = LATIN, Pt(size)
        style.font.color.rgb = ACCENT if name == "Heading 1" else INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), HANGUL)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.line_spacing = 1.3


def _title_block(document: DocxDocument, source: Source) -> None:
    document.add_paragraph(source.title, style="Title")
    cells = facts(source)
    table = document.add_table(rows=2, cols=len(cells))
    for column, (label, value) in enumerate(cells):
        run = table.cell(0, column).paragraphs[0].add_run(label)
        run.font.size, run.font.color.rgb = Pt(8), SOFT
        table.cell(1, column).paragraphs[0].add_run(value)
    document.add_paragraph()


def _heading(document: DocxDocument, block: Heading) -> None:
    _fill(document.add_heading(level=block.level), block.text)


def _prose(document: DocxDocument, block: Prose) -> None:
    _fill(document.add_paragraph(), block.text)


def _note(document: DocxDocument, block: Note) -> None:
    for text in block.paragraphs:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(6)
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "F1F4F7")
        paragraph._p.get_or_add_pPr().append(shade)
        _fill(paragraph, text)


def _items(document: DocxDocument, block: Items) -> None:
    for number, text in enumerate(block.texts, start=1):
        paragraph = document.add_paragraph(style="List" if block.ordered else "List Bullet")
        if block.ordered:
            paragraph.add_run(f"{number}. ")
        _fill(paragraph, text)


def _grid(document: DocxDocument, block: Grid) -> None:
    table = document.add_table(rows=0, cols=len(block.header), style="Light Grid Accent 1")
    for row in (block.header, *block.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            _fill(paragraph, text)
    document.add_paragraph()


def _page_break(document: DocxDocument, _: PageBreak) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


_WRITERS: dict[type[Block], Callable[[DocxDocument, Any], None]] = {
    Heading: _heading,
    Prose: _prose,
    Note: _note,
    Items: _items,
    Grid: _grid,
    PageBreak: _page_break,
}


def _fill(paragraph: Paragraph, text: Text) -> None:
    for span in text:
        run = paragraph.add_run(span.text)
        run.bold = span.bold or None
        if span.code:
            run.font.name = "Consolas"
