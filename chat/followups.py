"""Makes a follow-up question self-contained: by the language model, or with words of the question before."""

import asyncio
import logging
from collections.abc import Container, Sequence

from chat.failures import AnswerFailure
from chat.llm import ChatModel
from chat.prompts import rewrite_instructions, rewritten
from documents.terms import content_terms

logger = logging.getLogger(__name__)

# Rewriting delays the first word; without it the question is joined with the one before.
REWRITE_S = 8.0
# A question with more words of its own than this is taken to stand alone.
FEW_WORDS = 3


async def standalone(question: str, earlier: Sequence[str], model: ChatModel | None) -> str:
    """Return the question as it can be searched for.

    `earlier` are the questions before, made self-contained.
    """
    if not earlier:
        return question
    if model is None:
        return joined(question, earlier[-1])
    try:
        async with asyncio.timeout(REWRITE_S):
            pieces = [piece async for piece in model.stream(rewrite_instructions(earlier, question))]
    except (AnswerFailure, TimeoutError):
        logger.warning("follow-up was not rewritten", exc_info=True)
        return joined(question, earlier[-1])
    return rewritten("".join(pieces), question)


def joined(question: str, before: str) -> str:
    """Add the words of the question before that this one lacks, unless it says enough by itself."""
    own = content_terms(question)
    if len(own) > FEW_WORDS:
        return question
    missing = [word for word in before.split() if _adds(word, own)]
    return " ".join([question, *missing])


def _adds(word: str, own: Container[str]) -> bool:
    terms = content_terms(word)
    return bool(terms) and not any(term in own for term in terms)
