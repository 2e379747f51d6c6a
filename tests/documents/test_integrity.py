"""Every kind of damage is found, and repaired where it can be."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from documents import generations, index, integrity, workers
from documents.generations import Plan
from documents.models import Chunk, Collection, Document, Generation
from tests.factories import indexed_document, make_collection

pytestmark = pytest.mark.django_db

TEXT = "Leave is fifteen days. 연차는 15일입니다."


@pytest.fixture
def document():
    collection = make_collection()
    indexed_document(collection, "The VPN session lasts ten hours.")
    return indexed_document(collection, TEXT)


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(workers, "PING_TIMEOUT_S", 0.01)


def execute(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def verify(*options):
    """Whether everything agrees, and what is printed."""
    out = StringIO()
    try:
        call_command("verify_index", "--json", *options, stdout=out, stderr=StringIO())
    except CommandError:
        return False, json.loads(out.getvalue())
    return True, json.loads(out.getvalue())


def checks():
    return {finding.check for finding in integrity.findings()}


def test_sound_library_has_no_findings(document):
    assert verify() == (True, {"findings": [], "repaired": 0})


def test_empty_library_has_no_findings():
    assert verify() == (True, {"findings": [], "repaired": 0})


DAMAGE = {
    "a chunk is missing": ("DELETE FROM documents_chunk WHERE document_id = %s", "chunks"),
    "a chunk is there twice": (
        'INSERT INTO documents_chunk (generation_id, document_id, collection_id, ordinal, start, "end", page, language,'
        " text_hash, term_ids, bm25, text, heading, terms, embedding) SELECT generation_id, document_id, collection_id,"
        ' ordinal, start, "end", page, language, text_hash, term_ids, bm25, text, heading, terms, embedding'
        " FROM documents_chunk WHERE document_id = %s",
        "chunks",
    ),
    "the count is wrong": ("UPDATE documents_document SET chunk_count = 9 WHERE id = %s", "chunks"),
    "a vector is missing": ("UPDATE documents_chunk SET embedding = NULL WHERE document_id = %s", "vectors"),
    "a vector is too short": (
        "UPDATE documents_chunk SET embedding = embedding * array_fill(0.5, ARRAY[384])::halfvec"
        " WHERE document_id = %s",
        "vectors",
    ),
    "the text was changed": ("UPDATE documents_chunk SET text = 'other' WHERE document_id = %s", "offsets"),
    "the place was changed": ("UPDATE documents_chunk SET start = start + 1 WHERE document_id = %s", "offsets"),
    "the pages are gone": ("DELETE FROM documents_page WHERE document_id = %s", "offsets"),
    "the collection is another": (
        "WITH other AS (INSERT INTO documents_collection"
        " (name, description, languages, glossary, own_words, is_scratch, created_at)"
        " VALUES ('other', '', '{}', '', '', false, now()) RETURNING id)"
        " UPDATE documents_chunk SET collection_id = other.id FROM other WHERE document_id = %s",
        "places",
    ),
    "terms were forgotten": (
        "DELETE FROM documents_term WHERE id = (SELECT term_ids[1] FROM documents_chunk WHERE document_id = %s)",
        "terms",
    ),
    "terms were counted twice": (
        "UPDATE documents_term SET df = df + 1 WHERE id IN"
        " (SELECT unnest(term_ids) FROM documents_chunk WHERE document_id = %s)",
        "terms",
    ),
    "the total is wrong": (
        "UPDATE documents_generation SET chunk_count = 7 WHERE state = 'active' AND %s > 0",
        "terms",
    ),
    "the job is gone": ("DELETE FROM documents_indexjob WHERE document_id = %s", "job"),
    "the job hangs": (
        "UPDATE documents_indexjob SET state = 'running', lease_until = now() - interval '1 hour'"
        " WHERE document_id = %s",
        "job",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_and_healed(document, name):
    statement, check = DAMAGE[name]
    execute(statement, document.pk)

    is_sound, printed = verify()

    assert not is_sound
    assert check in {row["check"] for row in printed["findings"]}
    is_sound, printed = verify("--repair")
    assert (is_sound, printed["findings"]) == (True, [])
    assert printed["repaired"] > 0
    assert Document.objects.get(pk=document.pk).state == Document.State.READY


@pytest.mark.parametrize("damage", ["gone", "changed", "unnamed"])
def test_lost_file_stays_listed(document, damage):
    if damage == "unnamed":
        Document.objects.filter(pk=document.pk).update(file="")
    elif damage == "gone":
        document.file.storage.delete(document.file.name)
    else:
        with open(document.file.path, "wb") as file:
            file.write(b"changed")

    is_sound, printed = verify("--repair")

    assert not is_sound
    assert [(row["check"], row["document"]) for row in printed["findings"]] == [("file", document.pk)]
    assert Document.objects.get(pk=document.pk).state == Document.State.READY


def test_measurement_that_was_cut_off_is_cleaned_up(document):
    generations.create(Plan(Generation.objects.active().model), is_scratch=True)
    Collection.objects.create(name="scratch", is_scratch=True)
    assert checks() == {"leftover"}

    assert verify("--repair") == (True, {"findings": [], "repaired": 1})

    assert not Generation.objects.filter(is_scratch=True).exists()
    assert not Collection.objects.filter(is_scratch=True).exists()


def test_repair_touches_only_what_is_broken(document):
    before = set(Chunk.objects.exclude(document=document).values_list("id", flat=True))
    execute("UPDATE documents_chunk SET text = 'other' WHERE document_id = %s", document.pk)

    integrity.repair()

    assert set(Chunk.objects.exclude(document=document).values_list("id", flat=True)) == before


def test_plain_words_without_json(document):
    out = StringIO()
    call_command("verify_index", stdout=out)
    assert out.getvalue().strip() == "Everything agrees."

    index.remove(document, Generation.objects.active())
    with pytest.raises(CommandError, match="--repair"):
        call_command("verify_index", stdout=out)
    assert f"document {document.pk}" in out.getvalue()
