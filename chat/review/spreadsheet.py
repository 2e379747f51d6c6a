"""Reviewed answers as CSV for a spreadsheet."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chat import transcript
from chat.database import in_export
from chat.models import Review
from chat.rendering import edited, regret
from chat.review import queueing, rows
from chat.review.queueing import Wishes
from chat.transcript import ShownAnswer
from documents.spreadsheets import BOM, line

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Answers that are read at once.
BATCH = 200


async def pieces(reader: "type_Reader", wishes: Wishes, language: str) -> AsyncGenerator[bytes]:
    """The file in pieces. No connection is held while a piece is on its way."""
    yield _begin(language)
    ids = await in_export(_ids)(reader, wishes)
    for start in range(0, len(ids), BATCH):
        yield (await in_export(_piece)(ids[start : start + BATCH], reader, language)).encode()


def _begin(language: str) -> bytes:
    with override(language):
        return (BOM + line(_head())).encode()


def _ids(reader: "type_Reader", wishes: Wishes) -> list[int]:
    return list(queueing.queue(reader, wishes).values_list("pk", flat=True))


def _piece(ids: Sequence[int], reader: "type_Reader", language: str) -> str:
    found = queueing.with_signals(queueing.reviewable(reader).filter(pk__in=ids))
    answers = list(found.select_related("correction__reviewer").prefetch_related("reviews__verdicts__citation"))
    answers.sort(key=lambda answer: ids.index(answer.pk))
    with override(language):
        shown = transcript.shown_all(answers, reader)
        return "".join(line(row) for one in shown for row in _rows(one, reader))


def _head() -> list[str]:
    return [
        _("Answer"), _("Asked"), _("Question"), _("Text"), _("Model"), _("Index"), _("Risk"), _("Why here"),
        _("Opened"), _("Citations"), _("Reviewer"), _("Reviewed"), _("Verdict"), _("Verdicts on citations"), _("Note"),
    ]  # fmt: skip


def _rows(shown: ShownAnswer, reader: "type_Reader") -> Iterator[list[object]]:
    """One row for each opinion, or one for an answer without any."""
    answer = shown.answer
    known = [
        answer.pk,
        _time(answer.created_at),
        answer.message.text,
        edited(answer.text, [(start, end, regret()) for start, end in shown.hidden]),
        answer.model,
        answer.generation_id or "",
        answer.risk,
        "; ".join(rows.row(answer, reader).why),
        answer.seen,
        len(answer.citations.all()),
    ]
    finished = queueing.finished_reviews(answer)
    for review in finished:
        yield [*known, *_opinion(review)]
    if not finished:
        yield [*known, "", "", "", "", ""]


def _opinion(review: Review) -> list[object]:
    verdicts = "; ".join(f"[{one.citation.number}] {one.get_value_display()}" for one in review.verdicts.all())
    return [review.reviewer or "", _time(review.finished_at), review.get_verdict_display(), verdicts, review.note]


def _time(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
