"""How readable a page's text is; pure."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from documents.failure_codes import FailureCode, IndexingFailure

# Below this share of readable characters a page is rubbish: a broken font map, not a text.
MIN_QUALITY = 0.5
# Below this, how sure text recognition was of a page, its text needs a person's look.
MIN_CONFIDENCE = 0.7
# Fewer visible characters than this beside a large picture: the page is a scan.
_FEW_CHARACTERS = 40
_LARGE_PICTURE = 0.5
# Tables of contents and forms are mostly dots and lines; real pages still have this share of letters.
_USUAL_LETTERS = 0.3
# Unassigned, private use, surrogate, control.
_UNREADABLE = ("Cn", "Co", "Cs", "Cc")


@dataclass(frozen=True, slots=True)
class PageReading:
    """What is known about a page besides its text; `picture_share` is what its largest picture covers."""

    quality: float
    characters: int
    picture_share: float = 0.0
    is_damaged: bool = False

    @property
    def is_scan(self) -> bool:
        return self.characters < _FEW_CHARACTERS and self.picture_share >= _LARGE_PICTURE

    @property
    def is_broken(self) -> bool:
        return self.characters > 0 and self.quality < MIN_QUALITY

    @property
    def page_quality(self) -> float:
        """What ExtractedPage.quality says: nothing is wrong with an empty page, but with a picture of text."""
        if self.is_scan:
            return self.quality * self.characters / _FEW_CHARACTERS
        return self.quality if self.characters or self.is_damaged else 1.0

    @property
    def flaw(self) -> str:
        """What ExtractedPage.flaw says."""
        if self.is_damaged:
            return "damaged"
        return "scan" if self.is_scan else "broken" if self.is_broken else ""


def text_quality(text: str, unmapped_share: float = 0.0) -> float:
    """From 0 (nothing readable) to 1; `unmapped_share` of the characters have no meaning in their font."""
    # A page repeats few different characters many times.
    counts = Counter(text)
    readable = letters = total = 0
    for character, count in counts.items():
        if character.isspace():
            continue
        category = unicodedata.category(character)
        total += count
        readable += count * (category not in _UNREADABLE and character != "\ufffd")
        letters += count * (category[0] in "LN")
    if not total:
        return 0.0
    return readable / total * min(1.0, letters / total / _USUAL_LETTERS) * (1.0 - unmapped_share)


def visible_characters(text: str) -> int:
    return sum(map(len, text.split()))


def readable_quality(text: str) -> float:
    """The quality of an unpaged text; raises NO_TEXT when there is nothing to read in it."""
    quality = text_quality(text)
    if quality < MIN_QUALITY:
        raise IndexingFailure(FailureCode.NO_TEXT, f"quality {quality:.2f}")
    return quality


def page_ranges(numbers: Sequence[int]) -> str:
    """Page numbers for people: 1, 2, 3, 7 -> "1-3, 7"."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def numbers_in(ranges: str) -> set[int]:
    """The way back from page_ranges."""
    ends = [part.split("-") for part in ranges.split(", ") if part]
    return {number for end in ends for number in range(int(end[0]), int(end[-1]) + 1)}
