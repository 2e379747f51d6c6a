"""Who may read a collection, and what a person may read, as CSV in which no cell becomes a formula."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from documents import rights
from documents.models import Collection
from documents.spreadsheets import BOM, line
from portal.models import User
from portal.people.directory import people_in_order
from portal.rights import listing
from portal.rights.explaining import phrases


def people_as_csv(collection: Collection) -> Iterator[str]:
    """A line for everybody who may read the collection."""
    yield BOM + line([_("Name"), _("User name"), _("May do"), _("Why")])
    people = people_in_order().filter(pk__in=rights.people_of(collection).values("pk"))
    for reader in listing.with_reasons(list(people), collection):
        yield line([reader.person, reader.person.username, may(reader.writes), phrases(reader.reasons)])


def collections_as_csv(person: User) -> Iterator[str]:
    """A line for every collection that the person may read."""
    yield BOM + line([_("Collection"), _("Documents"), _("May do"), _("Why")])
    for shelf in listing.shelves(person, list(listing.readable(person, ""))):
        documents = getattr(shelf.collection, "document_count", 0)
        yield line([shelf.collection.name, documents, may(shelf.writes), phrases(shelf.reasons)])


def may(writes: bool) -> str:
    return _("read and change") if writes else _("read")
