"""The reranker: it changes the order within its budget, and otherwise nothing."""

import time

import numpy as np
import pytest

from search import reranking
from search.cross_encoders import CrossEncoderError
from search.reranking import checked, reranked
from search.retrieval import Mode, find_passages
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows

WORDS = ["leave", "annual", "travel", "gateway", "badge", "canteen", "parking", "printer"]
# Eight passages that share the word of the question; the bundled model has nothing to do with their vectors.
TEXTS = [f"Rules for staff about the {word}." for word in WORDS]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory):
    """A tiny BERT with random weights: it prefers something, and always the same."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(4)
    folder = tmp_path_factory.mktemp("cross-encoder")
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "rules", "for", "staff", "about", "the", ".", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(tokens), "utf-8")
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = BertConfig(vocab_size=len(tokens), num_labels=1, initializer_range=1.0, **shape)
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    CrossEncoder(str(folder), device="cpu").save_pretrained(str(folder))
    return folder


@pytest.fixture
def alice():
    person = make_user("alice")
    indexed_rows(make_collection("Rules", readers=[person]), TEXTS)
    return person


@pytest.fixture
def with_reranker(settings, cross_encoder):
    settings.RERANKER_MODEL = str(cross_encoder)
    settings.RERANKER_BUDGET_MS = 30_000
    return settings


def found(person, mode=Mode.HYBRID, limit=8):
    return find_passages("rules for staff", person, limit, mode=mode).hits


def test_nothing_is_reranked_unless_a_model_is_named(alice):
    assert [hit.reranked for hit in found(alice)] == [None] * 8


def test_hits_are_ordered_by_the_mix_of_both_scores(alice, with_reranker):
    hits = found(alice)

    old, new = (np.array([getattr(hit, name) for hit in hits]) for name in ("score", "reranked"))
    mixed = (old - old.min()) / (np.ptp(old) or 1) + (new - new.min()) / np.ptp(new)
    assert np.ptp(new) > 0
    assert list(mixed) == sorted(mixed, reverse=True)


def test_the_best_of_all_that_were_read_are_returned(alice, with_reranker):
    assert found(alice, limit=3) == found(alice)[:3]


@pytest.mark.parametrize("mode", [Mode.LEXICAL, Mode.SEMANTIC])
def test_single_legs_are_left_alone(alice, with_reranker, mode):
    assert {hit.reranked for hit in found(alice, mode)} == {None}


def test_what_the_budget_does_not_reach_keeps_its_place(alice, with_reranker, monkeypatch):
    before = reranked("rules for staff", ())
    hits = found(alice, Mode.LEXICAL)
    monkeypatch.setattr(reranking, "DEPTH", 4)

    after = reranked("rules for staff", hits)

    assert before == ()
    assert {hit.chunk_id for hit in after[:4]} == {hit.chunk_id for hit in hits[:4]}
    assert after[4:] == hits[4:]


def test_a_spent_budget_leaves_the_ranking_as_it_was(alice, with_reranker):
    with_reranker.RERANKER_BUDGET_MS = 0
    started = time.monotonic()

    hits = found(alice)

    assert [hit.reranked for hit in hits] == [None] * 8
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("spoil", ["missing", "pickled", "two labels"])
def test_a_model_that_fails_leaves_the_ranking_as_it_was(alice, with_reranker, tmp_path, spoil, caplog):
    plain = found(alice, Mode.LEXICAL)
    with_reranker.RERANKER_MODEL = str(_spoilt(with_reranker.RERANKER_MODEL, tmp_path, spoil))

    assert reranked("rules for staff", plain) == plain
    assert "failed" in caplog.text


def _spoilt(folder, copy, spoil):
    """A copy of the model without its configuration, with pickled weights, or with two numbers for each pair."""
    import shutil

    import torch
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, copy, dirs_exist_ok=True)
    weights = load_file(copy / "model.safetensors")
    if spoil == "missing":
        (copy / "config.json").unlink()
    elif spoil == "pickled":
        torch.save(weights, copy / "pytorch_model.bin")
        (copy / "model.safetensors").unlink()
    else:
        text = (copy / "config.json").read_text("utf-8")
        names = '"id2label": {"0": "no", "1": "yes"}, "label2id": {"no": 0, "yes": 1}'
        (copy / "config.json").write_text("{" + names + "," + _without_labels(text), "utf-8")
        doubled = {k: torch.cat([v, v]) if k.startswith("classifier") else v for k, v in weights.items()}
        save_file(doubled, copy / "model.safetensors", metadata={"format": "pt"})
    return copy


def _without_labels(text):
    import json

    content = {key: value for key, value in json.loads(text).items() if key not in ("id2label", "label2id")}
    return json.dumps(content)[1:]


@pytest.mark.parametrize("scores", [np.zeros((2, 2)), np.array([1.0]), np.array([1.0, np.nan])])
def test_scores_that_are_no_number_for_each_passage_are_refused(scores):
    with pytest.raises(CrossEncoderError):
        checked(scores, 2)
