"""What migrations do with the documents of older versions of the portal."""

from importlib import import_module

import pytest
from django.apps import apps

from documents import integrity, upkeep
from documents.models import Document
from tests.documents.version_chains import again, read_in_process, texts_of_index
from tests.factories import indexed_document, make_collection


@pytest.mark.django_db
def test_document_that_was_searched_beside_its_successor_is_replaced(monkeypatch):
    read_in_process(monkeypatch)
    shelf = make_collection()
    old, new = indexed_document(shelf, "Leave is 15 days."), indexed_document(shelf, "Leave is 20 days.")
    Document.objects.filter(pk=old.pk).update(superseded_by=new)

    import_module("documents.migrations.0007_replaced_for_good").let_successors_replace(apps, None)
    upkeep.run()

    old, new = again(old, new)
    assert (old.state, old.superseded_by, new.replaces) == (Document.State.SUPERSEDED, new, old)
    assert texts_of_index() == ["Leave is 20 days."]
    assert list(integrity.findings()) == []
