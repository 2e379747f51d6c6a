"""How well the model knows the library's text, language by language, with what it was judged by, for admins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from documents import places
from documents.models import Chunk, Document, Generation
from search.calibration import changed_since
from search.evidence import BARS, Evidence, Example, recalled
from search.fusion import semantic_weight
from search.probes import question

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# Characters of a passage that are shown.
EXCERPT = 220
# The picture's units.
BAR_HEIGHT = 80
# From here on a model leads or only helps.
GOOD, FAIR = 0.7, 0.3


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    percent: int
    height: int

    @property
    def y(self) -> int:
        return BAR_HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Passage:
    """`question` is what is asked of it."""

    title: str
    where: str
    url: str
    text: str
    question: str


@dataclass(frozen=True, slots=True)
class Case:
    """An example: what was asked, where it came from, and what stood first in its place."""

    asked: str
    rank: int | None
    passage: Passage
    instead: Passage | None


@dataclass(frozen=True, slots=True)
class LanguageReport:
    """`lost` counts examples whose passages are no longer in the index."""

    language: str
    trust_percent: int
    vectors_percent: int
    evidence: Evidence | None
    bars: tuple[Bar, ...]
    cases: tuple[Case, ...]
    lost: int

    @property
    def words_percent(self) -> int:
        return 100 - self.vectors_percent

    @property
    def level(self) -> str:
        return "good" if self.trust_percent >= 100 * GOOD else "fair" if self.trust_percent >= 100 * FAIR else "poor"

    @property
    def first_percent(self) -> int:
        return round(100 * self.evidence.share_first) if self.evidence else 0

    @property
    def in_ten_percent(self) -> int:
        return round(100 * self.evidence.share_in_ten) if self.evidence else 0


@dataclass(frozen=True, slots=True)
class TrustReport:
    model: str
    languages: tuple[LanguageReport, ...]
    measured_at: datetime | None
    asked_at: datetime | None
    changed_percent: int
    chunk_count: int

    bar_height = BAR_HEIGHT


def report_of(generation: Generation, reader: "type_Reader") -> TrustReport:
    evidence = {language: recalled(stored) for language, stored in generation.calibration_evidence.items()}
    passages = _passages(generation, reader, (example for one in evidence.values() for example in one.examples))
    return TrustReport(
        model=generation.model.name,
        languages=tuple(
            _language(language, trust, evidence.get(language), passages)
            for language, trust in sorted(generation.calibration.items())
        ),
        measured_at=generation.calibrated_at,
        asked_at=generation.calibration_asked_at,
        changed_percent=round(100 * changed_since(generation)),
        chunk_count=generation.chunk_count,
    )


def _language(
    language: str, trust: float, evidence: Evidence | None, passages: Mapping[int, Passage]
) -> LanguageReport:
    examples = evidence.examples if evidence else ()
    cases = tuple(case for example in examples if (case := _case(example, passages)) is not None)
    return LanguageReport(
        language=language,
        trust_percent=round(100 * trust),
        vectors_percent=round(100 * semantic_weight(trust, 1.0)),
        evidence=evidence,
        bars=_bars(evidence) if evidence else (),
        cases=cases,
        lost=len(examples) - len(cases),
    )


def _case(example: Example, passages: Mapping[int, Passage]) -> Case | None:
    """Nothing if a passage of it is gone: what was deleted is not shown again."""
    wanted = [example.chunk_id] if example.instead is None else [example.chunk_id, example.instead]
    if any(key not in passages for key in wanted):
        return None
    instead = None if example.instead is None else passages[example.instead]
    passage = passages[example.chunk_id]
    return Case(passage.question, example.rank, passage, instead)


def _bars(evidence: Evidence) -> tuple[Bar, ...]:
    highest = max(evidence.bars)
    return tuple(
        Bar(label, count, round(100 * count / evidence.probes), _height(count, highest))
        for label, count in zip(_labels(), evidence.bars, strict=True)
    )


def _labels() -> list[str]:
    _one, few, page, most = BARS
    return [
        _("first"),
        _("up to %(rank)s") % {"rank": few},
        _("up to %(rank)s") % {"rank": page},
        _("up to %(rank)s") % {"rank": most},
        _("not found"),
    ]


def _height(count: int, highest: int) -> int:
    """Whatever happened at all is seen."""
    return max(round(count / highest * BAR_HEIGHT), 2) if count else 0


def _passages(generation: Generation, reader: "type_Reader", examples: Iterable[Example]) -> dict[int, Passage]:
    keys = {key for example in examples for key in (example.chunk_id, example.instead) if key is not None}
    rows = Chunk.objects.filter(generation=generation, id__in=keys)
    chunks = list(rows.defer("term_ids", "bm25", "terms", "embedding"))
    documents = Document.objects.visible_to(reader).in_bulk({chunk.document_id for chunk in chunks})
    return {
        chunk.id: _passage(chunk, documents[chunk.document_id]) for chunk in chunks if chunk.document_id in documents
    }


def _passage(chunk: Chunk, document: Document) -> Passage:
    text = " ".join(chunk.text.split())
    return Passage(
        title=document.title,
        where=places.label(document.media_type, chunk.page, chunk.heading) if document.page_based else "",
        url=places.passage_url(document.pk, chunk.start, chunk.end),
        text=text if len(text) <= EXCERPT else text[:EXCERPT].rpartition(" ")[0] + " …",
        question=question(chunk.text, chunk.text_hash),
    )
