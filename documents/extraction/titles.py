"""Whether the title in a file's properties is one: most are left there by the program that wrote the file."""

import re

from documents.extraction.cleaning import clean_line

_PROGRAM_PREFIX = re.compile(r"^(?:Microsoft (?:Word|PowerPoint|Excel)|Print|인쇄) - ", re.IGNORECASE)
_FILE_SUFFIX = re.compile(r"\.(?:docx?|hwpx?|pptx?|xlsx?|pdf|indd|html?|txt|rtf|odt|tmp)$", re.IGNORECASE)
_MEANINGLESS = frozenset((
    "about:blank", "document", "document1", "powerpoint presentation", "powerpoint 프레젠테이션", "slide 1",
    "title", "unspecified", "untitled", "untitled document", "word document", "문서", "문서1", "빈 페이지",
    "제목 없음", "제목없음",
))  # fmt: skip
# A part of a document and not the whole; in Korean "제3장" has too few letters for a word anyway.
_PART = re.compile(r"^(?:section|chapter|part|page|appendix)\s*[\divxlc]+$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3}|[가-힣]{2}|[一-鿿]{2}")


def sensible_title(raw: str) -> str:
    """The title without what programs add to it, or "" if it names nothing."""
    title = _FILE_SUFFIX.sub("", _PROGRAM_PREFIX.sub("", clean_line(raw))).strip()
    if title.lower() in _MEANINGLESS or _PART.match(title) or not _WORD.search(title):
        return ""
    return title
