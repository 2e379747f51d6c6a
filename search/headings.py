"""Which headings say anything outside of their document; pure."""

import re

# Headings that many documents have and that say nothing outside of theirs.
_DULL = re.compile(
    r"(?:목적|범위|적용|정의|용어|문의|담당|부칙|개요|총칙|참고|관련|기타|서문|머리말|목차|별첨|별지|부록|시행|개정|연락).*"
    r"|(?:일반|공통) ?(?:사항|원칙)|(?:자주 묻는 )?질문.*|요약|소개|배경|결론|안내|주의 ?사항|유의 ?사항|예시?"
    r"|(?:purpose|scope|contacts?|questions\??|overview|introduction|references?|definitions?|appendix|annex|summary"
    r"|background|conclusions?|notes?|general|about|contents|table of contents|abstract|preface|foreword|changelog"
    r"|see also|further reading|faq|revision history|examples?|miscellaneous)(?:\b.*)?",
    re.IGNORECASE,
)
# Captions of tables and figures, addresses, dates, and whole sentences.
_NO_HEADING = re.compile(
    r"(?:표|그림|별표|table|figure|fig\.)\s*\d.*|.*(?:@|https?:|www\.).*|[\W\d]*"
    r"|(?:\d{4}|\d{1,2})\s*[년월./-].*|.*(?:니다|시오|세요|[.!?:;,])",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]")


def is_telling(heading: str) -> bool:
    """Whether a heading names something that can be asked about."""
    if not 2 <= len(heading) <= 40 or len(_LETTERS.findall(heading)) < 2:
        return False
    return not _DULL.fullmatch(heading) and not _NO_HEADING.fullmatch(heading)
