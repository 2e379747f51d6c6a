"""DOCX as text: paragraphs, headings, lists with their numbers, tables as rows, footnotes, text boxes.

The XML is read directly: a general library takes quadratic time on large tables, and memory to match. What
the reader of the printed page would not see (hidden runs, deleted text, field codes) is no text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from documents.extraction import Extraction
from documents.extraction.archive import Archive
from documents.extraction.composition import Composition
from documents.extraction.numbering import Numbering, as_number, read_numbering
from documents.extraction.style_names import TITLE_NAMES, named_level
from documents.extraction.titles import sensible_title
from documents.extraction.wordml import attribute, child, children, is_on, local_name, value
from documents.failure_codes import FailureCode, IndexingFailure

_MAIN_PART = "word/document.xml"
_CONTENTS_NAME = re.compile(r"(?:toc|목차)\s?[1-9]$", re.IGNORECASE)
_BODY_LEVEL = "9"  # the outline level that means "no heading"
_MAX_HOPS = 20
# Half points; smaller print than one point is meant for machines.
_UNREADABLE_SIZE = 4
# Korean offices mark a note like this.
_NOTE_MARK = "※ "

_TRANSPARENT = frozenset(
    ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "dir", "bdo")
)
_CHARACTERS = {
    "tab": "\t",
    "ptab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
}
_BREAK_TYPES = frozenset(("page", "column"))


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style means for the text; `level` 0 is no heading."""

    level: int = 0
    list_id: str = ""
    depth: int = 0
    is_contents: bool = False
    is_title: bool = False


def read_docx(path: Path) -> Extraction:
    with Archive(path) as archive:
        root = archive.parse(_MAIN_PART)
        if root is None:
            raise IndexingFailure(FailureCode.DAMAGED, "no main part")
        reader = _Reader(
            styles=_read_styles(archive.parse("word/styles.xml")),
            numbering=read_numbering(archive.parse("word/numbering.xml")),
            notes=_read_notes(archive),
        )
        title = _stated_title(archive)
    for body in children(root, "body"):
        reader.read_blocks(body)
    return reader.composition.extraction(title or reader.title)


def _stated_title(archive: Archive) -> str:
    properties = archive.parse("docProps/core.xml")
    title = child(properties, "title")
    return sensible_title(title.text or "") if title is not None else ""


def _read_notes(archive: Archive) -> dict[tuple[str, str], str]:
    notes = {}
    for kind in ("footnote", "endnote"):
        root = archive.parse(f"word/{kind}s.xml")
        for note in children(root, kind) if root is not None else ():
            if not attribute(note, "type"):
                notes[kind, attribute(note, "id")] = _flat_text(note)
    return notes


def _read_styles(root: etree._Element | None) -> dict[str, _Style]:
    if root is None:
        return {}
    elements = {attribute(style, "styleId"): style for style in children(root, "style")}
    return {style_id: _style(style, elements) for style_id, style in elements.items()}


def _style(element: etree._Element, elements: dict[str, etree._Element]) -> _Style:
    name = value(element, "name").strip()
    chain = list(_ancestry(element, elements))
    levels = [_heading_level(style) for style in chain]
    lists = [child(child(style, "pPr"), "numPr") for style in chain]
    numbered = next((item for item in lists if item is not None), None)
    return _Style(
        level=next((level for level in levels if level is not None), 0),
        list_id=value(numbered, "numId"),
        depth=as_number(value(numbered, "ilvl"), 0),
        is_contents=bool(_CONTENTS_NAME.match(name)),
        is_title=name.lower() in TITLE_NAMES,
    )


def _ancestry(element: etree._Element, elements: dict[str, etree._Element]) -> Iterator[etree._Element]:
    """The style and those it is based on, the nearest first; a circle ends after some hops."""
    current: etree._Element | None = element
    for _ in range(_MAX_HOPS):
        if current is None:
            return
        yield current
        current = elements.get(value(current, "basedOn"))


def _heading_level(style: etree._Element) -> int | None:
    """1 to 9, 0 for a style that says it is no heading, None for one that says nothing."""
    name = value(style, "name").strip()
    return named_level(name) or _outline_level(child(style, "pPr"))


def _outline_level(properties: etree._Element | None) -> int | None:
    level = value(properties, "outlineLvl")
    if not level:
        return None
    return 0 if level == _BODY_LEVEL else as_number(level, -1) + 1


class _Reader:
    """Reads blocks in document order into a composition."""

    def __init__(self, styles: dict[str, _Style], numbering: Numbering, notes: dict[tuple[str, str], str]) -> None:
        self.composition = Composition()
        self.title = ""
        self._styles = styles
        self._numbering = numbering
        self._notes = notes

    def read_blocks(self, parent: etree._Element) -> None:
        for element in parent:
            name = local_name(element)
            if name == "p":
                self._read_paragraph(element)
            elif name == "tbl":
                self._read_table(element)
            elif name in _TRANSPARENT:
                self.read_blocks(element)

    def _read_paragraph(self, paragraph: etree._Element) -> None:
        properties = child(paragraph, "pPr")
        style = self._styles.get(value(properties, "pStyle"), _Style())
        if style.is_contents:
            return
        run = _Run(paragraph)
        text = run.text
        label = self._label(properties, style) if text.strip() else ""
        self._add(f"{label} {text}" if label else text, properties, style, is_item=bool(label))
        for key in run.notes:
            self.composition.add(_NOTE_MARK + self._notes[key] if self._notes.get(key) else "")
        for box in run.boxes:
            self.read_blocks(box)

    def _add(self, text: str, properties: etree._Element | None, style: _Style, *, is_item: bool) -> None:
        own_level = _outline_level(properties)
        level = style.level if own_level is None else own_level
        if not level:
            self.composition.add(text, "list" if is_item else "")
            return
        if style.is_title and not self.title:
            self.title = text
        self.composition.add_heading(text, level)

    def _label(self, properties: etree._Element | None, style: _Style) -> str:
        own = child(properties, "numPr")
        list_id = value(own, "numId") or style.list_id
        depth = as_number(value(own, "ilvl"), style.depth) if own is not None else style.depth
        return self._numbering.label(list_id, min(depth, 8)) if list_id else ""

    def _read_table(self, table: etree._Element) -> None:
        for row in _descend(table, "tr"):
            cells = list(_descend(row, "tc"))
            if len(cells) == 1:  # a frame around paragraphs
                self.read_blocks(cells[0])
            else:
                self._add_row([_flat_text(cell) for cell in cells])

    def _add_row(self, cells: list[str]) -> None:
        if any(cells):
            self.composition.add(" | ".join(cells), "table")


def _descend(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children of that name, also those inside content controls and accepted changes."""
    for element in parent:
        found = local_name(element)
        if found == name:
            yield element
        elif found in _TRANSPARENT:
            yield from _descend(element, name)


def _flat_text(parent: etree._Element) -> str:
    """All paragraphs below an element on one line."""
    texts = (_Run(element).text for element in parent.iter() if local_name(element) == "p")
    return " ".join(" ".join(texts).split())


class _Run:
    """The visible text of one paragraph, the notes it refers to and the text boxes anchored in it."""

    def __init__(self, paragraph: etree._Element) -> None:
        self._pieces: list[str] = []
        self.notes: list[tuple[str, str]] = []
        self.boxes: list[etree._Element] = []
        self._walk(paragraph)
        self.text = "".join(self._pieces)

    def _walk(self, parent: etree._Element) -> None:
        for element in parent:
            name = local_name(element)
            reader = _RUN_READERS.get(name)
            if reader is not None:
                reader(self, element)
            elif name in _CHARACTERS:
                self._pieces.append("\n" if attribute(element, "type") in _BREAK_TYPES else _CHARACTERS[name])
            elif name in _TRANSPARENT:
                self._walk(element)

    def _read_run(self, run: etree._Element) -> None:
        properties = child(run, "rPr")
        size = as_number(value(properties, "sz"), _UNREADABLE_SIZE + 1)
        if not is_on(properties, "vanish") and size > _UNREADABLE_SIZE:
            self._walk(run)

    def _read_text(self, element: etree._Element) -> None:
        self._pieces.append(element.text or "")

    def _read_note(self, element: etree._Element) -> None:
        self.notes.append((local_name(element).removesuffix("Reference"), attribute(element, "id")))

    def _read_alternatives(self, element: etree._Element) -> None:
        """The same content for newer and older programs: only the first is read."""
        for alternative in element[:1]:
            self._walk(alternative)

    def _read_picture(self, element: etree._Element) -> None:
        self.boxes += _text_boxes(element)

    def _read_ruby(self, element: etree._Element) -> None:
        for base in children(element, "rubyBase"):
            self._walk(base)

    def _read_formula(self, element: etree._Element) -> None:
        self._pieces += [part.text or "" for part in element.iter() if local_name(part) == "t"]


def _text_boxes(parent: etree._Element) -> Iterator[etree._Element]:
    """Text boxes of a drawing, not those inside them, which are found when the outer one is read."""
    for element in parent:
        if local_name(element) == "txbxContent":
            yield element
        elif local_name(element) == "AlternateContent":
            yield from _text_boxes(element[0]) if len(element) else ()
        else:
            yield from _text_boxes(element)


_RUN_READERS: dict[str, Callable[[_Run, etree._Element], None]] = {
    "r": _Run._read_run,
    "t": _Run._read_text,
    "footnoteReference": _Run._read_note,
    "endnoteReference": _Run._read_note,
    "AlternateContent": _Run._read_alternatives,
    "drawing": _Run._read_picture,
    "pict": _Run._read_picture,
    "ruby": _Run._read_ruby,
    "oMath": _Run._read_formula,
    "oMathPara": _Run._read_formula,
}
