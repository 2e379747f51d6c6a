"""ODT as text: paragraphs, headings, lists, tables as rows, footnotes; what is hidden or deleted is no text."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from documents.extraction import Extraction
from documents.extraction.archive import Archive
from documents.extraction.composition import Composition
from documents.extraction.numbering import as_number
from documents.extraction.style_names import MAX_HEADING
from documents.extraction.titles import sensible_title
from documents.extraction.wordml import attribute, child, local_name
from documents.failure_codes import FailureCode, IndexingFailure

_NOTE_MARK = "※ "
_NO_TEXT = frozenset((
    "tracked-changes", "annotation", "annotation-end", "table-of-content", "alphabetical-index", "forms", "note",
    "hidden-text", "hidden-paragraph", "ruby-text", "bookmark", "variable-decls", "sequence-decls",
))  # fmt: skip
_BREAKS = {"tab": "\t", "line-break": "\n", "s": " "}
_MAX_SPACES = 50
_MAX_REPEATED_CELLS = 50


def read_odt(path: Path) -> Extraction:
    with Archive(path) as archive:
        archive.refuse_encrypted()
        root = archive.parse("content.xml")
        meta = archive.parse("meta.xml")
        styles = archive.parse("styles.xml")
    body = child(child(root, "body"), "text")
    if root is None or body is None:
        raise IndexingFailure(FailureCode.DAMAGED, "no text body")
    reader = _Reader({name for tree in (root, styles) if tree is not None for name in _hidden_styles(tree)})
    reader.read_blocks(body)
    title = next(meta.iter("{*}title"), None) if meta is not None else None
    return reader.composition.extraction(sensible_title(title.text or "") if title is not None else "")


def _hidden_styles(root: etree._Element) -> Iterator[str]:
    for style in root.iter("{*}style"):
        if attribute(child(style, "text-properties"), "display") == "none":
            yield attribute(style, "name")


class _Reader:
    """Reads blocks in document order into a composition."""

    def __init__(self, hidden: set[str]) -> None:
        self.composition = Composition()
        self._hidden = hidden
        self._depth = 0

    def read_blocks(self, parent: etree._Element) -> None:
        for element in parent:
            name = local_name(element)
            if name in ("p", "h"):
                self._read_paragraph(element)
            elif name == "list":
                self._read_list(element)
            elif name == "table":
                self._read_rows(element)
            elif name not in _NO_TEXT:
                self.read_blocks(element)

    def _read_paragraph(self, paragraph: etree._Element) -> None:
        if attribute(paragraph, "style-name") in self._hidden:
            return
        text = self._text(paragraph)
        if local_name(paragraph) == "h" and len(text) <= MAX_HEADING:
            self.composition.add_heading(text, as_number(attribute(paragraph, "outline-level"), 1))
        elif self._depth and text.strip():
            self.composition.add(f"{'  ' * (self._depth - 1)}- {text}", "list")
        else:
            self.composition.add(text)
        for note in paragraph.iter("{*}note-body"):
            line = self._flat(note)
            self.composition.add(_NOTE_MARK + line if line else "")
        for box in _boxes(paragraph):
            self.read_blocks(box)

    def _read_list(self, element: etree._Element) -> None:
        self._depth = min(self._depth + 1, 9)
        for item in element:
            self.read_blocks(item)
        self._depth -= 1

    def _read_rows(self, parent: etree._Element) -> None:
        for element in parent:
            name = local_name(element)
            if name == "table-row":
                self._read_row(element)
            elif name.startswith("table-") and not name.startswith("table-column"):
                self._read_rows(element)

    def _read_row(self, row: etree._Element) -> None:
        cells: list[str] = []
        for cell in row:
            text = self._flat(cell)
            repeated = as_number(attribute(cell, "number-columns-repeated"), 1)
            cells += [text] * min(repeated, _MAX_REPEATED_CELLS if text else 1)
        if any(cells):
            self.composition.add(" | ".join(cells), "table")

    def _flat(self, parent: etree._Element) -> str:
        """All paragraphs below an element on one line."""
        texts = (self._text(element) for element in parent.iter("{*}p", "{*}h"))
        return " ".join(" ".join(texts).split())

    def _text(self, paragraph: etree._Element) -> str:
        return "".join(self._pieces(paragraph))

    def _pieces(self, parent: etree._Element) -> Iterator[str]:
        yield parent.text or ""
        for element in parent:
            name = local_name(element)
            if name in _BREAKS:
                yield _BREAKS[name] * min(as_number(attribute(element, "c"), 1), _MAX_SPACES)
            elif name not in _NO_TEXT and name != "frame" and attribute(element, "style-name") not in self._hidden:
                yield from self._pieces(element)
            yield element.tail or ""


def _boxes(parent: etree._Element) -> Iterator[etree._Element]:
    """Text boxes anchored in a paragraph, not those inside them, which are found when the outer one is read."""
    for element in parent:
        if local_name(element) == "text-box":
            yield element
        elif local_name(element) not in _NO_TEXT:
            yield from _boxes(element)
