"""How well the support check tells supported claims from others, on rows of claim, evidence and label."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chat.roc import area
from chat.support.checking import THRESHOLD, Source, Strongest, no_model, strongest, type_Entailments, type_Similarity
from chat.support.finding import Finding
from documents.language import language_of
from documents.sentences import sentence_spans

SUPPORTED = "supported"
# What an area says of rows of one kind only.
CHANCE = 0.5


class EvaluationError(Exception):
    """The file cannot be used; the text says why, and in which line."""


@dataclass(frozen=True, slots=True)
class Row:
    claim: str
    evidence: tuple[str, ...]
    label: str

    @property
    def is_supported(self) -> bool:
        return self.label == SUPPORTED

    @property
    def language(self) -> str:
        return language_of(self.claim)


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what the check says of it; without evidence it says nothing."""

    row: Row
    found: Strongest | None

    @property
    def score(self) -> float:
        return self.found.check.score if self.found else 0.0

    @property
    def finding(self) -> Finding:
        return self.found.check.finding if self.found else Finding.UNVERIFIED

    @property
    def features(self) -> Mapping[str, float]:
        return self.found.check.features if self.found else {}

    @property
    def is_right(self) -> bool:
        return (self.score >= THRESHOLD) == self.row.is_supported


@dataclass(frozen=True, slots=True)
class Figures:
    rows: int
    auc: float
    accuracy: float
    # Share of supported rows, and of the others, that are judged rightly.
    kept: float
    caught: float


def read(path: Path) -> list[Row]:
    """Read JSON lines. Raises EvaluationError."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} cannot be read: {error}") from error
    rows = [_row(f"{path.name}, line {number}", line) for number, line in enumerate(lines, 1) if line.strip()]
    if len({row.is_supported for row in rows}) < 2:
        raise EvaluationError(f'{path.name} needs rows with the label "{SUPPORTED}" and rows with another one.')
    return rows


def _row(place: str, line: str) -> Row:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise EvaluationError(f"{place} is no JSON: {error}") from error
    if not isinstance(fields, dict):
        raise EvaluationError(f"{place} is no object")
    return Row(_text(place, fields, "claim"), _evidence(place, fields), _text(place, fields, "label"))


def _text(place: str, fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise EvaluationError(f"{place} has no {name}")
    return value.strip()


def _evidence(place: str, fields: Mapping[str, Any]) -> tuple[str, ...]:
    """A list of sentences, one text, or nothing."""
    value = fields.get("evidence") or []
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise EvaluationError(f"{place}: evidence has to be a list of texts")
    return tuple(text[start:end] for text in texts for start, end in sentence_spans(text))


def judged(
    rows: Sequence[Row],
    similarity: type_Similarity,
    trust: Callable[[str], float],
    entailments: type_Entailments = no_model,
) -> Iterator[Judged]:
    for row in rows:
        sources = [Source(sentence) for sentence in row.evidence]
        yield Judged(row, strongest(row.claim, sources, similarity, trust(row.language), entailments))


def figures(rows: Sequence[Judged]) -> Figures:
    supported = [row for row in rows if row.row.is_supported]
    others = [row for row in rows if not row.row.is_supported]
    return Figures(
        rows=len(rows),
        auc=area([row.score for row in supported], [row.score for row in others], if_empty=CHANCE),
        accuracy=_share_right(rows),
        kept=_share_right(supported),
        caught=_share_right(others),
    )


def _share_right(rows: Sequence[Judged]) -> float:
    return sum(row.is_right for row in rows) / len(rows) if rows else 0.0
