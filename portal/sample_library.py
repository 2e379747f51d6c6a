"""The sample library: a fictional company's handbook in Korean and English, to try the portal with.

Installed once into a data directory; what an admin deletes from it stays deleted.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files import File

from documents import ingestion
from documents.models import Collection, Document
from search import question_sets
from search.models import Question
from search.questions import importing
from search.questions.rows import Row

FOLDER = Path(__file__).resolve().parent / "samples"
EMPLOYEES = "Employees"
QUESTION_SET = "Sample library"


@dataclass(frozen=True, slots=True)
class SampleQuestion:
    """A question and what answers it; `document` is a path below the library, None if nothing does."""

    text: str
    language: str
    document: str | None
    page: int | None
    answer: str


def install() -> None:
    """Add the collections and their documents, unless this data directory got them before."""
    if _marker().exists():
        return
    group, _made = Group.objects.get_or_create(name=EMPLOYEES)
    for shelf in _manifest()["collections"]:
        collection, _made = Collection.objects.get_or_create(
            name=shelf["name"],
            defaults={"description": shelf["description"], "languages": shelf["languages"]},
        )
        collection.reader_groups.add(group)
        _fill(collection, shelf["documents"])
    _marker().touch()


def decline() -> None:
    """Leave this data directory as it is: it got its documents from elsewhere."""
    _marker().touch()
    _questions_marker().touch()


def questions() -> Iterator[SampleQuestion]:
    """The question set that belongs to the library."""
    with (FOLDER / "questions.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield SampleQuestion(
                row["question"], row["language"], row.get("document"), row.get("page"), row.get("answer", "")
            )


def add_questions() -> bool:
    """Add the library's questions as a set to measure with; False as long as its documents are being read.

    Once in a data directory, as the library itself.
    """
    if _questions_marker().exists():
        return True
    if Document.objects.in_progress().filter(collection__name__in=_collection_names()).exists():
        return False
    admin = get_user_model().objects.filter(is_superuser=True).first()
    if admin is None:
        return False
    rows = [_row(number, question) for number, question in enumerate(questions(), start=1)]
    # Where the page tells it in other words, the whole page is what answers.
    reworded = {problem.number for problem in importing.dry_run(rows, admin).problems}
    run = importing.dry_run([replace(row, quote="") if row.number in reworded else row for row in rows], admin)
    if run.asked:
        asked = [replace(one, origin=Question.Origin.SAMPLE) for one in run.asked]
        question_sets.add_all(QUESTION_SET, asked, None)
    _questions_marker().touch()
    return True


def _collection_names() -> list[str]:
    return [shelf["name"] for shelf in _manifest()["collections"]]


def _row(number: int, question: SampleQuestion) -> Row:
    return Row(
        number=number,
        question=question.text,
        document=Path(question.document).name if question.document else "",
        page=str(question.page) if question.page else "",
        quote=question.answer,
        language=question.language,
    )


def _fill(collection: Collection, rows: list[dict[str, Any]]) -> None:
    """Add the documents, older versions before the ones that replace them."""
    older = {row["superseded_by"]: row["file"] for row in rows if row.get("superseded_by")}
    added: dict[str, Document] = {}
    for row in sorted(rows, key=lambda row: row["file"] in older):
        added[row["file"]] = _added(collection, row, added.get(older.get(row["file"], "")))


def _added(collection: Collection, row: dict[str, Any], replaces: Document | None) -> Document:
    path = FOLDER / "library" / row["file"]
    with path.open("rb") as opened:
        try:
            return ingestion.accept(
                File(opened, name=path.name),
                collection=collection,
                uploaded_by=get_user_model().objects.filter(is_superuser=True).first(),
                title=row["title"],
                replaces=replaces,
                effective_from=date.fromisoformat(row["effective_from"]) if row.get("effective_from") else None,
            )
        except ingestion.Rejected as rejected:
            # An installation that was cut short goes on where it stopped.
            if rejected.duplicate_of is None:
                raise
            return rejected.duplicate_of


def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def _marker() -> Path:
    return Path(settings.PORTAL_DATA_DIR) / "sample_library_installed"


def _questions_marker() -> Path:
    return Path(settings.PORTAL_DATA_DIR) / "sample_questions_added"
