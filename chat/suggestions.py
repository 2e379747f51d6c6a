"""A few first questions for somebody who does not know what the documents hold, made from their headings."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from documents.models import Document, Page
from search.suggestions import plain_heading

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

COUNT = 4
# Documents whose headings are looked at, the newest first.
LOOKED_AT = 24
_DULL = re.compile(
    r"^(?:목적.*|범위.*|문의.*|부칙|개요|총칙|참고.*|purpose.*|scope.*|contacts?|questions\??|overview|introduction|references?)$",
    re.IGNORECASE,
)


def suggestions(reader: "type_Reader", language: str) -> list[str]:
    """Questions about different documents, those in the reader's language first."""
    documents = Document.objects.visible_to(reader).filter(state=Document.State.READY)
    newest = sorted(documents.only("pk", "language")[:LOOKED_AT], key=lambda found: found.language != language)
    pages = Page.objects.filter(document__in=[found.pk for found in newest]).exclude(headings=[])
    headings: dict[int, list[str]] = {}
    for document_id, entries in pages.order_by("document", "number").values_list("document", "headings"):
        headings.setdefault(document_id, []).extend(entry["text"] for entry in entries)
    topics = _topics(headings.get(found.pk, []) for found in newest)
    return [_("What do the documents say about “%(topic)s”?") % {"topic": topic} for topic in topics]


def _topics(documents: Iterable[list[str]]) -> Iterator[str]:
    found: set[str] = set()
    for headings in documents:
        usable = [topic for topic in map(plain_heading, headings[1:]) if is_telling(topic) and topic not in found]
        if usable and len(found) < COUNT:
            topic = usable[len(usable) // 2]
            found.add(topic)
            yield topic


def is_telling(topic: str) -> bool:
    """Whether a heading names something that can be asked about."""
    return 3 <= len(topic) <= 40 and not topic.endswith("?") and not _DULL.match(topic)
