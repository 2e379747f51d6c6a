"""Documents that are about the same as another one, for somebody who may read them; copies of it are kept apart.

Candidates come from both legs: windows near the mean of the document's own, and windows with its telling terms. They
are ranked as search ranks: the vectors' share is what the model is trusted in that language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice, zip_longest
from operator import attrgetter
from typing import Self

import numpy as np
from django.db import connection

from documents.models import Document
from documents.near_duplicates import NEAR
from documents.sketches import share_in
from search import fusion, lexical, semantic
from search.calibration import trust
from search.fusion import Candidate, Fused
from search.lexical import QueryTerm
from search.portraits import Portrait, portraits, spread, telling_terms, unit
from search.scope import Scope

MOST = 6
# Windows that stand for the document itself and for each that is compared with it.
OWN_WINDOWS = 24
OTHER_WINDOWS = 12
# Rows of each leg; one long document may take many of them, hence the rounds.
DEPTH = 200
ROUNDS = 3
COMPARED = 40
TERMS = 40
# Chunks that the telling terms may stand in, all together.
ROWS = 3_000
# What two documents must have in common to be called related: a share of the telling terms as heavy as this, made of
# so many words, or vectors as near as this as far as they are trusted.
LEAST_SHARED = 0.12
LEAST_WORDS = 2
LEAST_NEAR = 0.45


@dataclass(frozen=True, slots=True)
class NearCopy:
    """A document that has most of the sentences; `percent` is how many of the one stand in the other."""

    document: Document
    percent: int


@dataclass(frozen=True, slots=True)
class Kin:
    """A related document, and the pair of passages by which it is: chunk ids, and the telling terms of both."""

    document: Document
    score: float
    cosine: float
    own_chunk: int
    other_chunk: int
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """`is_compared` is False for a document that has nothing in the index, such as one that was replaced."""

    kin: tuple[Kin, ...] = ()
    copies: tuple[NearCopy, ...] = ()
    is_compared: bool = True
    # The database did not answer, or not in time.
    is_failed: bool = False


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Some windows of a document: weights of the telling terms of shape (windows, terms), vectors of (windows, d)."""

    chunk_ids: tuple[int, ...]
    weights: np.ndarray
    vectors: np.ndarray

    @classmethod
    def of(cls, windows: Sequence[Portrait], terms: Sequence[QueryTerm]) -> Self:
        keys = [term.dimension for term in terms]
        weights = np.array([[window.weights.get(key, 0.0) for key in keys] for window in windows])
        return cls(
            tuple(window.chunk_id for window in windows),
            weights.reshape(len(windows), len(keys)),
            np.array([window.vector for window in windows]),
        )

    @property
    def mean(self) -> np.ndarray:
        return unit(self.vectors.mean(axis=0))

    def score(self, weights: np.ndarray) -> float:
        """BM25 of the telling terms in the window that has most of them."""
        return float((self.weights @ weights).max(initial=0.0))


@dataclass(frozen=True, slots=True)
class _Subject:
    """The document that others are compared with."""

    document: Document
    terms: tuple[QueryTerm, ...]
    sheet: _Sheet

    @property
    def weights(self) -> np.ndarray:
        return np.array([term.weight for term in self.terms])


@dataclass(frozen=True, slots=True)
class _Other:
    document: Document
    sheet: _Sheet

    def cosine(self, subject: _Subject) -> float:
        return float(self.sheet.mean @ subject.sheet.mean)

    def shares_words(self, subject: _Subject) -> bool:
        """One word alone is chance, in whatever fields it stands."""
        texts = [term.text for term in subject.terms]
        rows = self.sheet.weights > 0
        return any(len({texts[i] for i in row.nonzero()[0]}) >= LEAST_WORDS for row in rows)


def related_in(scope: Scope, document: Document) -> Related:
    subject = _subject(document, scope)
    if not subject.sheet.chunk_ids:
        return Related(is_compared=False)
    others: list[_Other] = []
    copies: list[NearCopy] = []
    left_out = [document.pk]
    for _round in range(ROUNDS):
        found = _candidates(subject, replace(scope, left_out=(*scope.left_out, *left_out)))
        fresh, same = _parted(subject, found, scope)
        others, copies, left_out = [*others, *fresh], [*copies, *same], [*left_out, *found]
        if len(others) >= MOST or not found:
            break
    kin = tuple(_kin(subject, other, fused) for other, fused in _ranked(subject, others, scope)[:MOST])
    return Related(kin, tuple(sorted(copies, key=lambda copy: (-copy.percent, copy.document.pk))))


def _subject(document: Document, scope: Scope) -> _Subject:
    windows = portraits(scope.generation, {document.pk: spread(document.chunk_count, OWN_WINDOWS)})
    terms = tuple(telling_terms(windows, scope.generation, ROWS)[:TERMS])
    return _Subject(document, terms, _Sheet.of(windows, terms))


def _candidates(subject: _Subject, scope: Scope) -> dict[int, int | None]:
    """Document id -> its best window for the telling terms, if it came by them; in turn from both legs."""
    by_terms = lexical.candidates(sorted(subject.terms, key=lambda term: (term.df, term.dimension)), scope, DEPTH)
    mean = subject.sheet.mean
    by_vector = semantic.candidates(mean, scope, DEPTH) if mean.any() else []
    # A document may be deleted or indexed anew meanwhile; its rows have no owner then.
    owners = _owners([row[0] for row in (*by_terms, *by_vector)], scope)
    best: dict[int, int] = {}
    for chunk_id, _score in by_terms:
        if chunk_id in owners:
            best.setdefault(owners[chunk_id], chunk_id)
    near = dict.fromkeys(owners[chunk_id] for chunk_id, _cosine in by_vector if chunk_id in owners)
    in_turn = dict.fromkeys(key for pair in zip_longest(best, near) for key in pair if key is not None)
    return {key: best.get(key) for key in islice(in_turn, COMPARED)}


def _owners(chunk_ids: Sequence[int], scope: Scope) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, document_id FROM documents_chunk WHERE generation_id = %s AND id = ANY(%s)",
            [scope.generation.pk, list(chunk_ids)],
        )
        return dict(cursor.fetchall())


def _parted(subject: _Subject, found: Mapping[int, int | None], scope: Scope) -> tuple[list[_Other], list[NearCopy]]:
    """What is to be ranked, and the copies; nothing that was replaced."""
    current = Document.objects.current().filter(collection__in=scope.collection_ids).select_related("collection")
    documents = current.in_bulk(list(found))
    percents = {key: _percent_in_common(subject.document, other) for key, other in documents.items()}
    copies = [NearCopy(documents[key], percent) for key, percent in percents.items() if percent >= 100 * NEAR]
    others = {key: documents[key] for key, percent in percents.items() if percent < 100 * NEAR}
    windows = portraits(
        scope.generation,
        {key: spread(other.chunk_count, OTHER_WINDOWS) for key, other in others.items()},
        [chunk_id for key, chunk_id in found.items() if chunk_id and key in others],
    )
    sheets = {
        key: _Sheet.of(list(group), subject.terms) for key, group in groupby(windows, key=attrgetter("document_id"))
    }
    return [_Other(others[key], sheet) for key, sheet in sheets.items()], copies


def _percent_in_common(one: Document, other: Document) -> int:
    """Of the smaller in the larger, since a copy may have been added to."""
    if other.near_duplicate_of_id == one.pk or one.near_duplicate_of_id == other.pk:
        known = other if other.near_duplicate_of_id == one.pk else one
        return round(100 * known.similarity)
    return round(100 * max(share_in(one.sketch, other.sketch), share_in(other.sketch, one.sketch)))


def _ranked(subject: _Subject, others: Sequence[_Other], scope: Scope) -> list[tuple[_Other, Fused]]:
    """Those that have enough in common, ranked as search ranks passages."""
    trusted = trust(scope.generation, subject.document.language)
    whole = subject.sheet.score(subject.weights) or 1.0
    by_key = {other.document.pk: other for other in others}
    candidates = [
        Candidate(key, other.document.language, other.sheet.score(subject.weights) / whole, other.cosine(subject))
        for key, other in by_key.items()
    ]
    return [
        (by_key[fused.candidate.chunk_id], fused)
        for fused in fusion.calibrated(candidates, trusted)
        if trusted(fused.candidate.language) * fused.candidate.cosine >= LEAST_NEAR
        or (fused.candidate.lexical >= LEAST_SHARED and by_key[fused.candidate.chunk_id].shares_words(subject))
    ]


def _kin(subject: _Subject, other: _Other, fused: Fused) -> Kin:
    """The pair of passages that are nearest by both measures, as they are weighed for this document."""
    own, its = subject.sheet, other.sheet
    by_terms = _cosines(own.weights * subject.weights, its.weights * subject.weights)
    nearness = fused.weight * (own.vectors @ its.vectors.T) + (1 - fused.weight) * by_terms
    row, column = np.unravel_index(int(np.argmax(nearness)), nearness.shape)
    both = np.minimum(own.weights[row], its.weights[column]) * subject.weights
    terms = [subject.terms[i].text for i in np.argsort(-both, kind="stable") if both[i] > 0]
    return Kin(
        document=other.document,
        score=fused.score,
        cosine=fused.candidate.cosine,
        own_chunk=own.chunk_ids[row],
        other_chunk=its.chunk_ids[column],
        terms=tuple(dict.fromkeys(terms)),
    )


def _cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Of each row of one with each of the other; 0 where a row is empty."""
    lengths = np.outer(np.linalg.norm(one, axis=1), np.linalg.norm(other, axis=1))
    return np.asarray(one @ other.T / np.where(lengths > 0, lengths, 1.0))
