"""Puts the blocks of a format without fixed pages together into text and notes where its headings begin."""

from collections.abc import Sequence

from documents.extraction import ExtractedPage, Extraction, Heading
from documents.extraction.cleaning import clean, clean_line
from documents.extraction.quality import MIN_QUALITY, readable_quality, text_quality
from documents.failure_codes import FailureCode, IndexingFailure

# Some 1,500 to 3,000 printed pages. What lies beyond is left out, with a note.
MAX_CHARACTERS = 10_000_000
TEXT_LIMIT_NOTE = f"text-limit:{MAX_CHARACTERS}"
_MAX_HEADING = 300


class Composition:
    """A text under construction. Blocks stand apart by an empty line, except neighbours of one group (the
    rows of a table, the items of a list)."""

    def __init__(self, max_characters: int = MAX_CHARACTERS) -> None:
        self._pieces: list[str] = []
        self._max_characters = max_characters
        self.length = 0
        self.is_cut = False
        self._headings: list[Heading] = []
        self._group = ""

    @property
    def title(self) -> str:
        """The heading that stands above all others, if there is exactly one."""
        top = [heading.text for heading in self._headings if heading.level == 1]
        return top[0] if len(top) == 1 and self._headings[0].level == 1 else ""

    def add(self, raw: str, group: str = "") -> None:
        self._append(clean(raw).strip("\n").rstrip(), group)

    def add_heading(self, raw: str, level: int) -> None:
        text = clean_line(raw)
        if not text or self.is_cut:
            return
        self._append(text)
        self._headings.append(Heading(self.length - len(text), level, text[:_MAX_HEADING]))

    def extraction(self, title: str = "", notes: tuple[str, ...] = ()) -> Extraction:
        """The one page of an unpaged document; raises NO_TEXT when nobody could read it."""
        page = self.page(1)
        readable_quality(page.text)
        if self.is_cut:
            notes = (*notes, TEXT_LIMIT_NOTE)
        return Extraction((page,), title=clean_line(title) or self.title, notes=notes)

    def page(self, number: int) -> ExtractedPage:
        text = "".join(self._pieces)
        return ExtractedPage(number, text, tuple(self._headings), quality=text_quality(text))

    def _append(self, text: str, group: str = "") -> None:
        if not text.strip() or self.is_cut:
            return
        separator = "" if not self._pieces else "\n" if group and group == self._group else "\n\n"
        if self.length + len(separator) + len(text) > self._max_characters:
            text = text[: max(0, self._max_characters - self.length - len(separator))]
            self.is_cut = True
        self._pieces += separator, text
        self.length += len(separator) + len(text)
        self._group = group


def paged(compositions: Sequence[Composition], title: str = "", notes: tuple[str, ...] = ()) -> Extraction:
    """A document of one page per composition; raises NO_TEXT when nobody could read any of them."""
    pages = tuple(composition.page(number) for number, composition in enumerate(compositions, start=1))
    if all(page.quality < MIN_QUALITY for page in pages):
        raise IndexingFailure(FailureCode.NO_TEXT, f"{len(pages)} pages")
    if any(composition.is_cut for composition in compositions):
        notes = (*notes, TEXT_LIMIT_NOTE)
    return Extraction(pages, title=clean_line(title), page_based=True, notes=notes)
