"""The answers that this process is writing. Whoever reads one follows the same writing, in however many windows.

The writing ends when nobody has read it for a moment: long enough for a page to be loaded anew.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError

from chat import answers, progress
from chat.access import rest_on_closed
from chat.database import in_database
from chat.events import CitationsReady, Done, Event, Failed, Silence, Sources, Status, Step, Token
from chat.failures import FailureCode
from chat.models import Answer

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

logger = logging.getLogger(__name__)

# After the last reader has gone, for one who loads the page anew; and when the page was just asked for.
GRACE_S = 1.2
EXPECTED_S = 8.0
# How often what was written is stored: each second; of many, so many at once in their turn, which takes no time that
# other pages would notice.
SAVE_S = 1.0
SAVED_AT_ONCE = 100
# Proxies drop connections on which nothing is heard.
HEARTBEAT_S = 15.0
# How often the row of an answer is read that another process writes.
LOOK_S = 1.0


async def follow(answer: Answer, reader: "type_Reader") -> AsyncGenerator[Event]:
    """Yield what happens to the answer: first all that has happened, then what does. Write it if nobody does."""
    if not answer.is_streaming:
        yield Done()
        return
    is_closed = False
    async with aclosing(_writing(answer.pk, reader).read()) as events:
        async for event in events:
            if isinstance(event, Sources):
                is_closed = await in_database(rest_on_closed)(event.passages, reader)
            # A right was taken since somebody began to write; what may still be seen is told at the end.
            if not (is_closed and isinstance(event, Token)):
                yield event


def stop(answer_id: int) -> None:
    """End the writing, if it is this process that writes; may be called from any thread."""
    if writing := _writings.get(answer_id):
        writing.stop()


def expect(answer_ids: Iterable[int]) -> None:
    """A reader of these answers is about to come: go on until then. May be called from any thread."""
    for answer_id in answer_ids:
        if writing := _writings.get(answer_id):
            writing.expected_until = time.monotonic() + EXPECTED_S


def is_busy() -> bool:
    """Anything is being written here."""
    return bool(_writings)


@dataclass(slots=True)
class _Seen:
    """What one reader has been told."""

    text: int = 0
    status: Status | None = None
    sources: Sources | None = None
    endings: int = 0


class _Writing:
    def __init__(self, answer_id: int, reader: "type_Reader") -> None:
        self.answer_id = answer_id
        self.text = ""
        self.status = Status(Step.SEARCHING)
        self.sources: Sources | None = None
        self.endings: list[Event] = []
        self.is_over = False
        # Written here, and not by another process.
        self.is_own = False
        self.expected_until = 0.0
        self.saved_at = 0.0
        self._readers: set[asyncio.Event] = set()
        self._loop = asyncio.get_running_loop()
        self.task = self._loop.create_task(self._run(reader))

    async def read(self) -> AsyncGenerator[Event]:
        news, seen = asyncio.Event(), _Seen()
        self._readers.add(news)
        try:
            while True:
                news.clear()
                is_over = self.is_over
                for event in self._since(seen):
                    yield event
                if is_over:
                    return
                try:
                    async with asyncio.timeout(HEARTBEAT_S):
                        await news.wait()
                except TimeoutError:
                    yield Silence()
        finally:
            self._readers.discard(news)
            if not self._readers:
                self._loop.call_later(GRACE_S, self._end_if_alone)

    def stop(self) -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it the writing
            self._loop.call_soon_threadsafe(self.task.cancel)

    @property
    def is_ending(self) -> bool:
        """Its last state is being stored, or is."""
        return self.status.step is Step.CHECKING

    def give_up(self) -> None:
        """Its row says that it is over: stopped from elsewhere, unless it is this writing that has just ended it."""
        if not self.is_ending and not self.task.cancelling():
            self.task.cancel()

    def _since(self, seen: _Seen) -> list[Event]:
        events: list[Event] = []
        if self.sources is not seen.sources and self.sources is not None:
            seen.sources = self.sources
            events.append(self.sources)
        if self.status != seen.status and not self.is_over:
            seen.status = self.status
            events.append(self.status)
        if len(self.text) > seen.text:
            events.append(Token(self.text[seen.text :]))
            seen.text = len(self.text)
        events += self.endings[seen.endings :]
        seen.endings = len(self.endings)
        return events

    def _end_if_alone(self) -> None:
        if self._readers or self.task.done():
            return
        left_s = self.expected_until - time.monotonic()
        if left_s > 0:
            self._loop.call_later(left_s, self._end_if_alone)
        else:
            self.task.cancel()

    async def _run(self, reader: "type_Reader") -> None:
        try:
            async with aclosing(answers.write(self.answer_id, reader)) as events:
                async for event in events:
                    self._take(event)
            if self.status.step is Step.ELSEWHERE:
                await self._mirror()
        except Exception:
            logger.exception("writing answer %s broke", self.answer_id)
            self.endings.append(Failed(FailureCode.INTERNAL))
        finally:
            # Nothing ended it in words: it was stopped or given up, and its row tells.
            self.endings = self.endings or [Done()]
            self.is_over = True
            self._tell()
            if _writings.get(self.answer_id) is self:
                del _writings[self.answer_id]

    async def _mirror(self) -> None:
        """Show what another process writes, as far as it has stored it."""
        while (row := await in_database(progress.stored)(self.answer_id)).is_streaming:
            if row.passages and self.sources is None:
                self._take(Sources(tuple(row.passages)))
            self._take(Token(row.text[len(self.text) :]))
            await asyncio.sleep(LOOK_S)

    def _take(self, event: Event) -> None:
        if isinstance(event, Status):
            self.status = event
            self.is_own |= event.step is not Step.ELSEWHERE
        elif isinstance(event, Sources):
            self.sources = event
        elif isinstance(event, Token):
            self.text += event.text
        elif isinstance(event, CitationsReady | Done | Failed):
            self.endings.append(event)
        self._tell()

    def _tell(self) -> None:
        for news in self._readers:
            news.set()


_writings: dict[int, _Writing] = {}
# The task that stores them, while there is anything to store.
_saving: "list[asyncio.Task[None]]" = []


def _writing(answer_id: int, reader: "type_Reader") -> _Writing:
    """The one writing of this answer in this process."""
    found = _writings.get(answer_id)
    if found is None or found.task.done():
        found = _writings[answer_id] = _Writing(answer_id, reader)
        if all(task.done() for task in _saving):
            _saving[:] = [asyncio.create_task(_keep_saving())]
    return found


async def _keep_saving() -> None:
    """Store texts, many in one statement, while anything is being written, and end what was stopped from elsewhere."""
    while _writings:
        await asyncio.sleep(SAVE_S)
        own = _to_save()
        if not own:
            continue
        try:
            going_on = await in_database(progress.keep)({pk: writing.text for pk, writing in own.items()})
        except (DatabaseError, InterfaceError):
            logger.warning("what is being written could not be stored; trying again", exc_info=True)
            continue
        for pk in own.keys() - going_on:
            own[pk].give_up()


def _to_save() -> dict[int, _Writing]:
    """Those that are written here and were stored the longest time ago."""
    unended = (writing for writing in _writings.values() if writing.is_own and not writing.is_ending)
    chosen = sorted(unended, key=lambda writing: writing.saved_at)[:SAVED_AT_ONCE]
    for writing in chosen:
        writing.saved_at = time.monotonic()
    return {writing.answer_id: writing for writing in chosen}
