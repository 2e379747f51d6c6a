"""Makes a follow-up question self-contained: by the language model, or with words of the question before."""

import asyncio
import logging
import re
from collections.abc import Container, Sequence

from chat.extractive import is_filler
from chat.failures import AnswerFailure
from chat.llm import ChatModel
from chat.prompts import rewrite_instructions
from chat.reply import Usage
from documents.language import language_of
from documents.terms import content_terms

logger = logging.getLogger(__name__)

# Rewriting delays the first word; without it the question is joined with the one before.
REWRITE_S = 8.0
# A question with more telling words than this is taken to stand alone; one that leans on the question before
# by its wording may have a few more.
FEW_WORDS = 1
FEW_WORDS_LEANING = 4
# A question that was made self-contained is this much longer at most.
LONGEST = 300
_LABEL = re.compile(
    r"^(?:(?:the )?(?:rewritten |last |standalone )?question|(?:다시 쓴 |마지막 )?질문)\s*[::]\s*", re.IGNORECASE
)
# Some models think aloud.
_REASONING = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_LEANING = re.compile(
    r"(?:and|but|or|so|then|for|what about|how about|also)\b"
    r"|그럼|그러면|그리고|그런데|그건|그게|그거|그것|그중|그때|그 |이건|이게|거기|또"
    r"|.*\b(?:it|its|they|them|their|those|these|that|this)\b",
    re.IGNORECASE,
)


async def standalone(question: str, earlier: Sequence[str], model: ChatModel | None, usage: Usage | None = None) -> str:
    """Return the question as it can be searched for.

    `earlier` are the questions before, made self-contained.
    """
    if not earlier:
        return question
    if model is None:
        return joined(question, earlier[-1])
    try:
        async with asyncio.timeout(REWRITE_S):
            pieces = [piece async for piece in model.stream(rewrite_instructions(earlier, question), usage)]
    except (AnswerFailure, TimeoutError):
        logger.warning("follow-up was not rewritten", exc_info=True)
        return joined(question, earlier[-1])
    return rewritten("".join(pieces), question, earlier) or joined(question, earlier[-1])


def rewritten(reply: str, question: str, earlier: Sequence[str]) -> str:
    """Return the question that a model made; nothing if its reply cannot be one.

    Whatever was quoted in a question, and whatever the model makes of that: what comes out is in the language of the
    question, in words of the conversation for the most part, and keeps those of the question.
    """
    lines = [line.strip() for line in _REASONING.sub("", reply).splitlines() if line.strip()]
    line = _LABEL.sub("", lines[0]).strip("\"'“”‘’「」 ") if len(lines) == 1 else ""
    if not line or len(line) > LONGEST + len(question):
        return ""
    if language_of(line) not in {language_of(question), language_of(earlier[-1])}:
        return ""
    own, known = _told(question), _told(" ".join([question, *earlier]))
    found = _told(line)
    keeps = 2 * len(own & found) >= len(own)
    return line if found and keeps and 2 * len(found & known) >= len(found) else ""


def _told(text: str) -> set[str]:
    return {term for term in content_terms(text) if not is_filler(term)}


def joined(question: str, before: str) -> str:
    """Add the words of the question before that this one lacks, unless it says enough by itself."""
    few = FEW_WORDS_LEANING if _LEANING.match(question.strip()) else FEW_WORDS
    if sum(map(_is_telling, question.split())) > few:
        return question
    own = content_terms(question)
    missing = [word for word in before.split() if _adds(word, own)]
    return " ".join([question, *missing])


def _is_telling(word: str) -> bool:
    return any(not is_filler(term) for term in content_terms(word))


def _adds(word: str, own: Container[str]) -> bool:
    terms = content_terms(word)
    return bool(terms) and not any(term in own for term in terms)
