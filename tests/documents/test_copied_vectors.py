"""Vectors that a release takes from another generation, and those that it has computed."""

import numpy as np
import pytest

from documents.models import Chunk, Generation
from tests.documents.released import computed, in_library, released, smaller, unsound
from tests.factories import make_collection

pytestmark = pytest.mark.django_db


def test_same_text_under_the_same_model_is_copied():
    before = Generation.objects.active()
    documents = in_library(make_collection(), "Fifteen days of leave.", "The canteen is open.", work=computed)
    first = Generation.objects.active()

    second = released(work=computed)

    assert (second.copied_count, second.computed_count) == (2, 0)
    for document in documents:
        vectors = Chunk.objects.filter(document=document).order_by("generation").values_list("embedding", flat=True)
        assert np.array_equal(*[np.asarray(vector) for vector in vectors])
    assert (first.copied_count, first.computed_count) == (before.copied_count, before.computed_count + 2)


def test_what_is_cut_otherwise_is_computed():
    shelf = make_collection()
    in_library(shelf, "Every employee reads this rule once a year, and no later than in May. " * 12, work=computed)

    second = released(smaller(window_tokens=64), work=computed)

    assert second.copied_count == 0
    assert second.computed_count == second.chunk_count > 1


def test_shorter_vectors_are_made_of_longer_ones():
    model = Generation.objects.active().model
    model.shorter_dimensions = [64]
    model.save()
    (document,) = in_library(make_collection(), "Fifteen days of leave.", work=computed)

    second = released(smaller(model, dimensions=64), work=computed)

    assert second.copied_count == 1
    longer, shorter = (
        np.asarray(chunk.embedding, dtype=np.float32)
        for chunk in Chunk.objects.filter(document=document).order_by("generation")
    )
    assert shorter.shape == (64,)
    assert np.allclose(shorter, longer[:64] / np.linalg.norm(longer[:64]), atol=2e-3)
    assert unsound() == []


def test_longer_vectors_are_computed():
    model = Generation.objects.active().model
    model.shorter_dimensions = [64]
    model.save()
    in_library(make_collection(), "Fifteen days of leave.", work=computed)
    shorter = released(smaller(model, dimensions=64), work=computed)
    Chunk.objects.exclude(generation=shorter).delete()

    assert released(smaller(model), work=computed).computed_count == 1
