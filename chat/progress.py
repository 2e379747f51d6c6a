"""How far answers are that are being written: stored in their rows, where every process finds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from chat.models import Answer


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer as its row has it."""

    is_streaming: bool
    text: str = ""
    passages: Sequence[Mapping[str, Any]] = ()


def keep(texts: Mapping[int, str]) -> set[int]:
    """Store the texts by answer, as a sign of life too; return the answers that go on: neither ended nor stopped."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE chat_answer SET text = new.text, heard_at = now()
              FROM unnest(%s::bigint[], %s::text[]) AS new (id, text)
             WHERE chat_answer.id = new.id AND state = %s
            RETURNING chat_answer.id, stop_requested_at IS NULL
            """,
            [list(texts), list(texts.values()), Answer.State.STREAMING],
        )
        return {pk for pk, goes_on in cursor.fetchall() if goes_on}


def stored(answer_id: int) -> Stored:
    Answer.objects.end_abandoned()
    found = Answer.objects.filter(pk=answer_id, state=Answer.State.STREAMING).values("text", "passages").first()
    return Stored(is_streaming=True, **found) if found else Stored(is_streaming=False)
