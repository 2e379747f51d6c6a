"""Windows, tokens and what could be copied, counted in a sample of the library with the planned model's tokenizer."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from django.db.models import F
from django.db.models.functions import Length

from documents import places
from documents.embedding.embedders import embedder_of
from documents.embedding.vectors import Embedder
from documents.generations import Plan
from documents.indexing import Passage, passages_of
from documents.models import Document, Generation, Page
from documents.models.document import DocumentQuerySet
from documents.releases import copying, estimates
from documents.releases.estimates import Estimate, Stratum

# Documents by size, so that a few long ones do not decide by chance; each stratum has an equal share of the text.
STRATA = 5
# All documents are counted if there are no more, and of others as many as the time allows.
MOST_DOCUMENTS = 400
COUNT_TIME_S = 8.0
SEED = 6
# Tokens that a model adds at both ends of a text.
SPECIAL_TOKENS = 2

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Counted:
    """One document of the sample, cut as planned. `seconds` is what it took to read and cut its pages and to see which
    vectors are known."""

    document: Document
    characters: int
    passages: list[Passage]
    tokens: int
    truncated: int
    copied: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Sample:
    """What was counted, in strata, and the characters of the whole library."""

    populations: list[int]
    counted: list[list[Counted]]
    documents: int
    characters: int

    @property
    def all(self) -> list[Counted]:
        return list(chain.from_iterable(self.counted))

    @property
    def weighted(self) -> Iterator[tuple[Counted, float]]:
        """Each document that was looked at, with how many it stands for."""
        for population, counted in zip(self.populations, self.counted, strict=True):
            for one in counted:
                yield one, population / len(counted)

    def total(self, count: Callable[[Counted], float]) -> Estimate:
        """What this would be summed over all documents of the library."""
        strata = [
            Stratum(population, [(one.characters, count(one)) for one in counted])
            for population, counted in zip(self.populations, self.counted, strict=True)
        ]
        return estimates.total(strata, self.characters)


def searchable() -> DocumentQuerySet:
    """The documents that a release embeds."""
    return Document.objects.current().filter(collection__is_scratch=False)


def sample(plan: Plan, report: Report = lambda done, total: None) -> Sample:
    """Count a sample of the library, the same one each time, all of it if it is small. Takes some ten seconds."""
    sizes = _sizes()
    strata = _strata(sizes)
    chosen = _in_turn(strata)
    generation = plan.generation()
    embedder = embedder_of(generation)
    found: dict[int, Counted] = {}
    ends_at = time.monotonic() + COUNT_TIME_S
    for number, document_id in enumerate(chosen):
        # Two of each stratum tell how much they differ.
        if number >= 2 * len(strata) and time.monotonic() > ends_at:
            break
        if counted := _counted(document_id, sizes[document_id], generation, embedder):
            found[document_id] = counted
        report(number + 1, len(chosen))
    return Sample(
        populations=[len(stratum) for stratum in strata],
        counted=[[found[key] for key in stratum if key in found] for stratum in strata],
        documents=len(sizes),
        characters=sum(sizes.values()),
    )


def _sizes() -> dict[int, int]:
    """Document -> characters of its text, of all that were read. Only the last page of each is looked at."""
    last = Page.objects.filter(document__in=searchable().order_by().values("pk"))
    rows = last.order_by("document_id", "-number").distinct("document_id")
    return {key: size for key, size in rows.values_list("document_id", F("offset") + Length("text")) if size}


def _strata(sizes: dict[int, int]) -> list[list[int]]:
    """Documents from the shortest to the longest, cut where another share of the text begins; shuffled in each."""
    share = sum(sizes.values()) / STRATA
    found: list[list[int]] = [[] for _stratum in range(STRATA)]
    before = 0
    for key in sorted(sizes, key=lambda key: (sizes[key], key)):
        found[min(int(before / share), STRATA - 1)].append(key)
        before += sizes[key]
    shuffle = random.Random(SEED).shuffle  # noqa: S311 - not for secrets
    for stratum in found:
        shuffle(stratum)
    return [stratum for stratum in found if stratum]


def _in_turn(strata: Sequence[Sequence[int]]) -> list[int]:
    rounds = chain.from_iterable(zip_longest(*strata))
    return [key for key in rounds if key is not None][:MOST_DOCUMENTS]


def _counted(document_id: int, characters: int, generation: Generation, embedder: Embedder) -> Counted | None:
    """None if the document was deleted meanwhile."""
    began = time.perf_counter()
    document = Document.objects.select_related("collection").defer("sketch").filter(pk=document_id).first()
    if document is None:
        return None
    pages = list(document.pages.order_by("number"))
    are_apart = places.are_apart(document.media_type)
    passages = passages_of(document.title, pages, generation, are_apart=are_apart, embedder=embedder)
    known = copying.known_vectors(document, generation)
    seconds = time.perf_counter() - began
    added = SPECIAL_TOKENS + len(embedder.token_starts(generation.model.passage_prefix))
    tokens = [len(embedder.token_starts(passage.embedded_text)) + added for passage in passages]
    return Counted(
        document=document,
        characters=characters,
        passages=passages,
        tokens=sum(tokens),
        truncated=sum(count > generation.model.max_tokens for count in tokens),
        copied=sum(passage.embedded_text in known for passage in passages),
        seconds=seconds,
    )
