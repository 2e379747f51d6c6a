"""Puts the blocks of an unpaged format together into one text and notes where its headings begin."""

from documents.extraction import ExtractedPage, Extraction, Heading
from documents.extraction.cleaning import clean, clean_line
from documents.extraction.quality import readable_quality

# Some 1,500 to 3,000 printed pages. What lies beyond is left out, with a note.
MAX_CHARACTERS = 10_000_000
TEXT_LIMIT_NOTE = f"text-limit:{MAX_CHARACTERS}"
_MAX_HEADING = 300


class Composition:
    """A text under construction. Blocks stand apart by an empty line, except neighbours of one group (the
    rows of a table, the items of a list)."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._group = ""
        self._is_cut = False

    @property
    def title(self) -> str:
        """The heading that stands above all others, if there is exactly one."""
        top = [heading.text for heading in self._headings if heading.level == 1]
        return top[0] if len(top) == 1 and self._headings[0].level == 1 else ""

    def add(self, raw: str, group: str = "") -> None:
        self._append(clean(raw).strip("\n").rstrip(), group)

    def add_heading(self, raw: str, level: int) -> None:
        text = clean_line(raw)
        if not text or self._is_cut:
            return
        self._append(text)
        self._headings.append(Heading(self._length - len(text), level, text[:_MAX_HEADING]))

    def extraction(self, title: str = "") -> Extraction:
        """The one page of an unpaged document; raises NO_TEXT when nobody could read it."""
        text = "".join(self._pieces)
        page = ExtractedPage(1, text, tuple(self._headings), quality=readable_quality(text))
        notes = (TEXT_LIMIT_NOTE,) if self._is_cut else ()
        return Extraction((page,), title=clean_line(title) or self.title, notes=notes)

    def _append(self, text: str, group: str = "") -> None:
        if not text.strip() or self._is_cut:
            return
        separator = "" if not self._pieces else "\n" if group and group == self._group else "\n\n"
        if self._length + len(separator) + len(text) > MAX_CHARACTERS:
            text = text[: max(0, MAX_CHARACTERS - self._length - len(separator))]
            self._is_cut = True
        self._pieces += separator, text
        self._length += len(separator) + len(text)
        self._group = group
