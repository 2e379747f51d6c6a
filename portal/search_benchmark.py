"""How fast the running library answers, as one person asks it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from documents.models import Chunk, Generation
from portal import latency
from search.probes import half_of
from search.retrieval import Mode, find_passages
from search.scope import scope_for

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

MODES = (Mode.HYBRID, Mode.LEXICAL, Mode.SEMANTIC)
HITS = 10
# Questions that are made up where no file has any.
QUESTIONS = 100
# Words of a passage that half of a question is made of.
_RUN = 16


def from_file(path: Path) -> list[str]:
    """One question a line. Raises OSError, UnicodeDecodeError."""
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def made_up(reader: "type_Reader") -> list[str]:
    """Every other word of the beginnings of passages that this person may read."""
    scope = scope_for(reader)
    dice = random.Random(QUESTIONS)  # noqa: S311 - a sample, not a secret
    chunks = Chunk.objects.filter(generation=scope.generation, collection__in=scope.collection_ids)
    texts = chunks.order_by("text_hash").values_list("text", flat=True)[:QUESTIONS]
    return [half_of(" ".join(text.split()[:_RUN]), dice) for text in texts]


def run(reader: "type_Reader", questions: Sequence[str], say: Callable[[str], None]) -> dict[str, object]:
    """Latency of every mode, after each question was asked once."""
    figures: dict[str, object] = {"questions": len(questions), "chunks": Generation.objects.active().chunk_count}
    for mode in MODES:
        ask = partial(_rows, reader, mode)
        latency.measure(ask, questions)
        say(f"{mode.value}: warm")
        figures[mode.value] = asdict(latency.measure(ask, questions))
    return figures


def _rows(reader: "type_Reader", mode: Mode, question: str) -> int:
    return len(find_passages(question, reader, HITS, mode=mode).hits)
