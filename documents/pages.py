"""A document's text, joined from its pages, and the sections that windows are cut from.

Every offset outside this module refers to the document's text: pages in order, joined by PAGE_SEPARATOR. Windows are
cut from a text of the same length, in which running heads and feet are blank.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from documents.extraction import ExtractedPage, Heading
from documents.extraction.quality import MIN_QUALITY
from documents.models import Document, Page
from documents.models.document import PAGE_SEPARATOR
from documents.windows import Section

HEADING_SEPARATOR = " › "
_BLANKS = re.compile(" {4,}")
_SENTENCE_ENDS = tuple(".!?…。！？:;\"'”’)]」』|")
# What PAGE_SEPARATOR becomes where a page breaks a sentence.
_BLANK_SEPARATOR = " " * len(PAGE_SEPARATOR)
# Shorter lines at the end of a page are page numbers that could not be told from the text.
_SHORTEST_PROSE = 20
# A line with a larger share of digits is a row of a table.
_MOST_DIGITS = 0.2


def rows(document: Document, pages: Iterable[ExtractedPage]) -> Iterator[Page]:
    """Page rows, not yet saved, with their offsets in the document's text."""
    offset = 0
    for page in pages:
        yield Page(
            document=document,
            number=page.number,
            text=page.text,
            offset=offset,
            headings=[
                {"start": heading.start, "level": heading.level, "text": heading.text} for heading in page.headings
            ],
            method=page.method,
            quality=page.quality,
            confidence=page.confidence,
            margins=[list(margin) for margin in page.margins],
        )
        offset += len(page.text) + len(PAGE_SEPARATOR)


def full_text(pages: Iterable[Page]) -> str:
    return PAGE_SEPARATOR.join(page.text for page in pages)


def text_between(document_id: int, start: int, end: int) -> str:
    """Return the document's text from `start` to `end`."""
    before = Page.objects.filter(document_id=document_id, offset__lt=end + len(PAGE_SEPARATOR))
    touched = [page for page in before.order_by("number") if page.end + len(PAGE_SEPARATOR) > start]
    if not touched:
        return ""
    base = touched[0].offset
    return full_text(touched)[max(start - base, 0) : end - base]


def windowed_text(pages: Sequence[Page]) -> str:
    """The document's text as windows hold it: as long, but blank where margins stand or a page breaks a sentence."""
    return "".join(body + gap for body, gap in _bodies(pages))[: -len(PAGE_SEPARATOR)]


def collapsed(windowed: str) -> str:
    """Part of a windowed text for models and people, who need no offsets: without long runs of blanks."""
    return _BLANKS.sub(" ", windowed)


def body_of(page: Page) -> str:
    """The page's text with spaces where its running heads and feet stand."""
    text = page.text
    for start, end in page.margins:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def body_span(page: Page) -> tuple[int, int]:
    """Where the page's text begins and ends, without its running head and foot."""
    body = body_of(page)
    return len(body) - len(body.lstrip()), len(body.rstrip())


def page_at(document_id: int, offset: int) -> Page:
    """Return the page on which this offset lies. Raises Page.DoesNotExist for a document without pages."""
    pages = Page.objects.filter(document_id=document_id)
    return pages.filter(offset__lte=offset).order_by("-number").first() or pages.earliest("number")


def sections(pages: Sequence[Page], *, are_apart: bool = False) -> list[Section]:
    """Split readable pages at their headings; each section knows its heading path, which goes on over page breaks.

    Pages that are apart, as slides are, share no window.
    """
    found: list[Section] = []
    path: list[Heading] = []
    is_after_gap = False
    for page, (body, gap) in zip(pages, _bodies(pages), strict=True):
        if _is_unreadable(page):
            is_after_gap = True
            continue
        parts = list(_parts(page, body, path))
        if not parts:
            continue
        parts[-1] = replace(parts[-1], flows_on=gap != PAGE_SEPARATOR)
        parts[0] = replace(parts[0], begins_anew=is_after_gap or are_apart)
        is_after_gap = False
        found.extend(parts)
    return found


def _is_unreadable(page: Page) -> bool:
    return page.quality < MIN_QUALITY and bool(page.text.strip())


def _bodies(pages: Sequence[Page]) -> Iterator[tuple[str, str]]:
    """The pages as windows hold them, and what stands behind each: a page separator, or blanks in a sentence."""
    bodies = [body_of(page) for page in pages]
    is_led_into = False
    for index, (page, body) in enumerate(zip(pages, bodies, strict=True)):
        following = pages[index + 1] if index + 1 < len(pages) else None
        if is_led_into:
            body = body.lstrip().rjust(len(body))
        is_led_into = following is not None and _flows_on(page, body, following, bodies[index + 1])
        if is_led_into:
            yield body.rstrip().ljust(len(body)), _BLANK_SEPARATOR
        else:
            yield body, PAGE_SEPARATOR


def _parts(page: Page, body: str, path: list[Heading]) -> Iterator[Section]:
    """Sections of one page; `path` is the stack of open headings and is changed."""
    headings = [Heading(**heading) for heading in page.headings]
    bounds = [0, *(heading.start for heading in headings), len(page.text)]
    for index in range(len(bounds) - 1):
        if index:
            heading = headings[index - 1]
            while path and path[-1].level >= heading.level:
                path.pop()
            path.append(heading)
        text = body[bounds[index] : bounds[index + 1]]
        if text.strip():
            yield Section(text, page.offset + bounds[index], page.number, _joined(path))


def _joined(path: Iterable[Heading]) -> str:
    return HEADING_SEPARATOR.join(heading.text.strip() for heading in path)


def _flows_on(page: Page, body: str, following: Page, next_body: str) -> bool:
    """Whether the page ends in the middle of a sentence; page numbers and tables are no sentences."""
    if _is_unreadable(page) or _is_unreadable(following):
        return False
    lines = [line.strip() for line in body.splitlines()]
    last = next((line for line in reversed(lines) if _is_prose(line)), "")
    begin = next_body.lstrip()
    if not last or last.endswith(_SENTENCE_ENDS) or not begin or begin[0].isupper():
        return False
    starts_with_heading = any(heading["start"] <= len(next_body) - len(begin) for heading in following.headings)
    return not starts_with_heading and sum(char.isdigit() for char in last) <= _MOST_DIGITS * len(last)


def _is_prose(line: str) -> bool:
    return len(line) >= _SHORTEST_PROSE or line.endswith(_SENTENCE_ENDS)
