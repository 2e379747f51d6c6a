"""Draws a sample document as PDF with embedded Hangul fonts, a title block, running lines and an outline.

The same source and fonts always give the same bytes; a character without a glyph is refused, never dropped.
"""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    ListFlowable,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)
from reportlab.platypus import PageBreak as NewPage

from portal.samples.source import Block, Grid, Heading, Items, Note, PageBreak, Prose, Source, Text, plain
from portal.samples.wording import COMPANY, MARGIN_NOTE, facts

FONTS = {"Text": "NanumGothic.ttf", "Text-Bold": "NanumGothicBold.ttf", "Code": "NanumGothicCoding.ttf"}
INK, SOFT, RULE, TINT, ACCENT = (HexColor(c) for c in ("#1d2430", "#5b6675", "#c9d0d9", "#f1f4f7", "#0f5c6e"))
LEFT, RIGHT = 24 * mm, A4[0] - 24 * mm
WIDTH = RIGHT - LEFT

_BODY = ParagraphStyle("body", fontName="Text", fontSize=10.2, leading=16.6, textColor=INK, spaceAfter=6)
_BODY.splitLongWords = 0
_ITEM = ParagraphStyle("item", _BODY, spaceAfter=2)
_CELL = ParagraphStyle("cell", _BODY, fontSize=9.2, leading=13.2, spaceAfter=0)
_HEAD = ParagraphStyle("head", _CELL, fontName="Text-Bold")
_LABEL = ParagraphStyle("label", _CELL, fontSize=8, leading=11, textColor=SOFT)
_NOTE = ParagraphStyle("note", _BODY, fontSize=9.6, leading=15, spaceAfter=2)
_BRAND = ParagraphStyle("brand", _BODY, fontName="Text-Bold", fontSize=9, textColor=ACCENT, spaceAfter=8)
_TITLE = ParagraphStyle("title", _BODY, fontName="Text-Bold", fontSize=22, leading=29, spaceAfter=12)
_HEADINGS = {
    1: ParagraphStyle(
        "h1",
        _TITLE,
        fontSize=14.5,
        leading=20,
        spaceBefore=16,
        spaceAfter=7,
        textColor=ACCENT,
        keepWithNext=1,
    ),
    2: ParagraphStyle("h2", _TITLE, fontSize=11.4, leading=17, spaceBefore=9, spaceAfter=3, keepWithNext=1),
}


class FontError(Exception):
    """The fonts cannot draw the sample documents."""


def register_fonts(folder: Path) -> None:
    """Load the fonts of `FONTS` from the folder, or say which one is missing and where to get it."""
    for name, file in FONTS.items():
        if not (folder / file).is_file():
            raise FontError(
                f"{folder / file} is missing, so Hangul cannot be embedded. "
                "Install the Nanum fonts (Debian: fonts-nanum) or pass the folder that holds them."
            )
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily("Text", normal="Text", bold="Text-Bold", italic="Text", boldItalic="Text-Bold")


def write_pdf(source: Source) -> bytes:
    """Lay the document out twice: the first pass only counts the pages for "3 / 8"."""
    total = _lay_out(source, pages=0)[1]
    return _lay_out(source, pages=total)[0]


def _lay_out(source: Source, *, pages: int) -> tuple[bytes, int]:
    target = BytesIO()
    document = BaseDocTemplate(
        target, pagesize=A4, title=source.title, author=source.owner, subject=MARGIN_NOTE[source.language],
        lang=source.language, invariant=1,
    )  # fmt: skip
    frame = Frame(LEFT, 22 * mm, WIDTH, A4[1] - 46 * mm, leftPadding=0, rightPadding=0, topPadding=0)
    head, foot = partial(_head_line, source), partial(_foot_line, source, pages)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=head, onPageEnd=foot))
    document.afterFlowable = partial(_bookmark, document)
    story = _title_block(source)
    for block in source.blocks:
        story.extend(_draw(block))
    document.build(story)
    return target.getvalue(), document.page


def _head_line(source: Source, canvas: Any, document: Any) -> None:
    stamp = source.effective.strftime("D:%Y%m%d090000+09'00'")
    canvas.setDateFormatter(lambda *_: stamp)
    if document.page == 1:
        return
    _use_small_type(canvas)
    canvas.drawString(LEFT, A4[1] - 15 * mm, source.title)
    canvas.drawRightString(RIGHT, A4[1] - 15 * mm, source.code)
    canvas.line(LEFT, A4[1] - 17 * mm, RIGHT, A4[1] - 17 * mm)


def _foot_line(source: Source, pages: int, canvas: Any, document: Any) -> None:
    _use_small_type(canvas)
    canvas.drawString(LEFT, 13 * mm, f"{COMPANY[source.language]} · {MARGIN_NOTE[source.language]}")
    canvas.drawRightString(RIGHT, 13 * mm, f"{document.page} / {pages}")


def _use_small_type(canvas: Any) -> None:
    canvas.setFont("Text", 8)
    canvas.setFillColor(SOFT)
    canvas.setStrokeColor(RULE)


def _bookmark(document: Any, flowable: Any) -> None:
    level = getattr(flowable, "outline_level", None)
    if level is None:
        return
    key = f"section-{document.seq.nextf('section')}"
    document.canv.bookmarkPage(key)
    document.canv.addOutlineEntry(flowable.getPlainText(), key, level=level, closed=level == 0)


def _title_block(source: Source) -> list[Flowable]:
    cells = facts(source)
    labels = [Paragraph(escape(label), _LABEL) for label, _ in cells]
    values = [Paragraph(_checked(value, _CELL.fontName), _CELL) for _, value in cells]
    rule = [("LINEABOVE", (0, 0), (-1, 0), 1.2, ACCENT), ("LINEBELOW", (0, 1), (-1, 1), 0.5, RULE)]
    style = [*rule, ("LEFTPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, 0), 0)]
    block = Table([labels, values], colWidths=[WIDTH / len(cells)] * len(cells), style=style)
    return [
        Paragraph(_checked(COMPANY[source.language], "Text-Bold"), _BRAND),
        Paragraph(_checked(source.title, "Text-Bold"), _TITLE),
        block,
        Spacer(1, 6 * mm),
    ]


def _draw(block: Block) -> list[Flowable]:
    return _DRAWERS[type(block)](block)


def _heading(block: Heading) -> list[Flowable]:
    paragraph = Paragraph(_markup(block.text, bold=True), _HEADINGS[block.level])
    paragraph.outline_level = block.level - 1
    return [paragraph]


def _prose(block: Prose) -> list[Flowable]:
    return [Paragraph(_markup(block.text), _BODY)]


def _note(block: Note) -> list[Flowable]:
    lines = [Paragraph(_markup(text), _NOTE) for text in block.paragraphs]
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), TINT),
        ("LINEBEFORE", (0, 0), (0, -1), 2.5, ACCENT),
        ("LEFTPADDING", (0, 0), (-1, -1), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
    ]
    return [Table([[lines]], colWidths=[WIDTH], style=style, spaceBefore=4, spaceAfter=8)]


def _items(block: Items) -> list[Flowable]:
    lines = [Paragraph(_markup(text), _ITEM) for text in block.texts]
    kind = {"bulletType": "1", "bulletFormat": "%s."} if block.ordered else {"bulletType": "bullet", "start": "•"}
    return [
        ListFlowable(lines, leftIndent=16, bulletFontName="Text", bulletFontSize=10, bulletColor=ACCENT, **kind),
        Spacer(1, 5),
    ]


def _grid(block: Grid) -> list[Flowable]:
    header = [Paragraph(_markup(text, bold=True), _HEAD) for text in block.header]
    rows = [[Paragraph(_markup(text), _CELL) for text in row] for row in block.rows]
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), TINT),
        ("LINEABOVE", (0, 0), (-1, 0), 1, ACCENT),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ]
    table = Table([header, *rows], colWidths=_column_widths(block), style=style, spaceBefore=4, spaceAfter=12)
    table.repeatRows, table.splitByRow = 1, len(rows) > 12
    return [table]


def _column_widths(block: Grid) -> list[float]:
    """Give each column room for its longest word, then share the rest out by what the cells wish."""
    columns = list(zip(block.header, *block.rows, strict=True))
    least = [_widest_word(column) + 18 for column in columns]
    wishes = [max(low, min(_widest_cell(column), 200) + 18) for low, column in zip(least, columns, strict=True)]
    if sum(wishes) <= WIDTH:
        return [WIDTH * wish / sum(wishes) for wish in wishes]
    share = (WIDTH - sum(least)) / (sum(wishes) - sum(least))
    return [low + share * (wish - low) for low, wish in zip(least, wishes, strict=True)]


def _widest_cell(column: tuple[Text, ...]) -> float:
    return max(_printed_width(plain(text)) for text in column)


def _widest_word(column: tuple[Text, ...]) -> float:
    return max(_printed_width(word) for text in column for word in plain(text).split())


def _printed_width(text: str) -> float:
    return float(pdfmetrics.stringWidth(text, "Text-Bold", _CELL.fontSize))


def _page_break(_: PageBreak) -> list[Flowable]:
    return [NewPage()]


_DRAWERS: dict[type[Block], Callable[[Any], list[Flowable]]] = {
    Heading: _heading,
    Prose: _prose,
    Note: _note,
    Items: _items,
    Grid: _grid,
    PageBreak: _page_break,
}


def _markup(text: Text, *, bold: bool = False) -> str:
    pieces = []
    for span in text:
        font = "Code" if span.code else "Text-Bold" if span.bold or bold else "Text"
        pieces.append(f'<font name="{font}">{_checked(span.text, font)}</font>')
    return "".join(pieces)


def _checked(text: str, font: str) -> str:
    glyphs = pdfmetrics.getFont(font).face.charToGlyph
    missing = sorted({character for character in text if ord(character) not in glyphs})
    if missing:
        raise FontError(f"{FONTS[font]} has no glyph for {' '.join(missing)}; write it differently.")
    return escape(text)
