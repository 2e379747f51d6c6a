"""Reads the Markdown sources of the sample documents into blocks that every writer understands.

A block that no writer can draw is refused here, so a source never loses text on its way into a file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    bold: bool = False
    code: bool = False


Text = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: Text


@dataclass(frozen=True, slots=True)
class Prose:
    text: Text


@dataclass(frozen=True, slots=True)
class Note:
    paragraphs: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Items:
    ordered: bool
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    header: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


Block = Heading | Prose | Note | Items | Grid | PageBreak


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    language: str
    format: str
    code: str
    owner: str
    version: str
    effective: date
    blocks: tuple[Block, ...]


class SourceError(Exception):
    """A source holds something that the writers cannot draw."""


def plain(text: Text) -> str:
    return "".join(span.text for span in text)


def read_source(path: Path) -> Source:
    """Parse a file of `key: value` lines between two `---` lines, then Markdown."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
    effective = date.fromisoformat(fields.pop("effective"))
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(body))
    try:
        return Source(**fields, effective=effective, blocks=tuple(_block(node) for node in tree.children))
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from error


def _block(node: SyntaxTreeNode) -> Block:
    reader = _READERS.get(node.type)
    if reader is None:
        raise SourceError(f"a {node.type} block cannot be drawn; write it as a paragraph, list or table.")
    return reader(node)


def _heading(node: SyntaxTreeNode) -> Heading:
    return Heading(level=int(node.tag[1]), text=_text(node.children[0]))


def _prose(node: SyntaxTreeNode) -> Prose:
    return Prose(_text(node.children[0]))


def _note(node: SyntaxTreeNode) -> Note:
    return Note(tuple(_text(paragraph.children[0]) for paragraph in node.children))


def _items(node: SyntaxTreeNode) -> Items:
    if any(len(item.children) != 1 for item in node.children):
        raise SourceError("a list item must hold exactly one paragraph.")
    texts = tuple(_text(item.children[0].children[0]) for item in node.children)
    return Items(ordered=node.type == "ordered_list", texts=texts)


def _grid(node: SyntaxTreeNode) -> Grid:
    rows = [_row(row) for section in node.children for row in section.children]
    return Grid(header=rows[0], rows=tuple(rows[1:]))


def _row(node: SyntaxTreeNode) -> tuple[Text, ...]:
    return tuple(_text(cell.children[0]) if cell.children else () for cell in node.children)


def _page_break(_: SyntaxTreeNode) -> PageBreak:
    return PageBreak()


_READERS: dict[str, Callable[[SyntaxTreeNode], Block]] = {
    "heading": _heading,
    "paragraph": _prose,
    "blockquote": _note,
    "bullet_list": _items,
    "ordered_list": _items,
    "table": _grid,
    "hr": _page_break,
}


def _text(inline: SyntaxTreeNode) -> Text:
    return tuple(_spans(inline.children, bold=False))


def _spans(nodes: Sequence[SyntaxTreeNode], *, bold: bool) -> list[Span]:
    spans: list[Span] = []
    for node in nodes:
        spans.extend(_span(node, bold=bold))
    return spans


def _span(node: SyntaxTreeNode, *, bold: bool) -> list[Span]:
    match node.type:
        case "text":
            return [Span(node.content, bold=bold)]
        case "softbreak":
            return [Span(" ", bold=bold)]
        case "code_inline":
            return [Span(node.content, bold=bold, code=True)]
        case "strong":
            return _spans(node.children, bold=True)
        case _:
            raise SourceError(f"{node.type} inside a line cannot be drawn; use plain or bold text.")
