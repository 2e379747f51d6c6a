"""The map: like documents lie together, the odd one out is told, names do not overlap; its page is the editors'."""

import numpy as np
import pytest
from django.core.cache import caches
from django.urls import reverse

from documents.models import Document, Generation
from search import landscape, map_drawing, projection
from search.clusters import clusters
from tests.factories import make_collection
from tests.index_rows import indexed_rows, random_units

SUBJECTS = [
    ("Leave", "Annual leave of {} days is granted to every employee of the personnel office."),
    ("Gateway", "The remote gateway restarts after {} minutes when the network certificate expires."),
    ("Kitchen", "The canteen serves {} portions of soup and bread before noon on weekdays."),
]


def groups_of_vectors(sizes, *, noise=0.02, seed=1):
    dice = np.random.default_rng(seed)
    middles = random_units(len(sizes), seed, 24)
    rows = [middles[i] + noise * dice.normal(size=24) for i, size in enumerate(sizes) for _ in range(size)]
    return np.array(rows), np.repeat(np.arange(len(sizes)), sizes)


def features_of(vectors):
    return projection.joint(vectors, np.zeros((len(vectors), 1)), 1.0)


def test_neighbours_lie_together():
    vectors, labels = groups_of_vectors([12, 12, 12, 12])

    points = projection.positions(features_of(vectors))

    distances = np.linalg.norm(points[:, None] - points[None], axis=2) + 9 * np.eye(len(points))
    assert (labels[distances.argmin(axis=1)] == labels).mean() > 0.95
    assert points.min() == 0
    assert points.max() == 1


def test_same_documents_make_the_same_map():
    features = features_of(groups_of_vectors([5, 7])[0])

    assert np.array_equal(projection.positions(features), projection.positions(features))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_documents_have_places(count):
    points = projection.positions(features_of(random_units(count, 3, 24)))

    assert points.shape == (count, 2)
    assert np.isfinite(points).all()


def test_copies_do_not_break_the_map():
    points = projection.positions(features_of(np.tile(random_units(1, 3, 24), (9, 1))))

    assert np.isfinite(points).all()


def test_only_the_odd_one_is_far_from_everything():
    vectors, _labels = groups_of_vectors([10, 10])
    odd = np.vstack([vectors, random_units(1, 9, 24)])

    assert projection.outlying(features_of(odd)).nonzero()[0].tolist() == [20]
    assert not projection.outlying(features_of(vectors)).any()


def test_terms_tell_documents_apart_by_what_few_of_them_have():
    # Term 1 stands in all, terms 2 and 3 in two documents each, term 4 in one alone.
    rows = np.array([0, 1, 2, 3, 0, 1, 2, 3, 3])
    keys = np.array([1, 1, 1, 1, 2, 2, 3, 3, 4])

    features = projection.term_features(rows, keys, np.ones(9), 4)

    likeness = features @ features.T
    assert likeness[0, 1] > 0.9
    assert likeness[2, 3] > 0.9
    assert abs(likeness[0, 2]) < 0.1


def test_groups_are_found_and_the_largest_is_first():
    vectors, labels = groups_of_vectors([6, 14, 9])

    found = clusters(features_of(vectors))

    assert [len(set(found[labels == label])) for label in range(3)] == [1, 1, 1]
    assert np.bincount(found).tolist() == [14, 9, 6]


def test_points_in_one_place_are_spread():
    points = projection.apart(np.full((40, 2), 0.5), 0.01)

    distances = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(40)
    assert distances.min() > 0.004
    assert np.abs(points - 0.5).max() < 0.06


def test_names_meet_neither_each_other_nor_points():
    dice = np.random.default_rng(4)
    titles = [f"Regulation {number} 출장비 정산" for number in range(150)]

    spots = map_drawing.spots(dice.random((150, 2)), titles, [5])

    boxes = [
        (spot.name_x, spot.name_y - 11, spot.name_x + map_drawing.width_of(spot.name), spot.name_y + 4)
        for spot in spots
        if spot.name
    ]
    assert spots[5].name
    assert 5 < len(boxes) < 150
    for i, one in enumerate(boxes):
        assert 0 <= one[0] < one[2] <= map_drawing.WIDTH
        assert not any(_overlap(one, other) for other in boxes[:i])
        assert not any(one[0] < spot.x < one[2] and one[1] < spot.y < one[3] for spot in spots)


def _overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.fixture
def shelf(alice):
    caches["process"].clear()
    return make_collection("Rules", editors=[alice])


def placed(collection, title, text, vector):
    document = indexed_rows(collection, [text], title=title, vectors=vector[None, :])
    Document.objects.filter(pk=document.pk).update(chunk_count=1, language="en", media_type="text/plain")
    return document


def filled(collection, each=4):
    for number, (title, text) in enumerate(SUBJECTS):
        vectors = random_units(each, number)
        for copy in range(each):
            placed(collection, f"{title} {copy}", text.format(10 + copy), vectors[copy])


def page_of(client, user, collection, query=""):
    client.force_login(user)
    response = client.get(reverse("search:map", args=[collection.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_words_group_what_vectors_of_an_untrusted_model_do_not(shelf):
    filled(shelf)
    Generation.objects.update(calibration={"en": 0.05})

    found = landscape.landscape_of(shelf)

    subjects = [document.title.split()[0] for document in found.documents]
    assert len({(subject, int(group)) for subject, group in zip(subjects, found.terrain.groups, strict=True)}) == 3
    assert all(found.terrain.names)


@pytest.mark.django_db
def test_map_page_names_links_and_explains(client, shelf, alice):
    filled(shelf)
    Generation.objects.update(calibration={"en": 0.05})

    page = page_of(client, alice, shelf)

    assert page.count('<path class="map__point') == 12 + 3
    assert "Drawn 95 % from words" in page
    assert "Leave 0" in page
    assert "style=" not in page


@pytest.mark.django_db
def test_points_can_be_told_apart_by_kind_of_file(client, shelf, alice):
    filled(shelf)
    Document.objects.filter(title="Leave 0").update(media_type="application/pdf")

    page = page_of(client, alice, shelf, "?by=kind")

    assert "map__point--1" in page
    assert "PDF" in page


@pytest.mark.django_db
def test_sample_of_a_large_collection_says_so(client, shelf, alice, monkeypatch):
    monkeypatch.setattr(landscape, "MOST_DOCUMENTS", 6)
    filled(shelf)

    assert "12 searchable documents; 6 of them" in page_of(client, alice, shelf)


@pytest.mark.django_db
def test_empty_and_single_collections_say_what_is_missing(client, shelf, alice):
    assert "No searchable documents yet" in page_of(client, alice, shelf)

    placed(shelf, "Alone", "One sentence stands here alone.", random_units(1, 1)[0])

    assert "One document makes no map" in page_of(client, alice, shelf)
