"""Disk and memory that a planned generation needs, from what a probe wrote and from the index that answers now."""

from pathlib import Path

from django.db.models import Avg
from django.db.models.functions import Length

from documents.embedding.local import model_folder
from documents.failure_codes import IndexingFailure
from documents.generations import HNSW_ROW_BYTES, INDEXES, Plan
from documents.models import Chunk, EmbeddingModel, Generation, Term
from documents.releases import shadow
from documents.releases.probe import Written

# An index of fewer chunks says little about a large one.
ENOUGH_CHUNKS = 1_000
# Chunks whose length is looked at.
LENGTHS_OF = 500
# An index has so many bytes before it has any content: of few windows they would count many times.
FIRST_PAGES_BYTES = 2 * 8192
# A term's row with its share of the index on them, in bytes.
TERM_BYTES = 160
MEGABYTE = 1_000_000


def disk_bytes(windows: int, characters: float, written: Written) -> int:
    """Of rows and indexes of so many windows with so many characters each.

    Lists of chunks by term grow shorter for each chunk in a large index, so they are taken from the active one.
    """
    active = Generation.objects.active()
    sizes = {name: max(written.index_bytes[name] - FIRST_PAGES_BYTES, 0) / written.windows for name in INDEXES}
    terms = Term.objects.filter(generation=active).count()
    if active.chunk_count >= ENOUGH_CHUNKS:
        in_active = shadow.index_bytes(active, "terms") / active.chunk_count
        sizes["terms"] = in_active * characters / _characters(active)
    a_window = written.rows_bytes / written.windows + sum(sizes.values())
    return round(windows * a_window + len(INDEXES) * FIRST_PAGES_BYTES + terms * TERM_BYTES)


def bytes_of(generation: Generation) -> int:
    """What a generation that exists takes on disk; without its share of the table of terms."""
    indexes = sum(shadow.index_bytes(generation, name) for name in INDEXES)
    return shadow.table_bytes(generation) + indexes


def memory_bytes(plan: Plan, windows: int) -> int:
    """Of the loaded model in each worker, and of the nearest-neighbour index while the database builds it."""
    return _model_bytes(plan.model) + windows * (2 * plan.generation().dimensions + HNSW_ROW_BYTES)


def _model_bytes(model: EmbeddingModel) -> int:
    if model.provider != EmbeddingModel.Provider.SENTENCE_TRANSFORMERS:
        return 0
    return _weights_bytes(model.name) or (model.size_mb or 0) * MEGABYTE


def _weights_bytes(name: str) -> int:
    try:
        folder = model_folder(name)
    except IndexingFailure:
        return 0
    return sum(file.stat().st_size for file in Path(folder).rglob("*.safetensors"))


def _characters(generation: Generation) -> float:
    """Mean length of its chunks."""
    some = Chunk.objects.filter(generation=generation).annotate(characters=Length("text"))[:LENGTHS_OF]
    found: float | None = some.aggregate(mean=Avg("characters"))["mean"]
    return found or 1.0
