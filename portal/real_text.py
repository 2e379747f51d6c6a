"""Real documents as material for synthetic ones: their sentences, the lengths of their windows, and questions."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from documents import bulk, indexing, pages, places
from documents.extraction import extract
from documents.extraction.detection import detect
from documents.failure_codes import IndexingFailure
from documents.language import language_of
from documents.models import Document, Generation, Page
from documents.sentences import sentence_spans
from search.beir import CorpusDocument, read_corpus, read_queries
from search.probes import half_of

# Sentences that are embedded and analysed; more would only take longer.
MOST_SENTENCES = 3_000
MOST_OF_ONE_DOCUMENT = 300
# Shorter sentences ask nothing.
MIN_QUESTION_WORDS = 6
SEED = 20


class NoTextError(Exception):
    """No source had a sentence in it."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """`windows` are the numbers of sentences of its windows, as the product cuts them."""

    title: str
    language: str
    sentences: tuple[str, ...]
    windows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RealText:
    documents: tuple[SourceDocument, ...]
    questions: tuple[str, ...]


def gather(paths: Sequence[Path], generation: Generation, questions: int) -> RealText:
    """Read files, folders of files and folders in BEIR layout, in random order, until there is text enough.

    Raises NoTextError, BeirError.
    """
    dice = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    sets = [path for path in paths if (path / "corpus.jsonl").is_file()]
    files = [found.path for found in bulk.files_below(path for path in paths if path not in sets)]
    corpus: list[Path | CorpusDocument] = [*files, *(row for folder in sets for row in read_corpus(folder))]
    dice.shuffle(corpus)
    documents = tuple(_enough(corpus, generation))
    if not documents:
        raise NoTextError
    asked = [text for folder in sets if (folder / "queries.jsonl").is_file() for text in read_queries(folder).values()]
    asked = asked or _made_up(documents, dice)
    dice.shuffle(asked)
    return RealText(documents, tuple(asked[:questions]))


def _enough(corpus: Sequence[Path | CorpusDocument], generation: Generation) -> Iterator[SourceDocument]:
    sentences = 0
    for source in corpus:
        title, media_type, rows = _read(source)
        document = _cut(title, indexing.passages_of(title, rows, generation, are_apart=places.are_apart(media_type)))
        if document is None:
            continue
        yield document
        sentences += len(document.sentences)
        if sentences >= MOST_SENTENCES:
            return


def _read(source: Path | CorpusDocument) -> tuple[str, str, list[Page]]:
    """Title, media type and pages, not saved; a file that cannot be read has none."""
    if isinstance(source, CorpusDocument):
        return source.title, "text/plain", [Page(number=1, text=source.text, offset=0, headings=[])]
    try:
        media_type = detect(source, source.name)
        extraction = extract(source.resolve(), media_type)
    except IndexingFailure:
        return "", "", []
    return extraction.title or source.stem, media_type, list(pages.rows(Document(), extraction.pages))


def _cut(title: str, passages: Sequence[indexing.Passage]) -> SourceDocument | None:
    found: dict[str, None] = {}
    windows: list[int] = []
    for passage in passages:
        sentences = [pages.collapsed(passage.text[start:end]) for start, end in sentence_spans(passage.text)]
        found.update(dict.fromkeys(sentences))
        windows.append(len(sentences))
    if not found:
        return None
    kept = tuple(found)[:MOST_OF_ONE_DOCUMENT]
    return SourceDocument(title, language_of(" ".join(kept[:20])), kept, tuple(windows))


def _made_up(documents: Sequence[SourceDocument], dice: random.Random) -> list[str]:
    """Sentences with half of their words dropped."""
    sentences = [text for document in documents for text in document.sentences]
    return [half_of(text, dice) for text in sentences if len(text.split()) >= MIN_QUESTION_WORDS]
