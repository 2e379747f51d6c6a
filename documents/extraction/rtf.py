"""RTF as text: paragraphs, headings by their outline level, tables as rows, footnotes; hidden text is none."""

import re
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from documents.extraction import Extraction
from documents.extraction.composition import Composition
from documents.extraction.encoding import decode
from documents.failure_codes import FailureCode, IndexingFailure

_MAX_CHARACTERS = 40_000_000
_NOTE_MARK = "※ "
# Marks of our own in the text that striprtf makes, from the area for private use.
_CELL, _NOTE, _NOTE_END, _LEVEL = "\ue000", "\ue001", "\ue002", "\ue010"
_OWN_MARKS = re.compile("[\ue000-\ue01f]")
_LEVELS = re.compile("[\ue010-\ue019]")
_NOTES = re.compile(f"{_NOTE}([^{_NOTE}{_NOTE_END}]*){_NOTE_END}")

# Pictures as they are; the reader would look at each of their digits.
_PICTURE = re.compile(r"(?:[0-9A-Fa-f]{2}\s{0,2}){300,}")
_RAW_BYTES = re.compile(r"\\bin([0-9]{1,9}) ?")
_CELL_END = re.compile(r"(?<!\\)\\(?:nest)?cell(?![a-z0-9-])")
_OUTLINE = re.compile(r"(?<!\\)\\outlinelevel([0-8])(?![0-9])")
# What follows these in a group is hidden or deleted; the reader skips the rest of a group after "\*".
_HIDDEN = re.compile(r"(?<!\\)\\(?:v|deleted)(?![a-z0-9-])")
_LINE_START = re.compile(r"\{\\field|(?<!\\)\\f(?=[0-9])")
_FOOTNOTE = re.compile(r"\{(?:\\\*)?\\footnote(?:\\ftnalt)?(?![a-z])")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


def read_rtf(path: Path) -> Extraction:
    text = _without_raw_bytes(decode(path.read_bytes()))
    text = _PICTURE.sub("", text)
    if len(text) > _MAX_CHARACTERS:
        raise IndexingFailure(FailureCode.TOO_COMPLEX, f"{len(text)} characters without pictures")
    # The reader searches each line for fonts and links in a way that takes long on long lines; line ends mean nothing.
    text = _LINE_START.sub(r"\n\g<0>", _HIDDEN.sub(r"\\*", _marked(text)))
    try:
        plain = str(rtf_to_text(text, errors="replace"))  # type: ignore[no-untyped-call]  # striprtf has no types
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise IndexingFailure(FailureCode.DAMAGED, repr(error)) from error
    composition = Composition()
    for line in plain.split("\n"):
        _add(composition, line)
    return composition.extraction()


def _without_raw_bytes(text: str) -> str:
    pieces = []
    position = 0
    while match := _RAW_BYTES.search(text, position):
        pieces.append(text[position : match.start()])
        position = match.end() + int(match[1])
    return "".join([*pieces, text[position:]])


def _marked(text: str) -> str:
    text = _OWN_MARKS.sub("", text)
    text = _CELL_END.sub(lambda _match: _unicode(_CELL), text)
    text = _OUTLINE.sub(lambda match: _unicode(chr(ord(_LEVEL) + int(match[1]))), text)
    return _marked_notes(text)


def _unicode(character: str) -> str:
    return f"{{\\uc0\\u{ord(character)}}}"


def _marked_notes(text: str) -> str:
    """Footnotes stand in groups that the reader leaves out; make them ordinary groups between marks."""
    pieces: list[str] = []
    position = 0
    while match := _FOOTNOTE.search(text, position):
        end = _group_end(text, match.end())
        pieces += text[position : match.start()], "{", _unicode(_NOTE), "{", text[match.end() : end], "}"
        pieces.append(_unicode(_NOTE_END))
        position = end
    return "".join([*pieces, text[position:]])


def _group_end(text: str, start: int) -> int:
    depth = 1
    for brace in _BRACE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.start()
    return len(text)


def _add(composition: Composition, line: str) -> None:
    notes = _NOTES.findall(line)
    line = _NOTES.sub("", line)
    level = _LEVELS.search(line)
    line = _OWN_MARKS.sub(lambda mark: mark[0] if mark[0] == _CELL else "", line)
    if _CELL in line:
        cells = [" ".join(cell.split()) for cell in line.split(_CELL)[:-1]]
        composition.add(" | ".join(cells) if any(cells) else "", "table")
    elif level:
        composition.add_heading(line, ord(level[0]) - ord(_LEVEL) + 1)
    else:
        composition.add(line.strip())
    for note in notes:
        composition.add(_NOTE_MARK + note.strip())
