"""A model for natural language inference, if there is one, has the last word; whatever it does, the check goes on."""

import numpy as np
import pytest

from chat.entailment import entailments
from chat.sentences import sentences
from chat.support import Finding, best_support
from tests.chat.passages import passage

WORDS = ["session", "lasts", "ten", "hours", "twelve", "vpn", "lunch", "free"]
VPN = sentences(passage("The VPN session lasts ten hours. Lunch is free."))
CLAIM = "The VPN session lasts ten hours."


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made(tmp_path_factory.mktemp("inference"), ["contradiction", "entailment", "neutral"])


def made(folder, labels):
    """A tiny BERT that says the same of everything: its label of the largest bias."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(tokens), "utf-8")
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    names = {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
    model = BertForSequenceClassification(BertConfig(vocab_size=len(tokens), **names, **shape))
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([3.0, 0.0, 0.0][: len(labels)]))
    model.save_pretrained(folder)
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    CrossEncoder(str(folder), device="cpu").save_pretrained(str(folder))
    return folder


@pytest.fixture
def with_model(settings, folder):
    settings.SUPPORT_MODEL = str(folder)
    settings.SUPPORT_BUDGET_MS = 30_000
    return settings


def checked(claim=CLAIM):
    return best_support(claim, VPN, lambda _claim, texts: [0.5 for _text in texts], 0.0, entailments).check


def test_without_a_model_the_features_decide():
    assert checked().finding is Finding.SUPPORTED
    assert "entailment" not in checked().features


def test_the_models_word_replaces_the_score(with_model):
    check = checked()

    shares = np.exp([3.0, 0.0, 0.0]) / np.exp([3.0, 0.0, 0.0]).sum()
    assert check.finding is Finding.CONTRADICTED
    assert (check.features["contradiction"], check.features["entailment"]) == pytest.approx(shares[:2], abs=1e-3)
    assert check.score == check.features["entailment"]


@pytest.mark.parametrize(
    ("first", "finding"),
    [("ENTAILMENT", Finding.SUPPORTED), ("neutral", Finding.UNVERIFIED), ("contradiction", Finding.CONTRADICTED)],
)
def test_labels_are_found_by_their_names(with_model, tmp_path, first, finding):
    others = [label for label in ("ENTAILMENT", "neutral", "contradiction") if label != first]
    with_model.SUPPORT_MODEL = str(made(tmp_path, [first, *others]))

    assert checked().finding is finding


def test_a_spent_budget_leaves_the_judgement_of_the_features(with_model):
    with_model.SUPPORT_BUDGET_MS = 0

    assert checked().finding is Finding.SUPPORTED


def test_a_model_with_other_labels_or_none_at_all_leaves_it_too(with_model, tmp_path, caplog):
    with_model.SUPPORT_MODEL = str(made(tmp_path, ["positive", "negative"]))
    assert checked().finding is Finding.SUPPORTED
    with_model.SUPPORT_MODEL = str(tmp_path / "nowhere")
    assert checked().finding is Finding.SUPPORTED

    assert "there have to be entailment and contradiction" in caplog.text
    assert "is no folder of a cross-encoder" in caplog.text
