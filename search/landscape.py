"""The map of a collection: where its documents lie among each other, in which groups, and which are far from all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.core.cache import caches
from django.db.models import F, Func

from documents.models import Collection, Document, Generation
from search.calibration import trust
from search.clusters import clusters
from search.group_names import group_names
from search.portraits import Heap, heap, spread
from search.projection import joint, nearest, outlying, positions, term_features

# More points than this are a fog, and slow; then some are taken by lot.
MOST_DOCUMENTS = 2_000
# Windows that are read, for all documents together and at most for one.
WINDOWS = 8_000
WINDOWS_OF_ONE = 8
KEPT_S = 3_600


@dataclass(frozen=True, slots=True)
class Terrain:
    """The numbers of a map, one entry for each document; `nearest` is the place of its nearest other."""

    document_ids: tuple[int, ...]
    points: np.ndarray
    groups: np.ndarray
    is_far: np.ndarray
    nearest: np.ndarray
    names: tuple[tuple[str, ...], ...]
    # The part that vectors have in it, 0 to 1; shared words have the rest.
    share: float


@dataclass(frozen=True, slots=True)
class Landscape:
    """`documents` stand in the order of the terrain; `total` is how many the collection has that are searchable."""

    documents: Sequence[Document]
    terrain: Terrain
    total: int


def landscape_of(collection: Collection) -> Landscape:
    generation = Generation.objects.active()
    searchable = Document.objects.filter(collection=collection, state=Document.State.READY, chunk_count__gt=0)
    taken = searchable.order_by(Func(F("pk"), function="hashint8"), "pk").defer("sketch", "notes")[:MOST_DOCUMENTS]
    rows = {document.pk: document for document in taken}
    measured = generation.calibrated_at.timestamp() if generation.calibrated_at else 0
    key = f"terrain:{generation.pk}:{generation.content_changes}:{measured}:{collection.pk}"
    terrain = caches["process"].get(key)
    if terrain is None or not set(terrain.document_ids) <= rows.keys():
        terrain = terrain_of(generation, list(rows.values()))
        caches["process"].set(key, terrain, KEPT_S)
    total = searchable.count() if len(rows) == MOST_DOCUMENTS else len(terrain.document_ids)
    return Landscape([rows[key] for key in terrain.document_ids], terrain, total)


def terrain_of(generation: Generation, documents: Sequence[Document]) -> Terrain:
    most = max(min(WINDOWS // max(len(documents), 1), WINDOWS_OF_ONE), 1)
    found = heap(generation, {document.pk: spread(document.chunk_count, most) for document in documents})
    share = _share(generation, documents)
    return _drawn(generation, found, share) if found.document_ids else _EMPTY


def _share(generation: Generation, documents: Sequence[Document]) -> float:
    """How far the model is trusted in the languages of these documents, on average."""
    trusted = [trust(generation, document.language)(document.language) for document in documents]
    return float(np.mean(trusted)) if trusted else 0.0


def _drawn(generation: Generation, found: Heap, share: float) -> Terrain:
    count = len(found.document_ids)
    features = joint(found.vectors, term_features(found.rows, found.keys, found.values, count), share)
    groups = clusters(features)
    return Terrain(
        found.document_ids,
        positions(features),
        groups,
        outlying(features),
        nearest(features) if count > 1 else np.zeros(count, dtype=int),
        group_names(generation, found, features, groups),
        share,
    )


_NONE = np.zeros(0, dtype=int)
_EMPTY = Terrain((), np.zeros((0, 2)), _NONE, _NONE, _NONE, (), 0.0)
