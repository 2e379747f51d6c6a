"""A question set as staff see it: its questions narrowed by what they are, and how many of each kind there are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from documents.models import Document
from documents.pages import text_between
from search.models import Judgement, Question, QuestionChange, QuestionSet
from search.questions.measured import direction

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Characters of a passage that are shown.
EXCERPT = 400
# What a list can be narrowed by: the name in the address, and what it means.
CHECKS = ("answerable", "unanswerable", "outdated", "lost")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, its words, how many questions have it, and the rest of the address that chooses it.

    The address of one that is chosen takes it back.
    """

    value: str
    label: str
    count: int
    is_chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class Wanted:
    language: str = ""
    split: str = ""
    origin: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with those of its judgements that the reader may see.

    `is_lost`: the documents that answer it were deleted. `is_hidden`: the reader may not see any of them.
    """

    question: Question
    judgements: tuple[Judgement, ...]
    is_lost: bool
    is_outdated: bool
    direction: str
    # The words of its first passage, where they are shown.
    excerpt: str = ""

    @property
    def is_hidden(self) -> bool:
        return self.question.is_answerable and not self.judgements and not self.is_lost


def wanted_in(address: Mapping[str, str]) -> Wanted:
    """What an address asks for; what does not exist is not asked for."""
    return Wanted(
        language=address.get("language", "") if address.get("language") in ("ko", "en") else "",
        split=_known(address.get("split", ""), Question.Split.values),
        origin=_known(address.get("origin", ""), Question.Origin.values),
        check=_known(address.get("check", ""), CHECKS),
    )


def sets() -> QuerySet[QuestionSet]:
    """All sets, with the counts of their questions and of the drafts that wait."""
    ready = Count("questions", filter=Q(questions__state=Question.State.READY))
    drafts = Count("questions", filter=Q(questions__state=Question.State.DRAFT))
    return QuestionSet.objects.annotate(size=ready, draft_count=drafts).order_by("name")


def questions(home: QuestionSet, wanted: Wanted = Wanted()) -> QuerySet[Question]:
    """The ready questions of a set, the newest first."""
    rows = _annotated(home.questions.filter(state=Question.State.READY)).order_by("-pk")
    if wanted.language:
        rows = rows.filter(language=wanted.language)
    if wanted.split:
        rows = rows.filter(split=wanted.split)
    if wanted.origin:
        rows = rows.filter(origin=wanted.origin)
    return rows.filter(_CHECKS[wanted.check]) if wanted.check else rows


_CHECKS = {
    "answerable": Q(is_answerable=True),
    "unanswerable": Q(is_answerable=False),
    "outdated": Q(outdated__gt=0) | Q(outdated_of_pair__gt=0),
    "lost": Q(is_answerable=True, judged=0, judged_of_pair=0),
}


def drafts(home: QuestionSet) -> QuerySet[Question]:
    """The oldest first: a list that is worked through from above."""
    return _annotated(home.questions.filter(state=Question.State.DRAFT)).order_by("pk")


def shown(questions: Iterable[Question], reader: "type_Reader") -> list[Shown]:
    """Rows of a list, in four statements however many they are."""
    rows = list(questions)
    heads = {question.parallel_of_id or question.pk for question in rows}
    readable = Judgement.objects.filter(document__in=Document.objects.visible_to(reader))
    judged = Prefetch("judgements", readable.select_related("document").defer("document__sketch"))
    known = {
        head.pk: tuple(head.judgements.all()) for head in Question.objects.filter(pk__in=heads).prefetch_related(judged)
    }
    return [_shown(question, known.get(question.parallel_of_id or question.pk, ())) for question in rows]


def shown_with_text(questions: Iterable[Question], reader: "type_Reader") -> list[Shown]:
    return [replace(one, excerpt=_excerpt(one.judgements)) for one in shown(questions, reader)]


def counts(home: QuestionSet, wanted: Wanted) -> dict[str, list[Choice]]:
    """How many questions each filter would leave of the whole set, by the filter's name in the address."""
    # Annotated columns, which the plug-in of the type checker does not see through a function.
    columns: tuple[Any, ...] = (
        "language", "split", "origin", "is_answerable", "judged", "judged_of_pair", "outdated", "outdated_of_pair"
    )  # fmt: skip
    rows = list(_annotated(home.questions.filter(state=Question.State.READY)).values_list(*columns))
    found = {
        "language": Counter(row[0] for row in rows),
        "split": Counter(row[1] for row in rows),
        "origin": Counter(row[2] for row in rows),
        "check": _checked(rows),
    }
    return {name: _choices(name, values, wanted) for name, values in found.items()}


def history(home: QuestionSet) -> QuerySet[QuestionChange]:
    return home.changes.select_related("changed_by")


def _annotated(rows: QuerySet[Question]) -> QuerySet[Question]:
    outdated = Q(judgements__is_outdated=True)
    return rows.select_related("added_by", "parallel_of").annotate(
        judged=Count("judgements", distinct=True),
        outdated=Count("judgements", filter=outdated, distinct=True),
        judged_of_pair=Count("parallel_of__judgements", distinct=True),
        outdated_of_pair=Count(
            "parallel_of__judgements", filter=Q(parallel_of__judgements__is_outdated=True), distinct=True
        ),
    )


def _checked(rows: Iterable[tuple[Any, ...]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for *_kind, is_answerable, judged, judged_of_pair, outdated, outdated_of_pair in rows:
        found["answerable" if is_answerable else "unanswerable"] += 1
        found["outdated"] += bool(outdated or outdated_of_pair)
        found["lost"] += bool(is_answerable and not judged and not judged_of_pair)
    return found


def _choices(name: str, found: Counter[str], wanted: Wanted) -> list[Choice]:
    chosen, labels = getattr(wanted, name), _labels()
    rows = [
        Choice(value, str(labels.get(value, value)), count, value == chosen, _address(wanted, name, value))
        for value, count in found.items()
        if count or value == chosen
    ]
    return sorted(rows, key=lambda row: (-row.count, row.value))


def _labels() -> dict[str, object]:
    return {
        "ko": _("Korean"),
        "en": _("English"),
        **dict(Question.Split.choices),
        **dict(Question.Origin.choices),
        "answerable": _("with an answer"),
        "unanswerable": _("without an answer"),
        "outdated": _("to be checked"),
        "lost": _("without their source"),
    }


def _address(wanted: Wanted, name: str, value: str) -> str:
    values = {**asdict(wanted), name: "" if getattr(wanted, name) == value else value}
    return "".join(f"&{urlencode({key: chosen})}" for key, chosen in values.items() if chosen)


def _shown(question: Question, judgements: tuple[Judgement, ...]) -> Shown:
    languages = {one.document.language for one in judgements if one.relevance and not one.is_outdated}
    known = getattr(question, "judged", 0) + getattr(question, "judged_of_pair", 0)
    return Shown(
        question=question,
        judgements=judgements,
        is_lost=question.is_answerable and not known,
        is_outdated=any(one.is_outdated for one in judgements),
        direction=direction(question.language, languages),
    )


def _excerpt(judgements: Sequence[Judgement]) -> str:
    first = next((one for one in judgements if not one.is_whole), None)
    return " ".join(text_between(first.document_id, first.start, first.end).split())[:EXCERPT] if first else ""


def _known(value: str, values: Iterable[str]) -> str:
    return value if value in values else ""
