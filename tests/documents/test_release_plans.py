"""Plans of releases that cannot be carried out are refused with what would work."""

import pytest
from django.utils import timezone

from documents.models import EmbeddingModel, Generation
from documents.releases import building, checks
from documents.releases.errors import ReleaseError
from tests.documents.released import begun, smaller

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"window_tokens": 16, "overlap_tokens": 2}, "Choose between 32 and 1024"),
        ({"window_tokens": 2000, "overlap_tokens": 2}, "Choose between 32 and 1024"),
        ({"overlap_tokens": 64}, "Choose less than 64"),
        ({"dimensions": 100}, "Choose one of: 384"),
    ],
)
def test_plan_that_cannot_work_is_refused_with_what_would(wanted, words):
    with pytest.raises(ReleaseError, match=words):
        begun(smaller(**wanted))
    assert Generation.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"name": "/nowhere"}, "model"),
        ({"provider": "openai", "base_url": "https://models.example", "key_name": "NO_SUCH_KEY"}, "NO_SUCH_KEY"),
        ({"withdrawn_at": timezone.now()}, "withdrawn"),
    ],
)
def test_model_that_cannot_be_used_is_refused(facts, words):
    known = {"provider": "sentence-transformers", "name": "m", "dimensions": 8, "max_tokens": 128}
    model = EmbeddingModel.objects.create(**(known | facts), licence="open-source")

    with pytest.raises(ReleaseError, match=words):
        begun(smaller(model))


def test_vectors_too_long_for_an_index_are_refused_unless_bits_do():
    model = Generation.objects.active().model
    model.dimensions = 5000

    with pytest.raises(ReleaseError, match="4000 or fewer"):
        checks.refuse(smaller(model))
    checks.refuse(smaller(model, quantisation=Generation.Quantisation.BINARY))


def test_release_that_the_disk_has_no_room_for_is_refused():
    with pytest.raises(ReleaseError, match="The disk has"):
        building.begin(smaller(), None, {"disk_bytes": 1 << 60})
