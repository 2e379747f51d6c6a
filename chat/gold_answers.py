"""Questions whose answers are known word for word, and whether a text holds one of them; pure but for reading files."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from search.beir import BeirError

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """`answers` are words of which one has to be there; none where the documents do not answer."""

    key: str
    text: str
    answers: tuple[str, ...]
    language: str = ""


def read_gold(path: Path) -> list[GoldQuestion]:
    """Read a queries.jsonl in BEIR layout with metadata.answers, or rows of "question" and "gold". Raises BeirError."""
    try:
        with path.open(encoding="utf-8") as file:
            return [_question(json.loads(line), number) for number, line in enumerate(file, 1) if line.strip()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BeirError(f"{path}: {error!r}") from error


def holds_gold(texts: Sequence[str], answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in a text or runs over several, whatever the case and the white space."""
    spaces = (_normalised(" ".join(texts)), *map(_normalised, texts))
    return any(answer and answer in text for answer in map(_normalised, answers) for text in spaces)


def _question(row: Mapping[str, object], number: int) -> GoldQuestion:
    text = row["text"] if "text" in row else row["question"]
    metadata = row.get("metadata")
    told = metadata.get("answers") if isinstance(metadata, Mapping) else row.get("gold")
    return GoldQuestion(
        str(row.get("_id", row.get("id", number))), str(text), tuple(_texts(told)), str(row.get("language", ""))
    )


def _texts(told: object) -> Iterator[str]:
    """The answers in any of the usual forms: a string, {"text": …}, or a list of either."""
    if isinstance(told, Mapping):
        yield from _texts(told.get("text"))
    elif isinstance(told, Sequence) and not isinstance(told, str):
        for one in told:
            yield from _texts(one)
    elif isinstance(told, str | int | float) and str(told).strip():
        yield str(told)


def _normalised(text: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip().casefold()
