"""The end of a release, with real commits: its indexes are built beside writers."""

from django.db import connection

from documents import generations
from documents.models import Generation
from documents.releases import building, completion, indexes
from tests.documents.released import begun, in_library, unsound, work_off
from tests.factories import make_collection


def test_complete_release_has_its_indexes_and_is_ready(transactional_db):
    in_library(make_collection(), "Fifteen days of leave.", "The canteen is open.")
    generation = begun()
    work_off()

    completion.complete_due()

    generation.refresh_from_db()
    assert generation.state == Generation.State.READY
    assert generation.built_at is not None
    assert indexes.missing(generation) == []
    assert unsound() == []


def test_index_that_was_cut_short_is_built_anew(transactional_db):
    in_library(make_collection(), "Fifteen days of leave.")
    generation = begun()
    work_off()
    indexes.build(generation)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass",
            [generations.index_name(generation, "vectors")],
        )
    assert indexes.missing(generation) == ["vectors"]

    completion.complete_due()

    assert indexes.missing(generation) == []
    generation.refresh_from_db()
    assert generation.state == Generation.State.READY


def test_paused_release_is_not_completed(transactional_db):
    generation = begun()
    building.pause(generation)

    completion.complete_due()

    generation.refresh_from_db()
    assert generation.state == Generation.State.BUILDING
