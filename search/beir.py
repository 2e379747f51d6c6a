"""Reading a question set in the BEIR layout: corpus.jsonl, queries.jsonl, qrels/test.tsv.

Layout: Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation" (2021).
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BeirError(Exception):
    """The folder does not hold a readable set; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class BeirSet:
    """`judgements`: query key -> document key -> grade; only judged queries are kept."""

    documents: tuple[CorpusDocument, ...]
    queries: dict[str, str]
    judgements: dict[str, dict[str, int]]


def read(folder: Path, limit: int | None = None) -> BeirSet:
    """Read the set, its first `limit` judged queries. Raises BeirError."""
    judgements = _judgements(folder / "qrels" / "test.tsv")
    queries = {
        str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl") if str(row["_id"]) in judgements
    }
    documents = tuple(
        CorpusDocument(str(row["_id"]), str(row.get("title") or ""), str(row["text"]))
        for row in _rows(folder / "corpus.jsonl")
    )
    return BeirSet(documents, dict(list(queries.items())[:limit]), judgements)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    yield json.loads(line)
    except (OSError, ValueError) as error:
        raise BeirError(f"{path}: {error}") from error


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                judgements.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    except (OSError, KeyError, ValueError) as error:
        raise BeirError(f"{path}: {error!r}") from error
    return judgements
