"""The models that the portal comes with: in the table after every migration, without overwriting what is an admin's."""

from decimal import Decimal

import pytest
from django.apps import apps

from documents.embedding.catalogue import bring_in_after_migration
from documents.embedding.shipped_models import READ_ON, SHIPPED
from documents.models import EmbeddingModel

pytestmark = pytest.mark.django_db


def rows():
    return {model.pk: model.__dict__ | {"_state": None} for model in EmbeddingModel.objects.all()}


def test_all_models_are_there_once_with_their_source():
    shipped = EmbeddingModel.objects.filter(is_shipped=True)

    assert sorted(shipped.values_list("name", flat=True)) == sorted(model.name for model in SHIPPED)
    assert {model.checked_on for model in shipped} == {READ_ON}
    assert all(model.source_url.startswith("https://") for model in shipped)
    bundled = shipped.get(name="all-MiniLM-L6-v2")
    assert (bundled.licence_name, bundled.pooling, bundled.generations.count()) == ("Apache-2.0", "mean", 1)


def test_bringing_them_in_again_changes_nothing():
    before = rows()

    bring_in_after_migration(apps)

    assert rows() == before


def test_what_an_admin_changed_stays_and_facts_that_were_read_anew_come():
    model = EmbeddingModel.objects.get(name="text-embedding-3-small")
    ours = {"price_per_million_tokens": Decimal(7), "key_name": "OUR_API_KEY", "requests_per_minute": 5}
    EmbeddingModel.objects.filter(pk=model.pk).update(**ours, max_tokens=1, checked_on=None)

    bring_in_after_migration(apps)

    model.refresh_from_db()
    assert (model.price_per_million_tokens, model.key_name, model.requests_per_minute) == (7, "OUR_API_KEY", 5)
    assert (model.max_tokens, model.checked_on) == (8192, READ_ON)


def test_row_that_an_admin_added_under_such_a_name_is_theirs():
    EmbeddingModel.objects.filter(name="bge-m3").update(is_shipped=False, max_tokens=100, checked_on=None)

    bring_in_after_migration(apps)

    model = EmbeddingModel.objects.get(name="bge-m3")
    assert (model.max_tokens, model.is_shipped) == (100, False)


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda model: model.name)
def test_facts_make_sense(shipped):
    assert all(size < shipped.dimensions for size in shipped.shorter_dimensions)
    assert shipped.max_tokens >= 256
    assert bool(shipped.base_url) == (shipped.provider == "openai") == (shipped.size_mb is None)
    assert (shipped.licence == "proprietary") == (shipped.provider == "openai")
