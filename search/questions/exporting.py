"""A question set as a file to take along, CSV or BEIR, that comes in again as it was."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch

from documents import pages
from documents.models import Document, Page
from search.beir import CorpusDocument
from search.models import Judgement, Question, QuestionSet
from search.questions import beir_archive, importing, spreadsheet
from search.questions.naming import Names
from search.questions.rows import Row

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


def as_csv(home: QuestionSet, reader: "type_Reader") -> Iterator[str]:
    return spreadsheet.written(_rows(home, reader))


def as_beir(home: QuestionSet, reader: "type_Reader") -> bytes:
    """A ZIP file with the judged documents as its corpus."""
    rows = list(_rows(home, reader))
    named = Names(reader)
    documents = {row.document: found for row in rows if row.document and (found := named.find(row.document).document)}
    corpus = {name: CorpusDocument(name, document.title, _text(document)) for name, document in documents.items()}
    return beir_archive.packed(corpus, rows)


def _rows(home: QuestionSet, reader: "type_Reader") -> Iterator[Row]:
    """Judgements that hold, of documents that are searchable and that the reader may see."""
    visible = Document.objects.visible_to(reader).filter(state=Document.State.READY)
    held = Judgement.objects.filter(document__in=visible, is_outdated=False)
    questions = home.questions.filter(state=Question.State.READY).order_by("pk").select_related("parallel_of")
    questions = questions.annotate(has_parallels=Exists(Question.objects.filter(parallel_of=OuterRef("pk"))))
    questions = questions.prefetch_related(Prefetch("judgements", held), Prefetch("parallel_of__judgements", held))
    names = Names(reader).of(held.filter(question__question_set=home).values_list("document_id", flat=True))
    return importing.rows_of(questions, names)


def _text(document: Document) -> str:
    return pages.full_text(Page.objects.filter(document=document).order_by("number"))
