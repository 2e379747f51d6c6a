"""HWPX (Hangul as zip and XML) as text: paragraphs, headings, tables as rows, footnotes, text boxes.

Headers and footers, hidden comments and deleted text are no text.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from documents.extraction import Extraction
from documents.extraction.archive import Archive
from documents.extraction.composition import Composition
from documents.extraction.numbering import as_number
from documents.extraction.style_names import MAX_HEADING, named_level
from documents.extraction.titles import sensible_title
from documents.extraction.wordml import child, children, local_name
from documents.failure_codes import FailureCode, IndexingFailure

_PACKAGE = "Contents/content.hpf"
_SECTION = re.compile(r"Contents/section([0-9]{1,6})\.xml$", re.IGNORECASE)
_NOTE_MARK = "※ "
_NOTES = frozenset(("footNote", "endNote"))
_CHARACTERS = {"tab": "\t", "lineBreak": "\n", "nbSpace": " ", "fwSpace": " ", "hyphen": "-"}


def read_hwpx(path: Path) -> Extraction:
    with Archive(path) as archive:
        archive.refuse_encrypted()
        package = archive.parse(_PACKAGE)
        names = list(_spine(package, archive)) or _numbered_sections(archive)
        reader = _Reader(_styles(archive.parse("Contents/header.xml")))
        for name in names:
            section = archive.parse(name)
            if section is not None:
                reader.read_blocks(section)
    if not names:
        raise IndexingFailure(FailureCode.DAMAGED, "no section")
    return reader.composition.extraction(_stated_title(package) or reader.title)


def _stated_title(package: etree._Element | None) -> str:
    title = next(package.iter("{*}title"), None) if package is not None else None
    return sensible_title(title.text or "") if title is not None else ""


def _spine(package: etree._Element | None, archive: Archive) -> Iterator[str]:
    """The sections in the order the package states; its paths start at the top or beside it."""
    manifest, spine = child(package, "manifest"), child(package, "spine")
    if manifest is None or spine is None:
        return
    targets = {item.get("id"): item.get("href", "") for item in children(manifest, "item")}
    for reference in children(spine, "itemref"):
        target = posixpath.normpath(targets.get(reference.get("idref"), ""))
        for name in (target, f"Contents/{target}"):
            if _SECTION.match(name) and name in archive:
                yield name
                break


def _numbered_sections(archive: Archive) -> list[str]:
    found = {int(match[1]): name for name in archive.names if (match := _SECTION.match(name))}
    return [found[number] for number in sorted(found)]


class _Styles:
    """The heading level of a paragraph, by its style or its own outline level."""

    def __init__(self, named: dict[str, int], outlined: dict[str, int]) -> None:
        self._named = named
        self._outlined = outlined

    def level(self, paragraph: etree._Element) -> int:
        named = self._named.get(paragraph.get("styleIDRef", ""), 0)
        return named or self._outlined.get(paragraph.get("paraPrIDRef", ""), 0)


def _styles(header: etree._Element | None) -> _Styles:
    if header is None:
        return _Styles({}, {})
    named = {
        style.get("id", ""): named_level(style.get("name", "")) or named_level(style.get("engName", ""))
        for style in header.iter("{*}style")
    }
    return _Styles(named, {shape.get("id", ""): _outline_level(shape) for shape in header.iter("{*}paraPr")})


def _outline_level(shape: etree._Element) -> int:
    heading = next(shape.iter("{*}heading"), None)
    if heading is None or heading.get("type") != "OUTLINE":
        return 0
    return min(as_number(heading.get("level", ""), 0) + 1, 9)


class _Reader:
    """Reads paragraphs in document order into a composition."""

    def __init__(self, styles: _Styles) -> None:
        self.composition = Composition()
        self.title = ""
        self._styles = styles

    def read_blocks(self, parent: etree._Element) -> None:
        for paragraph in children(parent, "p"):
            self._read_paragraph(paragraph)

    def _read_paragraph(self, element: etree._Element) -> None:
        paragraph = _Paragraph(element)
        text = paragraph.text.strip()
        level = self._styles.level(element)
        if level and 0 < len(text) <= MAX_HEADING:
            self.composition.add_heading(text, level)
        else:
            self.composition.add(text)
        for item in paragraph.objects:
            self._read_object(item)

    def _read_object(self, element: etree._Element) -> None:
        name = local_name(element)
        if name == "tbl":
            self._read_table(element)
        elif name in _NOTES:
            line = _flat_text(element)
            self.composition.add(_NOTE_MARK + line if line else "")
        else:
            for inner in children(element, "subList"):
                self.read_blocks(inner)

    def _read_table(self, table: etree._Element) -> None:
        for caption in children(table, "caption"):
            self._read_object(caption)
        for row in children(table, "tr"):
            cells = list(children(row, "tc"))
            if len(cells) == 1:  # a frame around paragraphs
                self._read_object(cells[0])
                continue
            texts = [_flat_text(cell) for cell in cells]
            self.composition.add(" | ".join(texts) if any(texts) else "", "table")
            for inner in _inner_objects(cells):
                self._read_object(inner)


def _flat_text(parent: etree._Element) -> str:
    """The paragraphs of a cell or note on one line, without those of tables and notes inside them."""
    texts = [_Paragraph(paragraph).text for inner in children(parent, "subList") for paragraph in children(inner, "p")]
    return " ".join(" ".join(texts).split())


def _inner_objects(cells: list[etree._Element]) -> Iterator[etree._Element]:
    for cell in cells:
        for inner in children(cell, "subList"):
            for paragraph in children(inner, "p"):
                yield from _Paragraph(paragraph).objects


class _Paragraph:
    """The text of one paragraph, and the tables, notes and text boxes anchored in it."""

    def __init__(self, element: etree._Element) -> None:
        self.objects: list[etree._Element] = []
        self._pieces: list[str] = []
        self._is_deleted = False
        for run in children(element, "run"):
            self._read_run(run)
        self.text = "".join(self._pieces)

    def _read_run(self, run: etree._Element) -> None:
        for element in run:
            name = local_name(element)
            if name == "t":
                self._read_text(element)
            elif name == "tbl":
                self.objects.append(element)
            elif name == "ctrl":
                self.objects += (item for item in element if local_name(item) in _NOTES)
            elif name == "switch":
                self._read_run(element[0] if len(element) else element)
            elif name == "dutmal":  # a word with its reading above
                main = child(element, "mainText")
                self._pieces.append((main.text or "") if main is not None else "")
            else:
                self.objects += _text_boxes(element)

    def _read_text(self, element: etree._Element) -> None:
        self._say(element.text)
        for mark in element:
            name = local_name(mark)
            if name in ("deleteBegin", "deleteEnd"):
                self._is_deleted = name == "deleteBegin"
            else:
                self._say(_CHARACTERS.get(name))
            self._say(mark.tail)

    def _say(self, text: str | None) -> None:
        if text and not self._is_deleted:
            self._pieces.append(text)


def _text_boxes(shape: etree._Element) -> Iterator[etree._Element]:
    """Text boxes of a drawing, not those inside them, which are found when the outer one is read."""
    for element in shape:
        if local_name(element) in ("drawText", "caption"):
            yield element
        elif len(element):
            yield from _text_boxes(element)
