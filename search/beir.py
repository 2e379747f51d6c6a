"""Reading a question set in the BEIR layout: corpus.jsonl, queries.jsonl, qrels/test.tsv.

Layout: Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation" (2021).
"""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


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
    judged = [(key, text) for key, text in read_queries(folder).items() if key in judgements]
    return BeirSet(tuple(read_corpus(folder)), dict(judged[:limit]), judgements)


def read_corpus(folder: Path) -> list[CorpusDocument]:
    """Read the documents alone. Raises BeirError."""
    return _read_rows(folder / "corpus.jsonl", _document)


def read_queries(folder: Path) -> dict[str, str]:
    """Read the queries by their keys, judged or not. Raises BeirError."""
    return dict(_read_rows(folder / "queries.jsonl", lambda row: (str(row["_id"]), str(row["text"]))))


def _document(row: dict[str, Any]) -> CorpusDocument:
    return CorpusDocument(str(row["_id"]), str(row.get("title") or ""), str(row["text"]))


def _read_rows(path: Path, parse: Callable[[dict[str, Any]], T]) -> list[T]:
    try:
        with path.open(encoding="utf-8") as file:
            return [parse(json.loads(line)) for line in file if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BeirError(f"{path}: {error!r}") from error


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                judgements.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BeirError(f"{path}: {error!r}") from error
    return judgements
