"""Corrected answers as staff see them: whether they are given, how often they were, and what ended them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chat.corrections import why_expired
from chat.models import Answer, Correction
from documents.models import Document

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Listed:
    """`text` is empty for somebody who may not read all that it rests on; `ended` is empty while it is given."""

    correction: Correction
    text: str
    titles: tuple[str, ...]
    given: int
    ended: str


def listed(corrections: Iterable[Correction], reader: "type_Reader") -> list[Listed]:
    shown = list(corrections)
    ids = {pk for correction in shown for pk in correction.documents}
    existing = Document.objects.filter(pk__in=ids).select_related("superseded_by").defer("sketch").in_bulk()
    readable = set(Document.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True))
    answers = Answer.objects.filter(correction__in=shown).values_list("correction").annotate(Count("pk"))
    given = dict(answers.order_by())
    return [_row(correction, existing, readable, given.get(correction.pk, 0)) for correction in shown]


def _row(correction: Correction, existing: dict[int, Document], readable: set[int], given: int) -> Listed:
    return Listed(
        correction=correction,
        text=correction.text if readable.issuperset(correction.documents) else "",
        titles=tuple(existing[pk].title for pk in correction.documents if pk in readable),
        given=given,
        ended=_ended(correction, existing),
    )


def _ended(correction: Correction, existing: dict[int, Document]) -> str:
    if not correction.documents:
        return _("Rests on no source, so it is kept and not given.")
    changed = why_expired(correction, existing)
    if changed or not correction.expired_at:
        return changed
    return _("Taken back on %(day)s.") % {"day": date_format(timezone.localtime(correction.expired_at))}
