"""The sample library: a fictional company's handbook in Korean and English, to try the portal with.

Installed once into a data directory; what an admin deletes from it stays deleted.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files import File

from documents import ingestion
from documents.models import Collection, Document

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).resolve().parent / "samples"
EMPLOYEES = "Employees"


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


def questions() -> Iterator[SampleQuestion]:
    """The question set that belongs to the library."""
    with (FOLDER / "questions.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield SampleQuestion(
                row["question"], row["language"], row.get("document"), row.get("page"), row.get("answer", "")
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
