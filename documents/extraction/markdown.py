"""Markdown as readable text: headings recognised, marks of layout taken away, code kept as it is.

A scan line by line with bounded patterns: a parser of the whole language takes quadratic time on hostile
input. Front matter is text between two lines of dashes and is never loaded.
"""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from documents.extraction import Extraction
from documents.extraction.cleaning import clean
from documents.extraction.composition import Composition
from documents.extraction.encoding import decode

_FRONT_MATTER_LINES = 200
_FENCE = re.compile(r" {0,3}(?:`{3,}[^`]*$|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]{0,20}$")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,200}$")
_QUOTE = re.compile(r"(?: {0,3}>){1,100} ?")
_TIGHT = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]|[ \t]*\|")
# Longer lines are kept as they stand.
_MAX_INLINE = 5_000
_INLINE = (
    (re.compile(r"!\[([^\[\]]{0,300})\]\([^()\s]{0,1000}[^()]{0,200}\)"), r"\1"),
    (re.compile(r"\[([^\[\]]{1,500})\]\([^()\s]{0,1000}[^()]{0,200}\)"), r"\1"),
    (re.compile(r"<(https?://[^<>\s]{1,1000})>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]{0,1000}>"), ""),
    (re.compile(r"(\*\*|__|~~)(?=\S)([^*_~]{1,300})(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*]{1,300})(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`]{1,300})`"), r"\1"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read_markdown(path: Path) -> Extraction:
    composition = Composition()
    text = _without_comments(clean(decode(path.read_bytes())))
    for heading_level, block in _blocks(_body(text.split("\n"))):
        if heading_level:
            composition.add_heading(_plain(block), heading_level)
        else:
            composition.add(block)
    return composition.extraction()


def _body(lines: list[str]) -> list[str]:
    """The lines after the front matter, if there is any."""
    if lines[0].rstrip() != "---":
        return lines
    for number, line in enumerate(lines[1:_FRONT_MATTER_LINES], start=1):
        if line.rstrip() in ("---", "..."):
            return lines[number + 1 :]
    return lines


def _blocks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Headings as (level, text), everything between them as (0, text)."""
    block: list[str] = []
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence or mark:
            closes = bool(mark) and _closes(line, fence)
            if not mark or (fence and not closes):
                block.append(line)
            fence = "" if closes else fence or line.strip()[:3]
            continue
        heading = _HEADING.match(line)
        underline = _UNDERLINE.match(line)
        if heading:
            yield from _text_block(block)
            yield len(heading[1]), _without_closing_marks(heading[2] or "")
        elif underline and block and _can_be_heading(block[-1]):
            title = block.pop()
            yield from _text_block(block)
            yield (1 if "=" in underline[1] else 2), title
        else:
            block += _readable(line)
    yield from _text_block(block)


def _text_block(block: list[str]) -> Iterator[tuple[int, str]]:
    """Hand over what was collected and begin anew."""
    text = "\n".join(block)
    block.clear()
    yield 0, text


def _without_closing_marks(title: str) -> str:
    """`## Title ##` is Title; `## C#` is C#."""
    title = title.rstrip()
    stripped = title.rstrip("#")
    return stripped if stripped.endswith((" ", "\t")) else title


def _closes(line: str, fence: str) -> bool:
    return bool(fence) and line.strip().startswith(fence) and not line.strip().strip(fence[0])


def _can_be_heading(line: str) -> bool:
    return bool(line.strip()) and not _TIGHT.match(line)


def _without_comments(text: str) -> str:
    """Comments are not shown to readers, so they are no text. One that never ends is none."""
    pieces: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        pieces.append(text[position:start])
        position = end + len("-->")
    return "".join(pieces) + text[position:]


def _readable(line: str) -> list[str]:
    if _RULE.match(line) or ("|" in line and "-" in line and not line.strip("|:- \t")):
        return []
    quote = _QUOTE.match(line)
    return [_plain(line[quote.end() :] if quote else line)]


def _plain(line: str) -> str:
    """One line without the marks of layout."""
    if len(line) > _MAX_INLINE:
        return line
    for pattern, replacement in _INLINE:
        line = pattern.sub(replacement, line)
    return unescape(line)
