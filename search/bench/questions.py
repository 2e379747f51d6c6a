"""Questions as a bench asks them, and which of the passages that were found answer them.

Windows differ from index to index, so what answers a question is a place in a document: a window counts as that
passage if the two share at least half of the shorter one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents.models import Generation
from search.probes import probes
from search.questions.measured import MeasuredQuestion

# Questions of one language that a library is asked of itself.
SAMPLE = 40
# Of the shorter of the two.
LEAST_SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Target:
    """What answers a question: characters of a document's text, or with an end of 0 the document as a whole."""

    document_id: int
    start: int
    end: int
    grade: int

    def is_in(self, place: "Place") -> bool:
        if place.document_id != self.document_id:
            return False
        shared = min(self.end, place.end) - max(self.start, place.start)
        shorter = min(self.end - self.start, place.end - place.start)
        return self.end == 0 or (shared > 0 and shared >= LEAST_SHARED * shorter)


@dataclass(frozen=True, slots=True)
class Place:
    """A passage that was found."""

    document_id: int
    start: int
    end: int
    page: int


@dataclass(frozen=True, slots=True)
class BenchQuestion:
    """`direction` goes from the question's language to that of the documents: "ko-en". `pair` is shared by questions
    that ask the same in different languages."""

    key: str
    text: str
    language: str
    direction: str
    targets: tuple[Target, ...]
    pair: str = ""

    @property
    def judgements(self) -> dict[str, int]:
        return {_key(self, target): target.grade for target in self.targets}

    def ranking(self, places: Iterable[Place]) -> list[str]:
        """Keys of what was found, best first: those of `judgements`, and others for what does not answer it."""
        return list(dict.fromkeys(key for place in places for key in self._keys(place)))

    def _keys(self, place: Place) -> list[str]:
        found = [_key(self, target) for target in self.targets if target.is_in(place)]
        if found:
            return found
        by_document = all(target.end == 0 for target in self.targets)
        return [f"d{place.document_id}" if by_document else f"d{place.document_id} {place.start}"]


def asked_of_the_library(measured: Sequence[MeasuredQuestion]) -> list[BenchQuestion]:
    """Those that have an answer: of the others no ranking is better than another."""
    return [
        BenchQuestion(
            key=str(one.id),
            text=one.text,
            language=one.language,
            direction=one.direction,
            targets=tuple(
                Target(of.document_id, of.start, 0 if of.is_whole else of.end, of.relevance) for of in one.judged
            ),
            pair=str(one.pair),
        )
        for one in measured
        if one.is_answerable and any(of.relevance for of in one.judged)
    ]


def asked_of_itself(generation: Generation) -> list[BenchQuestion]:
    """Half of the words of some passages: nobody has judged what answers them, but they can be asked."""
    return [
        BenchQuestion(f"{language} {probe.chunk_id}", probe.text, language, "", ())
        for language in ("ko", "en")
        for probe in probes(generation, language)[:SAMPLE]
    ]


def as_json(question: BenchQuestion) -> dict[str, Any]:
    return {
        "key": question.key,
        "text": question.text,
        "language": question.language,
        "direction": question.direction,
        "pair": question.pair,
        "targets": [[one.document_id, one.start, one.end, one.grade] for one in question.targets],
    }


def from_json(stored: Mapping[str, Any]) -> BenchQuestion:
    return BenchQuestion(
        key=stored["key"],
        text=stored["text"],
        language=stored["language"],
        direction=stored["direction"],
        targets=tuple(Target(*one) for one in stored["targets"]),
        pair=stored["pair"],
    )


def _key(question: BenchQuestion, target: Target) -> str:
    """A document that is judged as a whole has the key that its windows have where none is judged."""
    if target.end == 0:
        return f"d{target.document_id}"
    return f"t{question.targets.index(target)}"
