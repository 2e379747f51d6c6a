"""Asks an OpenAI-compatible embeddings endpoint. The only module of this app that knows its client.

The client returns too few, reordered or broken vectors as they are and tries again in a way of its own; both are done
here and in documents.embedding.replies.
"""

import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from documents.embedding import addresses, replies
from documents.embedding.bookkeeping import Book
from documents.embedding.pace import Limits, Pace
from documents.embedding.vectors import EndpointFacts
from documents.failure_codes import FailureCode, IndexingFailure
from documents.models import EmbeddingUse

if TYPE_CHECKING:
    from openai import OpenAI

CONNECT_S = 3.0
TRIES = 4
BACK_OFF_S = 0.5
# Failures after which asking once more may help.
PASSING = (FailureCode.MODEL_BUSY, FailureCode.MODEL_UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for, until when, and how long one request or a pause before the next may take."""

    purpose: EmbeddingUse.Purpose
    name: str
    deadline: float
    read_s: float
    longest_pause_s: float

    @property
    def left_s(self) -> float:
        return self.deadline - time.monotonic()


def for_passages(name: str) -> Asking:
    """All of it within the lease of a job, which nothing renews meanwhile."""
    return Asking(EmbeddingUse.Purpose.PASSAGES, name, time.monotonic() + 100, read_s=60, longest_pause_s=20)


def for_queries(name: str) -> Asking:
    return Asking(EmbeddingUse.Purpose.QUERIES, name, time.monotonic() + 10, read_s=8, longest_pause_s=1)


class Endpoint:
    """Asked from several threads at once."""

    def __init__(self, facts: EndpointFacts, dimensions: int, book: Book) -> None:
        self._facts, self._dimensions, self._book = facts, dimensions, book
        self._pace = Pace(Limits(facts.requests_per_minute, facts.tokens_per_minute))
        self._client = _client(facts)
        self._sends_dimensions = facts.takes_dimensions

    def ask(self, texts: Sequence[str], tokens: int, asking: Asking) -> replies.Reply:
        """Vectors of the texts, which have about so many tokens; asked again if it is busy or away for a moment only.

        Raises IndexingFailure with a code of a model, and TooMuch.
        """
        for attempt in range(1, TRIES + 1):
            self._wait_for_room(tokens, asking)
            try:
                return self._ask_once(texts, tokens, asking)
            except IndexingFailure as failure:
                pause_s = BACK_OFF_S * 2**attempt if failure.retry_after_s is None else failure.retry_after_s
                is_worth_it = failure.code in PASSING and pause_s <= min(asking.longest_pause_s, asking.left_s)
                if attempt == TRIES or not is_worth_it:
                    raise
            time.sleep(pause_s)
        raise AssertionError("the last try raises")

    def _wait_for_room(self, tokens: int, asking: Asking) -> None:
        while wait_s := self._pace.seconds_until_free(tokens):
            if wait_s > asking.left_s:
                raise IndexingFailure(FailureCode.MODEL_BUSY, "the limit of a minute is reached", wait_s)
            time.sleep(wait_s)

    def _ask_once(self, texts: Sequence[str], tokens: int, asking: Asking) -> replies.Reply:
        try:
            with _failures_named():
                body = self._body(list(texts), asking)
        except IndexingFailure as failure:
            if failure.code is FailureCode.MODEL_WITHDRAWN:
                self._book.withdrawn()
            if not (self._sends_dimensions and _refuses_dimensions(failure)):
                raise
            # It has several sizes, but not on request; what it gives without is checked all the same.
            self._sends_dimensions = False
            return self._ask_once(texts, tokens, asking)
        reply = replies.read(body, len(texts), self._dimensions)
        self._book.used(asking.purpose, texts=len(texts), tokens=reply.tokens or tokens)
        return reply

    def _body(self, texts: list[str], asking: Asking) -> bytes:
        import httpx2
        from openai import omit

        response = self._client.embeddings.with_raw_response.create(
            input=texts,
            model=asking.name,
            dimensions=self._dimensions if self._sends_dimensions else omit,
            # Not all servers know the shorter form that the client would ask for.
            encoding_format="float",
            timeout=httpx2.Timeout(max(min(asking.read_s, asking.left_s), 0.1), connect=CONNECT_S),
        )
        return response.content


def key_of(key_name: str) -> str | None:
    """The key that stands in the environment under this name; None if there is none."""
    return settings.MODEL_KEYS.get(key_name)


def _client(facts: EndpointFacts) -> "OpenAI":
    """Raises IndexingFailure(MODEL_REFUSED) for an address that must not be asked, or a key that is not there."""
    import httpx2
    from openai import OpenAI

    if fault := addresses.fault_of(facts.base_url):
        raise IndexingFailure(FailureCode.MODEL_REFUSED, f"address not allowed: {fault}")
    key = key_of(facts.key_name) if facts.key_name else "none"
    if not key:
        raise IndexingFailure(FailureCode.MODEL_REFUSED, f"{facts.key_name} is not set in the environment")
    # A page that leads elsewhere, as to a sign-in, is no endpoint.
    web = httpx2.Client(verify=_certificates(), follow_redirects=False)
    return OpenAI(base_url=facts.base_url, api_key=key, max_retries=0, http_client=web)


def _refuses_dimensions(failure: IndexingFailure) -> bool:
    return failure.code is FailureCode.MODEL_REFUSED and "dimension" in failure.detail.lower()


@cache
def _certificates() -> ssl.SSLContext:
    """Loading the certificates takes longer than most replies."""
    return ssl.create_default_context()


@contextmanager
def _failures_named() -> Iterator[None]:
    """As IndexingFailure with a code of a model, or TooMuch."""
    import httpx2
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        said = f"{error} {error.body}"
        raise replies.refusal(error.status_code, said, error.response.headers) from error
    except (openai.APIConnectionError, httpx2.TransportError) as error:
        raise IndexingFailure(FailureCode.MODEL_UNREACHABLE, repr(error.__cause__ or error)) from error
    except (openai.APIError, httpx2.HTTPError, ValueError) as error:
        raise IndexingFailure(FailureCode.MODEL_ERROR, repr(error)) from error
