"""Fit the weights of the support check (chat/support/weights.py) and say how they do on what was held out.

python benchmarks/support_fit.py --ko FILE.jsonl --en FILE.jsonl [--cache DIR] [--seed TEXT]

Rows are {claim, evidence[], label}, as `manage.py evaluate_support` takes them. Where a row has the text that its
evidence was taken from, sentence by sentence (`context`), the question is another one: an evidence sentence of a
supported claim against the other sentences. Rows that share a claim or their evidence stay on one side.
"""

import hashlib
import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

FIT_SHARE = 0.6
# Others are one sentence or four for each supported one; more would only repeat the same abstract.
OTHERS = 4
# What speaks for a claim has no negative weight, and what speaks against it no positive one.
FOR = {"words", "characters", "density", "meaning", "shared_denial", "length"}
# Trust in the bundled model, measured on Wikipedia articles in both languages.
TRUST = {"en": 0.86, "ko": 0.10}


@dataclass(frozen=True, slots=True)
class Pair:
    group: str
    claim: str
    evidence: str
    is_supported: bool


def main() -> None:
    options = _options()
    import django

    django.setup()
    meaning = None
    for language in ("en", "ko"):
        pairs = list(_pairs(getattr(options, language), options.seed))
        data = _data(pairs, _vectors(pairs, options.cache), language, options.seed)
        # What the bundled model says of Korean is noise; a model that knows it is weighed as for English.
        meaning = _print(language, data, meaning)["meaning"]


def _options() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--ko", type=Path, required=True)
    parser.add_argument("--en", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=ROOT / "var" / "vectors")
    parser.add_argument("--seed", default="1", help="decides which rows are held out")
    return parser.parse_args()


def _pairs(path: Path, seed: str) -> Iterator[Pair]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    evidence: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for row in rows:
        evidence.setdefault((row["claim"], tuple(row.get("context", ()))), set()).update(row["evidence"])
    for row in rows:
        text = " ".join(row["evidence"])
        supported = row["label"] == "supported"
        context = row.get("context")
        if context is None:
            yield Pair(text, row["claim"], text, supported)
        elif supported:
            others = sorted(set(context) - evidence[row["claim"], tuple(context)], key=lambda text: _hash(seed + text))
            yield Pair(row["claim"], row["claim"], row["evidence"][0], True)
            yield from (Pair(row["claim"], row["claim"], other, False) for other in others[:OTHERS])


def _hash(text: str) -> float:
    """Between 0 and 1, the same in every run."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def _vectors(pairs: Sequence[Pair], cache: Path) -> Callable[[str], np.ndarray]:
    from benchmarks.kept_vectors import KeptVectors
    from documents.embedding.embedders import embedder_for
    from documents.embedding.local import BUNDLED_MODEL
    from documents.models import EmbeddingModel

    inner = embedder_for(EmbeddingModel(name=BUNDLED_MODEL, dimensions=384, max_tokens=256))
    texts = sorted({text for pair in pairs for text in (pair.claim, pair.evidence)})
    vectors = KeptVectors(BUNDLED_MODEL, inner, cache).embed_passages(texts)
    rows = dict(zip(texts, vectors, strict=True))
    return lambda text: rows[text]


@dataclass(frozen=True, slots=True)
class _Data:
    """One row for each pair and one column for each feature."""

    names: list[str]
    table: np.ndarray
    labels: np.ndarray
    fit: np.ndarray


def _fitted(data: _Data, meaning: float | None) -> tuple[dict[str, float], float]:
    """The weights, and the intercept that puts the threshold at 0. A weight of meaning that is given stays.

    Supported claims and others count alike however many there are, so that the threshold suits both.
    """
    names = [name for name in data.names if meaning is None or name != "meaning"]
    while True:
        columns = [data.names.index(name) for name in names]
        weights, intercept = _regression(data.table[data.fit][:, columns], data.labels[data.fit])
        wrong = [i for i, name in enumerate(names) if (weights[i] < 0) == (name in FOR) or not weights[i]]
        if not wrong:
            break
        # One after the other, the least of them first, since the others may turn round without it.
        del names[min(wrong, key=lambda i: abs(weights[i]) * float(data.table[:, columns[i]].std()))]
    found = dict(zip(names, weights, strict=True)) | ({"meaning": meaning} if meaning is not None else {})
    # Meaning that is given has no mean of its own in this fit; where the model is not trusted it is next to nothing.
    return found, intercept


def _regression(table: np.ndarray, labels: np.ndarray) -> tuple[list[float], float]:
    from sklearn.linear_model import LogisticRegression

    mean, spread = table.mean(0), table.std(0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(class_weight="balanced").fit((table - mean) / spread, labels)
    weights = model.coef_[0] / spread
    return [float(weight) for weight in weights], float(model.intercept_[0] - weights @ mean)


def _logits(data: _Data, weights: dict[str, float], intercept: float) -> np.ndarray:
    return data.table @ np.array([weights.get(name, 0.0) for name in data.names]) + intercept


def _data(pairs: Sequence[Pair], vector: Callable[[str], np.ndarray], language: str, seed: str) -> _Data:
    from chat.support.checking import NEUTRAL
    from chat.support.features import Features, features
    from chat.support.wording import wordings

    texts = sorted({text for pair in pairs for text in (pair.claim, pair.evidence)})
    read = dict(zip(texts, wordings(texts), strict=True))
    names = [field.name for field in fields(Features)]
    rows = []
    for pair in pairs:
        meaning = TRUST[language] * (float(vector(pair.claim) @ vector(pair.evidence)) - NEUTRAL)
        found = features(read[pair.claim], read[pair.evidence], meaning=meaning)
        rows.append([getattr(found, name) for name in names])
    labels = np.array([pair.is_supported for pair in pairs])
    fit = np.array([_hash(seed + pair.group) < FIT_SHARE for pair in pairs])
    return _Data(names, np.array(rows), labels, fit)


def _print(language: str, data: _Data, meaning: float | None) -> dict[str, float]:
    weights, intercept = _fitted(data, meaning)
    logits = _logits(data, weights, intercept)
    print(f"{language}: Weights({intercept:.2f}, { ({name: round(weight, 2) for name, weight in weights.items()}) })")
    for part, rows in (("fitted", data.fit), ("held out", ~data.fit)):
        right = (logits[rows] >= 0) == data.labels[rows]
        print(
            f"  {part:9} {rows.sum():5} rows  area {_area(logits[rows], data.labels[rows]):.3f}  "
            f"right {right.mean():.3f}: supported {right[data.labels[rows]].mean():.3f}, "
            f"others {right[~data.labels[rows]].mean():.3f}"
        )
    for name in data.names:
        column = data.table[~data.fit][:, data.names.index(name)]
        print(f"  {name:18} alone {_area(column, data.labels[~data.fit]):.3f}")
    return weights


def _area(scores: np.ndarray, labels: np.ndarray) -> float:
    from chat.support.evaluation import area

    return area(list(scores[labels]), list(scores[~labels]))


if __name__ == "__main__":
    main()
