"""Words that only build a sentence decide nothing as long as others do."""

import pytest

from documents.models import Chunk, Generation
from documents.terms import query_terms
from search import lexical
from search.function_words import SHARE, share_of
from search.scope import Scope
from tests.factories import make_collection
from tests.index_rows import indexed_rows

TEXTS = ["How many of those who were there did it.", "The gateway is closed on Tuesday.", "A badge opens the gate."]


@pytest.mark.parametrize(
    ("term", "share"), [("what", SHARE), ("mani", SHARE), ("gateway", 1.0), ("us", 1.0), ("몇", 1.0), ("며칠", SHARE)]
)
def test_function_words_keep_a_part_of_their_weight(term, share):
    assert share_of(term) == share


@pytest.mark.django_db
def test_a_rare_question_word_does_not_outweigh_what_is_asked_about():
    generation = Generation.objects.active()
    shelf = make_collection("Rules")
    sentence, gateway, _badge = (indexed_rows(shelf, [text]) for text in TEXTS)
    generation.refresh_from_db()
    scope = Scope(generation, (shelf.pk,))

    asked = lexical.weighted(query_terms("How many gateways?"), generation)
    only_function_words = lexical.weighted(query_terms("How many were there?"), generation)

    assert _first(lexical.candidates(asked, scope, 3)) == gateway.pk
    assert _first(lexical.candidates(only_function_words, scope, 3)) == sentence.pk


def _first(rows):
    return Chunk.objects.get(id=rows[0][0]).document_id
