"""Folders with models: what they say of themselves, what is refused, and what is computed with them."""

import json
import pickle
import shutil

import numpy as np
import pytest

from documents.embedding import embedders, folders
from documents.embedding.embedders import embedder_for, embedder_of
from documents.embedding.folders import Fault, fault_of
from documents.embedding.local import model_folder
from documents.embedding.vectors import truncated
from documents.failure_codes import FailureCode, IndexingFailure
from documents.generations import Plan
from documents.models import EmbeddingModel
from tests.tiny_models import tiny_model

OLD_POOLING = '{"word_embedding_dimension": 48, "pooling_mode_cls_token": true}'
PROMPTS = {"query": "query: ", "document": "passage: "}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("models") / "tiny", prompts=PROMPTS)


@pytest.fixture
def copied(tiny, tmp_path):
    """A copy that a test may spoil."""
    return shutil.copytree(tiny, tmp_path / "copied")


def row(folder, **facts):
    return EmbeddingModel(**({"name": str(folder), "dimensions": 32, "max_tokens": 64} | facts))


def failure_of(function, *arguments):
    with pytest.raises(IndexingFailure) as caught:
        function(*arguments)
    return caught.value


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_facts_are_read_without_loading_the_model(tiny):
    facts = folders.read(tiny)

    assert (facts.dimensions, facts.max_tokens, facts.pooling, facts.architecture) == (32, 64, "mean", "encoder")
    assert (facts.query_prefix, facts.passage_prefix, facts.size_mb) == ("query: ", "passage: ", 3)


def test_folders_of_older_libraries_are_read(copied):
    (copied / "1_Pooling" / "config.json").write_text(OLD_POOLING)
    (copied / "sentence_bert_config.json").write_text('{"max_seq_length": 40}')
    (copied / "config_sentence_transformers.json").unlink()
    change(copied / "config.json", architectures=["Qwen3ForCausalLM"])

    facts = folders.read(copied)

    assert (facts.dimensions, facts.max_tokens, facts.pooling) == (48, 40, "first")
    assert (facts.architecture, facts.query_prefix) == ("decoder", "")


def test_models_are_found_by_name_below_the_folder_of_models(tiny, settings):
    settings.MODELS_DIR = tiny.parent

    assert model_folder("tiny") == tiny
    assert failure_of(model_folder, "nano").code == FailureCode.MODEL_MISSING


def _pickled(folder):
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({}))


def _own_code(folder):
    change(folder / "config.json", model_type="mystery", auto_map={"AutoModel": "modeling_mystery.Mystery"})


def _own_module(folder):
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = "custom_st.Transformer"
    (folder / "modules.json").write_text(json.dumps(modules))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_pickled, Fault.PICKLED),
        (_own_code, Fault.OWN_CODE),
        (_own_module, Fault.OWN_CODE),
        (lambda folder: (folder / "tokenizer.json").unlink(), Fault.NO_FAST_TOKENIZER),
        (lambda folder: (folder / "modules.json").write_text("{"), Fault.NO_MODEL),
        (lambda folder: (folder / "config.json").unlink(), Fault.NO_MODEL),
        (shutil.rmtree, Fault.NOT_THERE),
    ],
)
def test_what_may_not_be_loaded_is_refused_with_a_reason(copied, spoil, fault):
    spoil(copied)

    assert fault_of(copied) is fault
    assert folders.explain(fault)
    assert failure_of(embedder_for, row(copied)).code == FailureCode.MODEL_MISSING


def test_code_that_the_library_has_learned_since_is_not_needed(copied):
    change(copied / "config.json", auto_map={"AutoModel": "modeling_bert.BertModel"})

    assert fault_of(copied) is None


def test_weights_that_are_damaged_are_a_named_failure(copied):
    (copied / "model.safetensors").write_bytes(b"x" * 100)

    assert failure_of(embedder_for, row(copied)).code == FailureCode.MODEL_MISSING


def test_library_that_is_too_old_is_named(tiny):
    failure = failure_of(embedder_for, row(tiny, minimum_version="99.1"))

    assert (failure.code, "99.1" in failure.detail) == (FailureCode.MODEL_MISSING, True)
    assert folders.is_new_enough("2.7.0")
    assert folders.is_new_enough("")


def test_texts_above_the_window_are_given_in_parts_also_if_the_row_claims_more(tiny):
    embedder = embedder_for(row(tiny, max_tokens=5000))
    long = "annual leave " * 60

    (short_parts, long_parts) = embedder.parts(["annual leave", long])

    assert (len(short_parts), len(long_parts) > 4) == (1, True)
    assert "".join(long_parts) == long
    assert truncated(embedder, ["annual leave", long, "vpn", long]) == 0.5
    assert truncated(embedder, []) == 0
    assert embedder.embed_passages([long]).shape == (1, 32)


def test_window_of_the_row_may_be_shorter(tiny):
    assert len(embedder_for(row(tiny, max_tokens=8)).parts(["annual leave of all"])[0]) > 1


def test_prefixes_are_those_of_the_row(tiny):
    plain = embedder_for(row(tiny))
    prefixed = embedder_for(row(tiny, query_prefix="query: ", passage_prefix="passage: "))

    query, passage = prefixed.embed_queries(["annual leave"]), prefixed.embed_passages(["annual leave"])

    assert query == pytest.approx(plain.embed_passages(["query: annual leave"]), abs=1e-5)
    assert passage == pytest.approx(plain.embed_passages(["passage: annual leave"]), abs=1e-5)
    assert not np.allclose(query, passage, atol=1e-3)


def test_shorter_sizes_are_the_first_numbers(tiny):
    model = row(tiny)

    (short,) = embedder_of(Plan(model, dimensions=8).generation()).embed_passages(["annual leave"])
    (whole,) = embedder_for(model).embed_passages(["annual leave"])

    assert short == pytest.approx(whole[:8] / np.linalg.norm(whole[:8]), abs=1e-5)


def test_only_the_last_models_stay_in_memory(tiny):
    models = [row(tiny, max_tokens=20 + number) for number in range(embedders.KEPT + 1)]
    first = embedder_for(models[0])

    for model in models[1:]:
        embedder_for(model)

    assert embedder_for(models[-1]) is embedder_for(models[-1])
    assert embedder_for(models[0]) is not first
    assert first.embed_passages(["still works for who has it"]).shape == (1, 32)
