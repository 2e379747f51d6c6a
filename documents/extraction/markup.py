"""The main content of an HTML file as readable text; what a browser would not show is no text.

Nothing a page refers to is ever fetched: only its own elements are read.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html

from documents.extraction import Extraction
from documents.extraction.composition import Composition
from documents.extraction.encoding import decode
from documents.extraction.main_content import main_content
from documents.failure_codes import FailureCode, IndexingFailure

_DECLARED = re.compile(rb"<meta[^>]{0,300}?charset\s{0,10}=\s{0,10}[\"']?\s{0,10}([\w.:-]{1,40})", re.IGNORECASE)
_DECLARATION_BYTES = 4_096
# An encoding named inside has been dealt with; libxml2 refuses text that carries one.
_XML_DECLARATION = re.compile(r"^\s{0,100}<\?xml[^>]{0,300}>")

_NOT_SHOWN = frozenset((
    "applet", "audio", "button", "canvas", "datalist", "desc", "dialog", "embed", "head", "iframe",
    "map", "metadata", "noscript", "object", "script", "select", "style", "template", "textarea",
    "title", "video",
))  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html",
    "legend", "main", "menu", "ol", "p", "pre", "search", "section", "summary", "table", "tbody",
    "tfoot", "thead", "ul",
))  # fmt: skip
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_MAX_STYLE = 2_000
# A start tag of this length with this many attributes takes the parser quadratic time.
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{20000,}")
_MAX_ATTRIBUTES = 2_000


def read_html(path: Path) -> Extraction:
    composition = Composition()
    title = add_html(composition, path.read_bytes())
    return composition.extraction(title)


def add_html(composition: Composition, data: bytes, encoding: str = "") -> str:
    """Add the main content of a page and return its title; `encoding` is what came with it from outside."""
    root = _parse(data, encoding)
    content, heading = main_content(root, _is_hidden)
    if heading is not None:
        composition.add_heading("".join(heading.itertext()), 1)
    _Reader(composition).read(content)
    return root.findtext(".//head/title") or root.findtext(".//title") or ""


def _parse(data: bytes, encoding: str) -> html.HtmlElement:
    declared = _DECLARED.search(data[:_DECLARATION_BYTES])
    text = decode(data, encoding or (declared[1].decode("ascii") if declared else "")).replace("\0", "")
    parser = html.HTMLParser(
        # "huge" still stops at a depth of 2,048; without it at 256, and long texts are dropped.
        encoding="utf-8",
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
    )
    if any(len(tag[0].split()) > _MAX_ATTRIBUTES for tag in _LONG_TAG.finditer(text)):
        raise IndexingFailure(FailureCode.TOO_COMPLEX, "an element with thousands of attributes")
    encoded = _XML_DECLARATION.sub("", text).encode("utf-8", "replace")
    try:
        root = html.document_fromstring(encoded, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise IndexingFailure(FailureCode.NO_TEXT, f"no element: {error}") from error
    _refuse_cut_tree(parser)
    return root


def _refuse_cut_tree(parser: html.HTMLParser) -> None:
    """libxml2 silently drops the rest of a document at its limits."""
    for entry in parser.error_log:
        if entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise IndexingFailure(FailureCode.TOO_COMPLEX, str(entry.message))


class _Reader:
    """Walks the tree once, without recursion, and hands blocks of text to the composition."""

    def __init__(self, composition: Composition) -> None:
        self._composition = composition
        self._inline: list[str] = []
        self._row: list[str] | None = None
        self._tables: list[bool] = []
        self._lists: list[int | None] = []
        self._marker = ""
        self._verbatim = 0

    def read(self, top: html.HtmlElement) -> None:
        for event, element in _visible_events(top):
            if event == "start":
                self._open(element)
                self._say(element.text)
                continue
            if event == "end":
                self._close(element)
            if element is not top:
                self._say(element.tail)
        self._flush()

    def _say(self, text: str | None) -> None:
        if text:
            self._inline.append(text if self._verbatim else re.sub(r"\s+", " ", text))

    def _open(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            self._inline.append("\n" if self._row is None else " ")
        elif tag == "img":
            self._say(f" {element.get('alt', '')} ")
        elif tag in ("ul", "ol", "menu"):
            self._flush()
            self._lists.append(_first_number(element) if tag == "ol" else None)
        elif tag == "li":
            self._flush()
            self._marker = self._next_marker()
        elif tag == "table":
            self._break()
            self._tables.append(_is_layout(element))
        elif tag == "tr":
            self._flush()
            self._row = None if self._tables[-1:] == [True] else []
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._break()
        self._verbatim += tag == "pre"

    def _close(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if tag == "pre":
            self._break()
            self._verbatim -= 1
        elif tag == "table":
            self._break()
            del self._tables[-1:]
        elif tag in _HEADINGS and self._row is None:
            text, self._inline = "".join(self._inline), []
            self._composition.add_heading(text, _HEADINGS[tag])
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag in ("ul", "ol", "menu"):
            self._flush()
            del self._lists[-1:]
        elif tag in _BLOCKS or tag == "li":
            self._break()

    def _next_marker(self) -> str:
        number = self._lists[-1] if self._lists else None
        indent = "  " * min(len(self._lists) - 1, 8)
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _break(self) -> None:
        """A new block begins; inside a table row that is only a space."""
        if self._row is None:
            self._flush()
        else:
            self._inline.append(" ")

    def _flush(self) -> None:
        text = "".join(self._inline)
        self._inline = []
        if not self._verbatim:
            text = "\n".join(line.strip() for line in text.split("\n"))
        if text.strip():
            self._composition.add(self._marker + text.strip("\n"), "list" if self._marker else "")
            self._marker = ""

    def _end_cell(self) -> None:
        if self._row is None:
            self._flush()
        else:
            self._row.append(" ".join("".join(self._inline).split()))
            self._inline = []

    def _end_row(self) -> None:
        if self._inline:
            self._end_cell()
        if self._row and any(self._row):
            self._composition.add(" | ".join(self._row), "table")
        self._row = None


def _is_layout(table: html.HtmlElement) -> bool:
    """A table that only places parts of the page has other tables or headings in its cells."""
    if table.get("role") == "presentation" or table.find(".//table") is not None:
        return True
    return any(table.find(f".//{tag}") is not None for tag in _HEADINGS)


def _first_number(element: html.HtmlElement) -> int:
    start = element.get("start", "1")
    return int(start) if start.isdecimal() and len(start) < 7 else 1


def _visible_events(top: html.HtmlElement) -> Iterator[tuple[str, html.HtmlElement]]:
    """Start and end of every element that a reader would see, and "hidden" for the end of all others."""
    walker = etree.iterwalk(top, events=("start", "end"))
    hidden = None
    for event, element in walker:
        if event == "start" and element is not top and _is_hidden(element):
            walker.skip_subtree()
            hidden = element
        else:
            yield ("hidden" if element is hidden else event), element


def _is_hidden(element: html.HtmlElement) -> bool:
    tag = element.tag
    if tag in _NOT_SHOWN or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return _HIDDEN_STYLE.search(element.get("style", "")[:_MAX_STYLE]) is not None
