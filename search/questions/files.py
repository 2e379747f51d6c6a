"""Files with questions on their way in: read, looked through, taken or thrown away. They are kept for a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files import File
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from documents import audit, ingestion
from documents.audit import Event
from documents.ingestion import Rejected
from documents.models import Collection, Document
from search.beir import CorpusDocument
from search.models import Question, QuestionImport
from search.questions import beir_archive, importing, spreadsheet
from search.questions.beir_archive import Archive
from search.questions.importing import DryRun
from search.questions.naming import Names
from search.questions.rows import Row, Unreadable

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

KEPT = timedelta(days=1)
# A longer corpus is imported by the command, which may take its time.
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents that were added to the portal, and those that were there already."""

    added: int = 0
    known: int = 0


def forget_old() -> None:
    QuestionImport.objects.filter(given_at__lt=Now() - KEPT).delete()


def looked_through(given: QuestionImport, reader: "AbstractUser") -> DryRun:
    """What would come in and what is wrong. Raises Unreadable."""
    return importing.dry_run(_rows(given, reader), reader)


def taken(given: QuestionImport, reader: "AbstractUser", *, only_good: bool) -> list[Question]:
    """Let the questions in: all, or none if a row is wrong and not only the good ones are wanted."""
    run = looked_through(given, reader)
    if run.problems and not only_good:
        return []
    questions = importing.take(given.set_name, run, reader)
    given.delete()
    return questions


def add_corpus(given: QuestionImport, reader: "AbstractUser") -> Corpus:
    """Add the documents of the file to its collection. Raises Unreadable."""
    archive = beir_archive.read_zip(bytes(given.content))
    if len(archive.documents) > MOST_AT_ONCE:
        raise Unreadable(
            _("These are %(count)s documents; a page can add %(most)s. Use “manage.py questions import” for more.")
            % {"count": len(archive.documents), "most": MOST_AT_ONCE}
        )
    if given.collection is None:
        return Corpus()
    corpus = added(archive.documents, given.collection, reader)
    QuestionImport.objects.filter(pk=given.pk).update(collection=None)
    return corpus


def added(documents: Sequence[CorpusDocument], collection: Collection, by: "AbstractUser | None") -> Corpus:
    """Add the documents of a corpus as text files that are called like their ids."""
    new = sum(_accepted(one, collection, by) for one in documents)
    return Corpus(new, len(documents) - new)


def _accepted(one: CorpusDocument, collection: Collection, by: "AbstractUser | None") -> bool:
    content = f"{one.title}\n\n{one.text}" if one.title else one.text
    file = File(BytesIO(content.encode()), name=f"{one.key}.txt")
    try:
        document = ingestion.accept(file, collection=collection, uploaded_by=by, title=(one.title or one.key)[:300])
    except Rejected as rejected:
        if rejected.duplicate_of is None:
            raise Unreadable(_("The document “%(name)s” cannot be added.") % {"name": one.key[:80]}) from rejected
        return False
    audit.record(Event.DOCUMENT_UPLOADED, by, document=document.pk, title=document.title, through="BEIR")
    return True


def waiting_for(given: QuestionImport) -> int:
    """How many documents of the portal are still being read, and so cannot be found yet."""
    return Document.objects.in_progress().filter(collection__is_scratch=False).count() if given.layout == "beir" else 0


def _rows(given: QuestionImport, reader: "AbstractUser") -> list[Row]:
    content = bytes(given.content)
    if given.layout == QuestionImport.Layout.CSV:
        return spreadsheet.read(content)
    archive: Archive = beir_archive.read_zip(content)
    return beir_archive.rows(archive, Names(reader))
