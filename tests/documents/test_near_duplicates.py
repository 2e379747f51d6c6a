"""Sketches of texts, and the question that is asked about a document that repeats another one."""

import random
import time

import pytest
from django.urls import reverse

from documents import near_duplicates
from documents.models import Document
from documents.sketches import SIZE, share_in, sketch
from search.retrieval import find_passages
from tests.documents.rows import document_row
from tests.factories import indexed_document, make_collection, make_user

RULES = [f"Rule {number} of the handbook says that form {number * 7} is due on day {number}." for number in range(400)]


def text_of(sentences):
    return " ".join(sentences)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("count", [8, 100, 400])
def test_share_of_common_sentences_is_estimated(share, count):
    kept = round(share * count)
    one = text_of(RULES[:kept] + [f"Entirely different sentence number {n} about travel." for n in range(count - kept)])

    estimate = share_in(sketch([one]), sketch([text_of(RULES[:count])]))

    assert estimate == pytest.approx(kept / count, abs=0.15)


def test_extract_stands_wholly_in_the_whole_and_the_whole_hardly_in_the_extract():
    whole, part = sketch([text_of(RULES[:60])]), sketch([text_of(RULES[:20])])

    assert share_in(part, whole) == 1.0
    assert share_in(whole, part) == pytest.approx(1 / 3)


def test_case_spacing_and_width_do_not_matter():
    assert sketch(["Annual  leave\tis FIFTEEN days long."]) == sketch(["annual leave is ｆｉｆｔｅｅｎ days long."])
    assert sketch(["Annual leave is 15 days long."]) != sketch(["Annual leave is 16 days long."])


def test_short_lines_and_too_small_samples_say_nothing():
    assert sketch(["Contents\n1\n2\n3\nPage 4"]) == []
    assert share_in([], sketch([text_of(RULES)])) == 0.0
    assert share_in(sketch([RULES[0]]), sketch([RULES[0]])) == 0.0


def test_sketch_of_a_large_text_is_small_and_quick():
    text = text_of(f"{sentence} {number}." for number in range(100) for sentence in RULES)
    started = time.perf_counter()

    assert len(sketch([text])) == SIZE
    assert time.perf_counter() - started < 5


@pytest.fixture
def shelf(alice):
    return make_collection("Handbook", editors=[alice])


def row(shelf, sentences, **overrides):
    """A document without a file whose text was noted."""
    document = document_row(shelf, **overrides)
    near_duplicates.note(document, [text_of(sentences)])
    document.refresh_from_db()
    return document


@pytest.mark.django_db
def test_document_that_repeats_another_one_names_it_and_stays_searchable(client, alice, shelf):
    first = indexed_document(shelf, text_of(RULES[:20]), title="First", uploaded_by=alice)
    second = indexed_document(shelf, text_of([*RULES[:18], "A sentence of its own is here."]), uploaded_by=alice)

    assert (second.near_duplicate_of, round(second.similarity, 2)) == (first, 0.95)
    assert second.state == Document.State.READY
    for url in (second.get_absolute_url(), shelf.get_absolute_url()):
        assert "95 % of its sentences are also in" in client.get(url).content.decode()
    assert first.near_duplicate_of is None


@pytest.mark.django_db
def test_half_of_the_sentences_is_enough_and_less_is_not(shelf):
    first = row(shelf, RULES[:40])

    assert row(shelf, RULES[20:60]).near_duplicate_of == first
    assert row(shelf, RULES[30:45] + RULES[100:125]).near_duplicate_of is None


@pytest.mark.django_db
def test_most_similar_document_is_named(shelf):
    row(shelf, RULES[:20])
    nearest = row(shelf, RULES[:30] + RULES[200:230])

    assert row(shelf, RULES[:30] + RULES[200:225]).near_duplicate_of == nearest


@pytest.mark.django_db
def test_documents_that_the_uploader_may_not_see_are_never_named(alice, shelf):
    secret, shared = make_collection("Board"), make_collection("Shared", readers=[alice])
    row(secret, RULES[:20])
    assert row(shelf, RULES[:20], uploaded_by=alice).near_duplicate_of is None

    other = row(shared, RULES[50:70])
    assert row(shelf, RULES[50:70], uploaded_by=alice).near_duplicate_of == other
    assert row(make_collection("Import"), RULES[50:70], uploaded_by=None).near_duplicate_of is None


@pytest.mark.django_db
def test_reader_who_does_not_see_the_other_document_is_told_nothing(client, shelf):
    staff = make_user("staff", staff=True)
    row(make_collection("Board"), RULES[:20], title="Secret plan")
    document = row(shelf, RULES[:20], uploaded_by=staff)
    assert document.near_duplicate_of.title == "Secret plan"

    for url in (document.get_absolute_url(), shelf.get_absolute_url()):
        page = client.get(url).content.decode()
        assert "Secret plan" not in page
        assert "of its sentences" not in page


@pytest.mark.django_db
def test_new_version_is_not_asked_about_the_one_it_replaces(shelf):
    old = row(shelf, RULES[:20])

    assert row(shelf, RULES[:19], replaces=old).near_duplicate_of is None


@pytest.mark.django_db
def test_keeping_both_ends_the_question_until_the_text_changes(client, shelf):
    row(shelf, RULES[:20])
    other = row(shelf, RULES[100:120])
    document = row(shelf, RULES[:20])

    client.post(reverse("documents:document_keep_both", args=[document.pk]))
    near_duplicates.note(document, [text_of(RULES[:20])])
    assert "of its sentences" not in client.get(document.get_absolute_url()).content.decode()

    near_duplicates.note(document, [text_of(RULES[100:120])])
    document.refresh_from_db()
    assert (document.near_duplicate_of, document.kept_both) == (other, False)


@pytest.mark.django_db
def test_making_it_a_version_ends_the_question(client, alice, shelf):
    first = indexed_document(shelf, text_of(RULES[:20]), uploaded_by=alice)
    second = indexed_document(shelf, text_of(RULES[:19]), uploaded_by=alice)

    client.post(reverse("documents:document_make_version", args=[second.pk, first.pk]))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.superseded_by, second.near_duplicate_of) == (second, None)
    assert "of its sentences" not in client.get(second.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_question_ends_when_the_other_one_is_replaced(shelf):
    first, second = row(shelf, RULES[:20]), row(shelf, RULES[:20])
    assert near_duplicates.undecided(second, {shelf.pk})

    Document.objects.filter(pk=first.pk).update(state=Document.State.SUPERSEDED)

    second = Document.objects.get(pk=second.pk)
    assert near_duplicates.undecided(second, {shelf.pk}) is None


@pytest.mark.django_db
def test_copies_take_one_place_each_in_the_results_though_their_windows_are_shifted(alice, shelf):
    dice = random.Random(7)
    words = ["leave", "travel", "budget", "vpn", "session", "audit", "invoice", "claim", "approval", "manager"]
    sentences = [f"Section {n} on {' '.join(dice.sample(words, 6))} names limit {n * 13}." for n in range(150)]
    indexed_document(shelf, text_of(sentences), title="One")
    indexed_document(shelf, text_of([*("A new preface was added here in spring.",) * 9, *sentences]), title="Two")

    hits = find_passages("leave and travel budget limit", alice, 10).hits

    said: set[str] = set()
    for hit in hits:
        own = set(hit.text.split(". "))
        assert len(own & said) < 0.85 * len(own)
        said |= own
    assert len(hits) > 3
