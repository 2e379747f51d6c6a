"""Question by question: what two rows found, side by side, those that differ most first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from documents import places
from documents.models import Document
from documents.pages import collapsed, text_between
from search.bench import questions as asked
from search.bench.figures import MEASURES
from search.bench.questions import BenchQuestion, Place
from search.models import EvaluationRow
from search.retrieval import Mode

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

EXCERPT = 110


@dataclass(frozen=True, slots=True)
class Compared:
    """A question with its nDCG@10 in both rows."""

    question: BenchQuestion
    first: float
    second: float

    @property
    def difference(self) -> float:
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """`title` is empty where the document is gone, or not for this reader."""

    rank: int
    is_right: bool
    title: str = ""
    where: str = ""
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class SideBySide:
    compared: Compared
    first: tuple[FoundPassage, ...]
    second: tuple[FoundPassage, ...]

    @property
    def first_is_better(self) -> bool:
        return self.compared.difference < 0

    @property
    def second_is_better(self) -> bool:
        return self.compared.difference > 0


def compared(
    stored: Sequence[Mapping[str, object]], first: EvaluationRow, second: EvaluationRow, direction: str = ""
) -> list[Compared]:
    """Judged questions of both rows, of one direction if it is given; what differs most comes first."""
    place = MEASURES.index("ndcg_10")

    def score(row: EvaluationRow, key: str) -> float:
        return float(row.found[key]["scores"][Mode.HYBRID.value][place])

    questions = map(asked.from_json, stored)
    found = [
        Compared(one, score(first, one.key), score(second, one.key))
        for one in questions
        if one.targets and one.key in first.found and one.key in second.found
        if direction in ("", "all", one.direction)
    ]
    return sorted(found, key=lambda one: (-abs(one.difference), one.question.key))


def side_by_side(
    several: Sequence[Compared], first: EvaluationRow, second: EvaluationRow, reader: "type_Reader"
) -> list[SideBySide]:
    """With what was found, as far as this reader may see it."""
    keys = {hit[0] for one in several for row in (first, second) for hit in row.found[one.question.key]["hits"]}
    documents = Document.objects.visible_to(reader).defer("sketch").in_bulk(keys)
    return [
        SideBySide(
            one, *(_passages(one.question, row.found[one.question.key]["hits"], documents) for row in (first, second))
        )
        for one in several
    ]


def _passages(
    question: BenchQuestion, hits: Sequence[Sequence[int]], documents: Mapping[int, Document]
) -> tuple[FoundPassage, ...]:
    return tuple(_passage(rank, question, Place(*hit), documents) for rank, hit in enumerate(hits, start=1))


def _passage(rank: int, question: BenchQuestion, place: Place, documents: Mapping[int, Document]) -> FoundPassage:
    is_right = any(target.grade > 0 and target.is_in(place) for target in question.targets)
    document = documents.get(place.document_id)
    if document is None:
        return FoundPassage(rank, is_right)
    return FoundPassage(
        rank=rank,
        is_right=is_right,
        title=document.title,
        where=places.label(document.media_type, place.page, "") if document.page_based else "",
        url=places.passage_url(document.pk, place.start, place.end),
        text=" ".join(collapsed(text_between(document.pk, place.start, place.start + EXCERPT)).split()),
    )
