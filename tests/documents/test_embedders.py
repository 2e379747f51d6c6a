"""What leaves the embedder: right shape, length one, and from the model that made the index."""

import json

import numpy as np
import pytest

from documents.embedding import local, token_counting
from documents.embedding.embedders import confirm_fingerprint, embedder_for, fingerprint
from documents.embedding.local import BUNDLED_MODEL
from documents.embedding.vectors import checked
from documents.failure_codes import FailureCode, IndexingFailure
from documents.models import EmbeddingModel
from tests.tiny_models import tiny_model


@pytest.fixture
def model():
    return EmbeddingModel(pk=1, name=BUNDLED_MODEL, dimensions=384, max_tokens=256)


def failure_of(function, *arguments):
    with pytest.raises(IndexingFailure) as caught:
        function(*arguments)
    return caught.value.code


def test_vectors_have_length_one_and_keep_the_order(model):
    embedder = embedder_for(model)
    texts = ["Annual leave is fifteen days.", "연차", "x", "word " * 900]

    together = embedder.embed_passages(texts)

    assert (together.shape, together.dtype) == ((4, 384), np.float32)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    alone = np.vstack([embedder.embed_passages([text]) for text in texts])
    assert np.einsum("ij,ij->i", together, alone) == pytest.approx(np.ones(4), abs=1e-4)


def test_vectors_are_those_that_the_library_computes(model):
    texts = ["Annual leave is fifteen days.", "연차 휴가는 며칠인가요?", "word " * 400]
    library = local.load(local.model_folder(BUNDLED_MODEL))

    found = embedder_for(model).embed_queries(texts)

    expected = checked(library.encode(texts, show_progress_bar=False), len(texts), model.dimensions)
    assert np.einsum("ij,ij->i", found, expected) == pytest.approx(np.ones(len(texts)), abs=1e-4)


def test_folder_that_says_so_has_its_vectors_cut(tmp_path):
    folder = tiny_model(tmp_path / "cut")
    config = folder / "config_sentence_transformers.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "truncate_dim": 16}))

    found = embedder_for(EmbeddingModel(pk=2, name=str(folder), dimensions=16, max_tokens=64)).embed_queries(["leave"])

    expected = checked(local.load(folder).encode(["leave"], show_progress_bar=False), 1, 16)
    assert found == pytest.approx(expected, abs=1e-3)


def test_like_texts_are_nearer_than_unlike_ones(model):
    leave, holiday, gateway = embedder_for(model).embed_passages(
        ["Annual leave of employees", "Paid holidays for staff", "The gateway was restarted"]
    )

    assert leave @ holiday > leave @ gateway + 0.2


def test_text_longer_than_the_model_takes_is_embedded_to_its_end(model):
    embedder = embedder_for(model)
    filler = "Nothing of interest is written in this sentence. " * 40
    about_vpn = "The VPN gateway of the remote office was restarted. " * 20

    plain, with_end, query = embedder.embed_passages([filler, filler + about_vpn, "VPN gateway restarted"])

    assert query @ with_end > query @ plain + 0.1


def test_model_is_loaded_once(model):
    assert embedder_for(model) is embedder_for(model)


def test_token_starts_are_offsets_of_the_text(model):
    text = "Annual leave, 연차 휴가!"

    starts = embedder_for(model).token_starts(text)

    assert starts[0] == 0
    assert list(starts) == sorted(starts)
    assert text[starts[2]] == ","
    assert len(embedder_for(model).token_starts("word " * 5000)) == 5000
    assert list(embedder_for(model).token_starts("")) == []


def test_long_texts_are_counted_in_blocks_as_they_are_at_once(model, monkeypatch):
    embedder = embedder_for(model)
    text = "Annual leave, 연차 휴가!\nUnused days " * 40 + "x" * 500 + " end"
    at_once = list(embedder.token_starts(text))

    monkeypatch.setattr(token_counting, "COUNTED_AT_ONCE", 64)

    in_blocks = list(embedder.token_starts(text))
    assert [start for start in in_blocks if start < text.index("xx")] == at_once[: at_once.index(text.index("xx"))]
    assert in_blocks[-1] == at_once[-1]


@pytest.mark.parametrize(
    "vectors",
    [np.ones((1, 3)), np.ones((2, 4)), np.ones(3), np.zeros((2, 3)), np.full((2, 3), np.nan), np.full((2, 3), np.inf)],
)
def test_wrong_vectors_are_an_error(vectors):
    assert failure_of(checked, vectors.astype(np.float32), 2, 3) == FailureCode.MODEL_ERROR


def test_model_that_was_exchanged_is_noticed(model):
    model.fingerprint = fingerprint(embedder_for(model))
    confirm_fingerprint(model)

    model.fingerprint = [number + 0.2 for number in model.fingerprint]

    assert failure_of(confirm_fingerprint, model) == FailureCode.MODEL_CHANGED


@pytest.mark.parametrize("name", ["/nowhere", ".", "some/model-on-a-hub"])
def test_model_that_is_not_there_is_a_named_failure(name):
    assert failure_of(local.model_folder, name) == FailureCode.MODEL_MISSING


def test_model_that_gives_other_sizes_than_the_catalogue_says_is_refused(model):
    model.dimensions = 768

    assert failure_of(embedder_for(model).embed_passages, ["text"]) == FailureCode.MODEL_ERROR
