"""From a question to a cited answer: find passages, write from them, tie each mark to the sentence behind it.

Knows nothing of HTTP and of stored conversations. `gather` reads the database; what comes after it does not.
"""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils import timezone

from chat import extractive
from chat.citations import Claim, Mark, MarkFilter, claims, without_marks
from chat.entailment import entailments
from chat.extractive import Query
from chat.failures import FailureCode
from chat.llm import ChatModel, configured_model
from chat.passages import Outline, Passage, numbered
from chat.prompts import PROMPT_VERSION, Briefing, answer_prompt
from chat.refusal import evidence_of, is_enough
from chat.reply import Usage
from chat.sentences import Sentence, sentences
from chat.support import QUOTED, Check, Finding, best_support
from documents.embedding.embedders import embedder_for
from documents.models import Document, EmbeddingModel, Page
from documents.terms import content_terms
from search.calibration import trust
from search.glossary import vocabulary_of
from search.lexical import term_idf
from search.retrieval import find_in
from search.scope import Scope, scope_for

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

PASSAGES = 8


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything an answer is written from, read from the database once."""

    query: Query
    passages: tuple[Passage, ...]
    outlines: Mapping[int, Outline]
    degraded: str
    generation_id: int
    embedding: EmbeddingModel
    # Lines of words that mean the same here, of those that the question names.
    terms: tuple[str, ...] = ()
    # The days on which documents hold, in words, where they have any.
    periods: Mapping[int, str] = field(default_factory=dict)
    # What the reader asked before.
    earlier: tuple[str, ...] = ()

    def similarity(self, text: str, others: Sequence[str]) -> Sequence[float]:
        if not others:
            return []
        embedder = embedder_for(self.embedding)
        return [float(cosine) for cosine in embedder.embed_passages(others) @ embedder.embed_queries([text])[0]]

    def passage(self, number: int) -> Passage:
        return self.passages[number - 1]

    def briefing(self) -> Briefing:
        today = timezone.localdate()
        return Briefing(self.query.text, self.passages, today, self.periods, self.terms, self.earlier)


@dataclass(slots=True)
class Draft:
    """An answer while it is being written. Whatever happens, it holds what the reader has seen."""

    text: str = ""
    marks: list[Mark] = field(default_factory=list)
    # What each mark stands for and the sentence behind it, when they are known because it was quoted.
    quoted: list[tuple[Claim, Sentence]] = field(default_factory=list)
    grounded: bool = False
    model: str = ""
    prompt_version: str = ""
    failure: FailureCode | None = None
    # The reviewer's answer that this is, if it was not written anew.
    correction_id: int | None = None
    # What speaks for an answer in the passages, 0 to 1; None while nobody has looked.
    evidence: float | None = None
    # What the language model used.
    usage: Usage = field(default_factory=Usage)

    def add(self, piece: str) -> str:
        self.text += piece
        return piece


@dataclass(frozen=True, slots=True)
class Cited:
    """One mark and the words of a document behind it. `quote` is the document's text from start to end."""

    claim: Claim
    passage: Passage
    page: int
    start: int
    end: int
    quote: str
    check: Check

    @property
    def number(self) -> int:
        return self.claim.mark.number

    @property
    def support(self) -> float:
        return self.check.score

    @property
    def quote_hash(self) -> str:
        return sha256(self.quote.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, as one who does not stream gets it. `model` is "extractive" when it was quoted."""

    text: str
    grounded: bool
    model: str
    language: str
    citations: tuple[Cited, ...]


async def ask(question: str, reader: "type_Reader", collections: Sequence[int] | None = None) -> Reply:
    """Answer a question that stands alone, without storing anything. Raises AnswerFailure."""
    evidence = await sync_to_async(gather)(question, reader, collections)
    draft = Draft()
    async for _piece in write(evidence, configured_model(), draft):
        pass
    citations = await sync_to_async(cite)(evidence, draft)
    model = draft.model or "extractive"
    return Reply(draft.text, draft.grounded, model, evidence.query.language, tuple(citations))


def gather(question: str, reader: "type_Reader", collections: Sequence[int] | None = None) -> Evidence:
    """Find the passages for a self-contained question among what this reader may see."""
    return gather_in(scope_for(reader, collections), question)


def gather_in(scope: Scope, question: str) -> Evidence:
    """The same within a scope that was decided before."""
    found = find_in(scope, question, PASSAGES)
    generation = scope.generation
    outlines = outlines_of(hit.document_id for hit in found.hits)
    query = Query(
        question,
        found.query_language,
        term_idf(generation, content_terms(question)),
        # Without vectors of the question there is nothing to compare sentences with.
        _no_trust if found.degraded == "semantic" else trust(generation, found.query_language),
    )
    passages = numbered(found.hits, outlines)
    return Evidence(
        query,
        passages,
        outlines,
        found.degraded,
        found.generation_id,
        generation.model,
        tuple(" = ".join(group.texts) for group in vocabulary_of(scope).wording(question).synonyms),
        _periods(hit.document_id for hit in found.hits),
    )


def _periods(document_ids: Iterable[int]) -> dict[int, str]:
    """For a language model, which reads English."""
    dated = Document.objects.filter(pk__in=set(document_ids)).exclude(effective_from=None, effective_until=None)
    return {
        pk: " ".join([*([f"from {first}"] if first else []), *([f"until {last}"] if last else [])])
        for pk, first, last in dated.values_list("pk", "effective_from", "effective_until")
    }


def _no_trust(language: str) -> float:
    return 0.0


async def write(evidence: Evidence, model: ChatModel | None, draft: Draft) -> AsyncGenerator[str]:
    """Write the answer into the draft and yield it in pieces.

    Raises AnswerFailure; the draft keeps what came.
    """
    if not evidence.passages:
        return
    if draft.correction_id is not None:
        yield draft.text
        return
    async with aclosing(_written(evidence, model, draft) if model else _quoted(evidence, draft)) as pieces:
        async for piece in pieces:
            yield piece


async def _written(evidence: Evidence, model: ChatModel, draft: Draft) -> AsyncGenerator[str]:
    draft.model, draft.prompt_version = model.label, PROMPT_VERSION
    prompt = answer_prompt(evidence.briefing(), settings.LLM_CONTEXT_TOKENS - settings.LLM_MAX_TOKENS)
    marks = MarkFilter(prompt.numbers)
    draft.marks = marks.marks
    try:
        async with aclosing(model.stream(prompt.instructions, draft.usage)) as pieces:
            async for piece in pieces:
                yield draft.add(marks.feed(piece))
    finally:
        # Whatever was held back is part of the answer, also of one that was cut off.
        rest = draft.add(marks.flush())
        draft.grounded = bool(marks.marks)
    yield rest


async def _quoted(evidence: Evidence, draft: Draft) -> AsyncGenerator[str]:
    for scored in await sync_to_async(_extract, thread_sensitive=False)(evidence, draft):
        sentence = scored.sentence
        mark = f"[{sentence.passage.number}]"
        # A number in brackets in a document would be taken for a mark.
        apart, words = "\n\n" if draft.text else "", without_marks(sentence.shown)
        start = len(draft.text) + len(apart)
        end = start + len(words)
        found = Mark(sentence.passage.number, end + 1, end + 1 + len(mark))
        draft.marks.append(found)
        draft.quoted.append((Claim(found, start, end), sentence))
        draft.grounded = True
        yield draft.add(f"{apart}{words} {mark}")


def _extract(evidence: Evidence, draft: Draft) -> list[extractive.Scored]:
    found = _ranked(evidence)
    draft.evidence = evidence_of(evidence.query, evidence.passages, found)
    return extractive.chosen(found) if is_enough(draft.evidence, evidence.query.language) else []


def weigh(evidence: Evidence, draft: Draft) -> None:
    """See what speaks for an answer where a language model has written it, which decides for itself."""
    if draft.evidence is None and draft.correction_id is None:
        draft.evidence = evidence_of(evidence.query, evidence.passages, _ranked(evidence))


def _ranked(evidence: Evidence) -> list[extractive.Scored]:
    text = evidence.query.text
    return extractive.ranked(evidence.query, evidence.passages, lambda texts: evidence.similarity(text, texts))


def cite(evidence: Evidence, draft: Draft) -> list[Cited]:
    """Return the citation behind each mark of the draft, in the order of the marks."""
    if draft.quoted:
        return [_cited(evidence, claim, sentence, QUOTED) for claim, sentence in draft.quoted]
    checked = [_checked(evidence, claim, draft.text) for claim in claims(draft.text, draft.marks)]
    cited = [citation for citation in checked if citation]
    return cited if draft.correction_id is None else [_vouched(citation) for citation in cited]


def _vouched(citation: Cited) -> Cited:
    """A reviewer has read the source: what the check does not find there is no doubt, what contradicts it is."""
    if citation.check.finding is not Finding.UNVERIFIED:
        return citation
    return replace(citation, check=replace(citation.check, finding=Finding.SUPPORTED))


def _checked(evidence: Evidence, claim: Claim, text: str) -> Cited | None:
    passage = evidence.passage(claim.mark.number)
    found = best_support(
        text[claim.start : claim.end],
        sentences(passage),
        evidence.similarity,
        evidence.query.trust(passage.language),
        entailments,
    )
    return _cited(evidence, claim, found.sentence, found.check) if found else None


def _cited(evidence: Evidence, claim: Claim, sentence: Sentence, check: Check) -> Cited:
    passage = sentence.passage
    page = evidence.outlines[passage.document_id].page_of(sentence.start)
    return Cited(claim, passage, page, sentence.start, sentence.end, sentence.quote, check)


def outlines_of(document_ids: Iterable[int]) -> dict[int, Outline]:
    outlines = {document_id: Outline() for document_id in document_ids}
    rows = Page.objects.filter(document_id__in=outlines).order_by("number")
    for document_id, offset, headings in rows.values_list("document_id", "offset", "headings"):
        known = outlines[document_id]
        found = tuple((offset + heading["start"], heading["text"]) for heading in headings)
        outlines[document_id] = Outline((*known.pages, offset), known.headings + found)
    return outlines
