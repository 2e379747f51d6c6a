"""Writes a stored answer: claimed once, saved however it ends, without holding a database connection."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, transaction
from django.utils import timezone

from chat import answering, corrections, gaps
from chat.answering import Cited, Draft, Evidence
from chat.corrections import Offer
from chat.database import in_check, in_database, in_search
from chat.events import CitationsReady, Done, Event, Failed, Sources, Status, Step, Token
from chat.failures import AnswerFailure, FailureCode
from chat.followups import standalone
from chat.llm import configured_model
from chat.models import Answer, Citation, Conversation, Message
from chat.reply import Usage
from chat.review import queueing
from documents import jobs
from documents.models import Collection, Document
from search.scope import scope_for

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

T = TypeVar("T")

logger = logging.getLogger(__name__)

# Questions before the one that is asked, for making it self-contained.
MEMORY = 4


@dataclass(slots=True)
class _Run:
    """One attempt at writing one answer."""

    answer_id: int
    reader: "type_Reader"
    draft: Draft = field(default_factory=Draft)
    evidence: Evidence | None = None
    claimed: bool = False
    saved: bool = False
    # What the language model used for understanding the question.
    usage: Usage = field(default_factory=Usage)
    # From when it can be asked again.
    retry_at: datetime | None = None
    started: float = field(default_factory=time.perf_counter)
    first_word_ms: int | None = None

    def note_word(self) -> None:
        """Something that the reader sees has come."""
        if self.first_word_ms is None:
            self.first_word_ms = self.milliseconds()

    def milliseconds(self) -> int:
        return round(1000 * (time.perf_counter() - self.started))


async def write(answer_id: int, reader: "type_Reader") -> AsyncGenerator[Event]:
    """Write the answer and yield what happens.

    If somebody else writes it or it is written, say that and no more.
    """
    run = _Run(answer_id, reader)
    try:
        await _to_its_end(in_database(_claim)(run))
        if not run.claimed:
            yield await in_database(_state_of)(answer_id)
            return
        async with aclosing(_written(run)) as events:
            async for event in events:
                yield event
    finally:
        # The reader has gone, or the process is about to: what came is kept.
        if run.claimed and not run.saved:
            run.saved, run.draft.failure = True, FailureCode.CUT
            await _saved(run, cut=True)


async def _written(run: _Run) -> AsyncGenerator[Event]:
    yield Status(Step.SEARCHING)
    try:
        await _gather(run)
        if run.evidence:
            yield Sources(tuple(passage.frozen() for passage in run.evidence.passages))
            yield Status(Step.READING, len(run.evidence.passages))
            async with aclosing(answering.write(run.evidence, configured_model(), run.draft)) as pieces:
                async for piece in pieces:
                    if piece:
                        run.note_word()
                    yield Token(piece)
    except AnswerFailure as failure:
        logger.warning("answer %s: %s (%s)", run.answer_id, failure.code, failure.detail)
        run.draft.failure, run.retry_at = failure.code, failure.retry_at
    except Exception:
        logger.exception("answer %s failed", run.answer_id)
        run.draft.failure = FailureCode.INTERNAL if run.evidence else FailureCode.SEARCH_FAILED
    yield Status(Step.CHECKING)
    run.saved = True
    citations = await _saved(run)
    yield CitationsReady(tuple(citations))
    yield Failed(run.draft.failure) if run.draft.failure else Done()


async def _gather(run: _Run) -> None:
    question, earlier = await in_database(_asked)(run.answer_id)
    alone = await standalone(question, earlier, configured_model(), run.usage)
    found = await in_search(_search)(run, alone)
    run.draft, run.evidence = found.draft, replace(found.evidence, earlier=tuple(earlier))


async def _saved(run: _Run, *, cut: bool = False) -> list[Cited]:
    return await _to_its_end(in_check(_save)(run, cut=cut))


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """What is stored is stored: who is told to stop meanwhile, however often, does so afterwards."""
    storing = asyncio.ensure_future(work)
    is_cancelled = False
    while not storing.done():
        try:
            await asyncio.shield(storing)
        except asyncio.CancelledError:
            is_cancelled = True
    if is_cancelled:
        raise asyncio.CancelledError
    return storing.result()


def _claim(run: _Run) -> None:
    run.claimed = Answer.objects.claim(run.answer_id)


def _state_of(answer_id: int) -> Event:
    Answer.objects.end_abandoned()
    answer = Answer.objects.filter(pk=answer_id).first()
    return Status(Step.ELSEWHERE) if answer and answer.is_streaming else Done()


def _asked(answer_id: int) -> tuple[str, list[str]]:
    message = Message.objects.get(answers=answer_id)
    earlier = message.before(MEMORY)
    return message.text, [before.standalone_question or before.text for before in earlier]


def _search(run: _Run, question: str) -> Offer:
    conversation = Conversation.objects.get(messages__answers=run.answer_id)
    scope = scope_for(run.reader, conversation.collections or None, conversation.documents)
    found = _or_corrected(run, conversation, answering.gather_in(scope, question))
    evidence = found.evidence
    Message.objects.filter(answers=run.answer_id).update(standalone_question=question)
    Answer.objects.filter(pk=run.answer_id).update(
        passages=[passage.frozen() for passage in evidence.passages],
        degraded=evidence.degraded,
        generation_id=evidence.generation_id,
    )
    return found


def _or_corrected(run: _Run, asked: Conversation, evidence: Evidence) -> Offer:
    """The evidence, unless a reviewer has answered this question already: then that answer is the draft."""
    own = Offer(evidence, run.draft)
    if corrections.was_given(run.answer_id):
        return own
    return corrections.offered(evidence, run.reader, asked.collections, asked.documents) or own


def _save(run: _Run, *, cut: bool = False) -> list[Cited]:
    """Store the answer as it is now; what came is kept also if its citations cannot be found.

    The row may be gone, or another state may have been decided: then do nothing.
    """
    citations = _cited(run, cut=cut)
    if not jobs.patiently(lambda: _store(run, citations, cut=cut)):
        return []
    try:
        if run.evidence:
            gaps.note(Answer.objects.get(pk=run.answer_id), run.evidence.query, run.evidence.passages)
        queueing.reassess(run.answer_id)
    except (DatabaseError, InterfaceError, Answer.DoesNotExist):
        logger.exception("answer %s is stored, and not yet weighed for the review desk", run.answer_id)
    return citations


def _cited(run: _Run, *, cut: bool) -> list[Cited]:
    if not run.evidence:
        return []
    try:
        citations = answering.cite(run.evidence, run.draft)
        if not cut:
            answering.weigh(run.evidence, run.draft)
    except Exception:
        logger.exception("citations of answer %s", run.answer_id)
        run.draft.failure = FailureCode.INTERNAL
        return []
    return citations


def _store(run: _Run, citations: list[Cited], *, cut: bool) -> bool:
    draft = run.draft
    with transaction.atomic():
        answer = Answer.objects.select_for_update().filter(pk=run.answer_id).first()
        if answer is None or not answer.is_streaming:
            return False
        answer.state, answer.error_code = _ending(draft, stopped=cut and answer.stop_requested_at is not None)
        answer.text = draft.text
        answer.grounded = draft.grounded
        answer.evidence = draft.evidence
        answer.model = draft.model
        answer.prompt_version = draft.prompt_version
        answer.correction_id = draft.correction_id
        answer.retry_at = run.retry_at
        _count(answer, run)
        answer.milliseconds, answer.first_word_ms = run.milliseconds(), run.first_word_ms
        answer.finished_at = timezone.now()
        answer.save()
        Citation.objects.bulk_create(_rows(answer, citations))
    return True


def _count(answer: Answer, run: _Run) -> None:
    used = run.usage.plus(run.draft.usage)
    if not (used.input_tokens or used.output_tokens):
        return
    answer.input_tokens, answer.output_tokens = used.input_tokens, used.output_tokens
    answer.tokens_are_estimated = used.is_estimated
    answer.cost = used.cost(settings.LLM_INPUT_PRICE, settings.LLM_OUTPUT_PRICE)


def _ending(draft: Draft, *, stopped: bool) -> tuple[str, str]:
    if stopped:
        return Answer.State.STOPPED, ""
    if draft.failure is None:
        return Answer.State.COMPLETE, ""
    if draft.failure == FailureCode.TRUNCATED:
        return Answer.State.COMPLETE, draft.failure
    kept = draft.text or draft.failure == FailureCode.CUT
    return Answer.State.INTERRUPTED if kept else Answer.State.FAILED, draft.failure


def _rows(answer: Answer, citations: list[Cited]) -> list[Citation]:
    """A document or collection that was deleted meanwhile is cited without its row."""
    passages = [cited.passage for cited in citations]
    documents = Document.objects.in_bulk({passage.document_id for passage in passages})
    shelves = Collection.objects.in_bulk({passage.collection_id for passage in passages})
    return [
        Citation(
            answer=answer,
            number=cited.number,
            document=documents.get(cited.passage.document_id),
            collection=shelves.get(cited.passage.collection_id),
            title=cited.passage.title,
            file_name=cited.passage.file_name,
            page=cited.page,
            start=cited.start,
            end=cited.end,
            quote=cited.quote,
            quote_hash=cited.quote_hash,
            mark_start=cited.claim.mark.start,
            mark_end=cited.claim.mark.end,
            sentence_start=cited.claim.start,
            sentence_end=cited.claim.end,
            support=cited.support,
            features=dict(cited.check.features),
            finding=cited.check.finding,
        )
        for cited in citations
    ]
