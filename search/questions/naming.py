"""Documents by the names that files use for them: file name, title, or either behind the collection's name."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from documents.models import Document

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class Named:
    """The document of a name, or a sentence that says why there is none."""

    document: Document | None
    problem: str = ""


class Names:
    """The names of all searchable documents that a person may see."""

    def __init__(self, reader: "type_Reader") -> None:
        rows = Document.objects.visible_to(reader).filter(state=Document.State.READY).select_related("collection")
        self._by_path: dict[str, set[int]] = defaultdict(set)
        self._by_name: dict[str, set[int]] = defaultdict(set)
        self._documents = {
            row.pk: row for row in rows.only("pk", "title", "file_name", "folder", "language", "collection__name")
        }
        for row in self._documents.values():
            for name in (row.file_name, row.title, row.file_name.rpartition(".")[0]):
                if name:
                    self._by_name[_key(name)].add(row.pk)
                    self._by_path[_key(f"{row.collection.name}/{name}")].add(row.pk)

    def find(self, wanted: str) -> Named:
        found = (
            self._by_path.get(_key(wanted))
            or self._by_name.get(_key(wanted))
            or self._by_name.get(_key(wanted.replace("\\", "/").rpartition("/")[2]))
            or set()
        )
        if len(found) == 1:
            return Named(self._documents[next(iter(found))])
        if found:
            collections = ", ".join(sorted(self._documents[pk].collection.name for pk in found)[:3])
            return Named(
                None,
                _("%(count)s documents are called “%(name)s” (%(where)s). Write the collection before it: name/file.")
                % {"count": len(found), "name": wanted[:80], "where": collections},
            )
        return Named(None, _("No searchable document is called “%(name)s”.") % {"name": wanted[:80]})

    def of(self, document_ids: Iterable[int]) -> dict[int, str]:
        """A name for each document by which `find` finds it again; a document that is not visible has none."""
        return {pk: self._name(self._documents[pk]) for pk in document_ids if pk in self._documents}

    def _name(self, document: Document) -> str:
        if len(self._by_name[_key(document.file_name)]) == 1 and _key(document.file_name) not in self._by_path:
            return document.file_name
        return f"{document.collection.name}/{document.file_name}"


def _key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
