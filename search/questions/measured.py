"""The questions of the sets as a measurement takes them: ready ones, with all that is worth something for them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Max, Prefetch
from django.db.models.functions import Length

from documents.models import Document, Page
from search.models import Judgement, Question


@dataclass(frozen=True, slots=True)
class Judged:
    """A passage, and what it is worth for the question: 0 nothing, 1 a part, 2 all of it.

    Offsets count characters of the document's text; `is_whole` says that the document was judged, not a passage.
    """

    document_id: int
    page: int
    start: int
    end: int
    relevance: int
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class MeasuredQuestion:
    """A question with what answers it; one that is not answerable has no answer in the documents.

    Questions with the same `pair` ask the same in different languages. `document_languages` are those of the
    documents that answer it.
    """

    id: int
    text: str
    language: str
    split: str
    judged: tuple[Judged, ...]
    document_languages: frozenset[str]
    is_answerable: bool
    pair: int

    @property
    def direction(self) -> str:
        """From the question's language to that of the documents ("ko-en"); its own if they are in both."""
        return direction(self.language, self.document_languages)


def direction(language: str, document_languages: Collection[str]) -> str:
    if not document_languages:
        return ""
    return f"{language}-{language if language in document_languages else min(document_languages)}"


def measurable(sets: Iterable[int] | None = None, split: str | None = None) -> list[MeasuredQuestion]:
    """The questions of these sets (all sets), of this half (both), in the order in which they were added.

    Left out: drafts, and questions of which nothing is known that answers them, since their documents were deleted
    or say something else now. Questions without an answer in the documents are among them.
    """
    rows = Question.objects.filter(state=Question.State.READY)
    if sets is not None:
        rows = rows.filter(question_set__in=list(sets))
    if split is not None:
        rows = rows.filter(split=split)
    # One of a replaced document waits to follow it, see search.questions.following.
    known = Judgement.objects.filter(is_outdated=False).exclude(document__state=Document.State.SUPERSEDED)
    known = known.annotate(document_language=F("document__language"))
    rows = rows.select_related("parallel_of").prefetch_related(
        Prefetch("judgements", known), Prefetch("parallel_of__judgements", known)
    )
    questions = list(rows.order_by("pk"))
    ends = _ends(one.document_id for question in questions for one in _known(question) if one.is_whole)
    found = (_measured(question, ends) for question in questions)
    return [question for question in found if not question.is_answerable or question.document_languages]


def _known(question: Question) -> list[Judgement]:
    return list((question.parallel_of or question).judgements.all())


def _ends(document_ids: Iterable[int]) -> dict[int, int]:
    """Length of each document's text, for those that were judged as a whole."""
    length = Max(F("offset") + Length("text"))
    rows = Page.objects.filter(document__in=set(document_ids)).order_by().values("document").annotate(length=length)
    return {row["document"]: row["length"] for row in rows}


def _measured(question: Question, ends: Mapping[int, int]) -> MeasuredQuestion:
    judgements = _known(question)
    return MeasuredQuestion(
        id=question.pk,
        text=question.text,
        language=question.language,
        split=question.split,
        judged=tuple(_judged(one, ends) for one in judgements),
        # A document that has not been read yet has no language, and is not found either.
        document_languages=frozenset(
            language for one in judgements if one.relevance and (language := getattr(one, "document_language", ""))
        ),
        is_answerable=question.is_answerable,
        pair=(question.parallel_of or question).pk,
    )


def _judged(one: Judgement, ends: Mapping[int, int]) -> Judged:
    end = ends.get(one.document_id, 0) if one.is_whole else one.end
    return Judged(one.document_id, one.page, one.start, end, one.relevance, one.is_whole)
