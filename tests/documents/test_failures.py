import pytest
from django.utils.functional import Promise

from documents import notes
from documents.extraction.composition import TEXT_LIMIT_NOTE
from documents.failures import FailureCode, FailureKind, explain, kind


@pytest.mark.parametrize("code", list(FailureCode))
def test_every_code_has_its_own_words_and_a_kind(code):
    words = explain(code)

    for text in (words.title, words.reason, words.next_step):
        assert isinstance(text, Promise)
        assert len(str(text)) > 5
    others = [explain(other).title for other in FailureCode if other != code]
    assert words.title not in others
    assert isinstance(kind(code), FailureKind)


def test_a_code_nobody_knows_gets_the_words_for_the_unknown():
    assert explain("retired_code") == explain(FailureCode.UNKNOWN)


def test_a_damaged_file_is_not_tried_again_and_a_busy_database_is_waited_for():
    assert kind(FailureCode.DAMAGED) is FailureKind.PERMANENT
    assert kind(FailureCode.WORKER_LOST) is FailureKind.TRANSIENT
    assert kind(FailureCode.DATABASE_BUSY) is FailureKind.RESOURCE
    assert kind(FailureCode.DISK_FULL) is FailureKind.RESOURCE


@pytest.mark.parametrize("note", ["page-limit:2000", TEXT_LIMIT_NOTE, "scanned-pages:1-3, 7", "broken-pages:2"])
def test_notes_become_sentences_that_name_the_pages(note):
    sentence = notes.explain(note)

    assert note.partition(":")[2] in sentence
    assert sentence.endswith(".")


def test_an_unknown_note_is_shown_as_it_is():
    assert notes.explain("whatever") == "whatever"
