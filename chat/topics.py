"""What can be asked about: headings that say something, each with the document that it stands in; pure."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

SHORTEST, LONGEST = 2, 40

# What every document has.
_DULL = re.compile(
    r"(?:목적|적용|범위|문의|부칙|개요|총칙|참고|용어|정의|개정|이력|목차|머리말|서문|별첨|붙임)(?:[ 의과와및·,]|$).*"
    r"|(?:purpose|scope|contacts?|questions|overview|introduction|references?|contents|definitions|appendix)\b.*"
    r"|(?:revision|change|document) (?:history|log|control).*",
    re.IGNORECASE,
)
# Captions, days, numbers, addresses, and sentences.
_NO_TOPIC = re.compile(
    r"(?:표|그림|table|figure|fig\.?) ?\d.*|[\d\s.,:/()~년월일시분-]+|.*\S@\S.*|.*[?!.。]|.*(?:니다|한다|된다|이다)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """`name` is a heading, `title` that of its document."""

    name: str
    title: str

    @property
    def question(self) -> str:
        return _("What do the documents say about “%(topic)s”?") % {"topic": self.name}


def is_telling(heading: str) -> bool:
    """Whether a heading names something that can be asked about."""
    if not SHORTEST <= len(heading) <= LONGEST:
        return False
    return not (_DULL.fullmatch(heading) or _NO_TOPIC.fullmatch(heading))
