"""The lines of JSON that a parsing child sends its parent: one per page, and a last one that closes the list.

The parent believes nothing: what does not have the expected shape is a crashed child, never another error.
"""

import json
from typing import Any

from documents.extraction import ExtractedPage, Extraction, Heading
from documents.failure_codes import FailureCode, IndexingFailure

_METHODS = ("text", "ocr")
_FLAWS = ("", "scan", "broken", "damaged")
_MAX_LEVEL = 9
_MAX_TITLE = 300
# PostgreSQL text holds neither.
_UNSTORABLE = {0: None} | dict.fromkeys(range(0xD800, 0xE000))


def encode(extraction: Extraction) -> bytes:
    lines = [_line(_page_record(page)) for page in extraction.pages]
    lines.append(
        _line(
            {
                "title": extraction.title,
                "page_based": extraction.page_based,
                "notes": list(extraction.notes),
            }
        )
    )
    return b"".join(lines)


def decode(output: bytes) -> Extraction:
    # Not splitlines: text may hold other characters that bytes.splitlines takes for line ends.
    lines = output.split(b"\n")[:-1]
    try:
        last = json.loads(lines[-1])
        return Extraction(
            pages=tuple(_page(number, json.loads(line)) for number, line in enumerate(lines[:-1], start=1)),
            title=_text(last["title"])[:_MAX_TITLE],
            page_based=last["page_based"] is True,
            notes=tuple(_text(note) for note in last["notes"]),
        )
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise IndexingFailure(FailureCode.CRASHED, f"output not as agreed: {error!r}") from error


def _line(record: dict[str, object]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _page_record(page: ExtractedPage) -> dict[str, object]:
    return {
        "text": page.text,
        "headings": [[heading.start, heading.level, heading.text] for heading in page.headings],
        "method": page.method,
        "quality": round(page.quality, 3),
        "margins": [list(margin) for margin in page.margins],
        "flaw": page.flaw,
    }


def _page(number: int, record: Any) -> ExtractedPage:
    text = _text(record["text"])
    headings = (_heading(item, len(text)) for item in record["headings"])
    return ExtractedPage(
        number=number,
        text=text,
        headings=tuple(sorted(headings, key=lambda heading: heading.start)),
        method=_METHODS[_METHODS.index(record["method"])],
        quality=min(1.0, max(0.0, float(record["quality"]))),
        margins=tuple(_margin(item, len(text)) for item in record["margins"]),
        flaw=_FLAWS[_FLAWS.index(record["flaw"])],
    )


def _heading(item: Any, length: int) -> Heading:
    start, level, text = item
    return Heading(min(max(0, int(start)), length), min(max(1, int(level)), _MAX_LEVEL), _text(text)[:_MAX_TITLE])


def _margin(item: Any, length: int) -> tuple[int, int]:
    start, end = item
    low = min(max(0, int(start)), length)
    return low, min(max(low, int(end)), length)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {type(value).__name__}")
    return value.translate(_UNSTORABLE)
