"""Questions as CSV: read as spreadsheets and people write it, and written so that no cell can become a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

from django.utils.translation import gettext as _

from documents.spreadsheets import BOM, DANGEROUS, line
from search.queries import storable
from search.questions.rows import MOST_BYTES, MOST_CHARACTERS, MOST_ROWS, Row, Unreadable

COLUMNS = tuple(field.name for field in fields(Row) if field.name != "number")
# Headings that say the same.
_OTHER_NAMES = {
    "질문": "question", "query": "question", "문서": "document", "file": "document", "title": "document",
    "쪽": "page", "페이지": "page", "인용": "quote", "인용문": "quote", "passage": "quote", "answer": "quote",
    "관련도": "relevance", "grade": "relevance", "score": "relevance", "언어": "language", "구분": "split",
    "답변 가능": "answerable", "짝": "pair",
}  # fmt: skip
_ENCODINGS = ("utf-8-sig", "cp949")


def read(content: bytes) -> list[Row]:
    """The rows of the file. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("The file is larger than %(size)s MB. Split it in two.") % {"size": MOST_BYTES // 10**6})
    text = _decoded(content)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        columns = _columns(next(lines, []))
        return list(_rows(lines, columns))
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)s cannot be read: a quotation mark is missing or a cell is far too long.")
            % {"line": lines.line_num}
        ) from error


def written(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a file that `read` understands."""
    yield BOM + line(COLUMNS)
    for row in rows:
        yield line([getattr(row, name) for name in COLUMNS])


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Sequence[str] = ("utf-16",)
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            return storable(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The file is not text in UTF-8, UTF-16 or CP949. Save it as “CSV UTF-8”."))


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)


def _columns(head: Sequence[str]) -> Mapping[str, int]:
    names = [_OTHER_NAMES.get(cell.strip().lower(), cell.strip().lower()) for cell in head]
    if "question" not in names:
        raise Unreadable(
            _("The first line has to name the columns; “question” is missing. Others: document, page, quote.")
        )
    return {name: names.index(name) for name in COLUMNS if name in names}


def _rows(lines: Iterator[list[str]], columns: Mapping[str, int]) -> Iterator[Row]:
    for number, cells in enumerate(lines, start=2):
        if number > MOST_ROWS + 1:
            raise Unreadable(_("The file has more than %(rows)s rows. Split it in two.") % {"rows": MOST_ROWS})
        if any(cell.strip() for cell in cells):
            values = {name: _plain(cells[at]) for name, at in columns.items() if at < len(cells)}
            yield Row(number=number, **{"question": "", **values})


def _plain(cell: str) -> str:
    """What was written: without the apostrophe that keeps a cell from becoming a formula."""
    cell = cell.strip()
    if cell.startswith("'") and cell[1:].startswith(DANGEROUS):
        cell = cell[1:]
    return cell[: MOST_CHARACTERS + 1]
