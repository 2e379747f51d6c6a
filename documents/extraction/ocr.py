"""Reads pages that are only pictures, with the program tesseract where it is installed.

A limited child draws the page, a second one becomes tesseract. A page that cannot be read this way keeps its flaw.
"""

import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from documents.extraction import ExtractedPage, type_Progress
from documents.extraction.cleaning import clean
from documents.extraction.quality import MIN_QUALITY, text_quality, visible_characters
from documents.extraction.sandbox import Limits, run
from documents.failure_codes import IndexingFailure

# Flaws that text recognition can do something about.
CURABLE = ("scan", "broken")
# A page takes some seconds; more than these belong into parts of the document, or on a machine for that.
MAX_PAGES = 300

_PROGRAM = "tesseract"
# Best first: the first language decides where letters of both could be meant.
_LANGUAGES = ("kor", "eng")
_ASKING_S = 10
# As bare as that of the children, so that both find the same language data.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
_LIMITS = Limits(cpu_s=60, wall_s=60)
_DRAWING_LIMITS = Limits(cpu_s=20, wall_s=30)
# The columns of tesseract's table that are used; block, paragraph and line stand side by side.
_LEVEL, _BLOCK, _LEFT, _WIDTH, _CONFIDENCE, _TEXT = 0, 2, 6, 8, 10, 11
_COLUMNS = 12
_WORD_LEVEL = "5"
# A line that ends this close to the right edge of its paragraph, as a share of its width, goes on in the next.
_FULL = 0.12
_CUT_WORD = re.compile(r"(?<=[a-z])- (?=[a-z])")


@dataclass(frozen=True, slots=True)
class Reading:
    """What tesseract made of a picture; `confidence` is the mean of its words, 0 to 1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Line:
    """`paragraph` are tesseract's numbers of block and paragraph, `right` is where the line ends on the picture."""

    paragraph: tuple[str, str]
    left: int
    right: int
    text: str


def installed_languages() -> str:
    """The languages to recognise as tesseract takes them ("kor+eng"); nothing where it cannot be used.

    Asked for anew each time: it may be installed while workers run.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        return ""
    try:
        listed = subprocess.run(
            [program, "--list-langs"], env=_ENVIRONMENT, capture_output=True, timeout=_ASKING_S, check=True, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return "+".join(language for language in _LANGUAGES if language in listed.stdout.split())


def recognised(
    pages: Sequence[ExtractedPage], path: Path, languages: str, on_page: type_Progress
) -> tuple[ExtractedPage, ...]:
    """All pages, those with a curable flaw with the text that was recognised on their picture."""
    wanted = [page for page in pages if page.flaw in CURABLE][:MAX_PAGES]
    found: dict[int, ExtractedPage] = {}
    for done, page in enumerate(wanted):
        on_page(done, len(wanted))
        found[page.number] = _cured(page, path, languages)
    return tuple(found.get(page.number, page) for page in pages)


def read_picture(picture: bytes, languages: str) -> Reading:
    """Read one picture (PNG); raises IndexingFailure."""
    program = shutil.which(_PROGRAM)
    # A file without a name: nothing of the page is left behind, whatever ends this process.
    with tempfile.TemporaryFile() as file:
        file.write(picture)
        file.seek(0)
        table = run(["recognise", str(program), languages, "stdin"], _LIMITS, file)
    return _reading(table.decode("utf-8", "replace"))


def _cured(page: ExtractedPage, path: Path, languages: str) -> ExtractedPage:
    try:
        picture = run(["scan", str(path), str(page.number)], _DRAWING_LIMITS)
        reading = read_picture(picture, languages)
    except IndexingFailure:
        return page
    text = clean(reading.text)
    # Words that tesseract hardly believes itself are rubbish like those of a broken font.
    quality = min(text_quality(text), reading.confidence)
    is_better = page.flaw == "broken" or visible_characters(text) > visible_characters(page.text)
    if not text or not is_better:
        return page
    headings = tuple(replace(heading, start=0) for heading in page.headings)
    return replace(
        page,
        text=text,
        headings=headings,
        method="ocr",
        quality=quality,
        confidence=reading.confidence,
        flaw="" if quality >= MIN_QUALITY else page.flaw,
    )


def _reading(output: str) -> Reading:
    """Tesseract writes a table of words, which knows their places, and the text, which knows the spaces in Korean."""
    rows, texts = [], []
    for line in output.splitlines():
        cells = line.split("\t")
        if len(cells) == _COLUMNS:
            rows += [cells] if cells[_LEVEL] == _WORD_LEVEL and cells[_TEXT].strip() else []
        elif line.strip():
            texts.append(" ".join(line.split()))
    lines = list(_lines(rows))
    if len(texts) == len(lines):
        lines = [replace(line, text=text) for line, text in zip(lines, texts, strict=True)]
    paragraphs = [_paragraph(list(group)) for _, group in groupby(lines, key=lambda line: line.paragraph)]
    confidences = [min(1.0, max(0.0, float(row[_CONFIDENCE]) / 100)) for row in rows]
    return Reading("\n\n".join(paragraphs), round(statistics.fmean(confidences), 3) if confidences else 0.0)


def _lines(rows: Sequence[list[str]]) -> Iterator[_Line]:
    for place, group in groupby(rows, key=lambda row: (row[_BLOCK], row[_BLOCK + 1], row[_BLOCK + 2])):
        words = list(group)
        left = min(int(word[_LEFT]) for word in words)
        right = max(int(word[_LEFT]) + int(word[_WIDTH]) for word in words)
        yield _Line(place[:2], left, right, " ".join(word[_TEXT].strip() for word in words))


def _paragraph(lines: Sequence[_Line]) -> str:
    """Lines that reach the right edge go on in the next one; others, as in lists and tables, end where they end."""
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    full = right - _FULL * (right - left)
    joined = "".join(line.text + (" " if line.right >= full else "\n") for line in lines)
    return _CUT_WORD.sub("", joined).strip()
