"""The estimate of tokens against a tokenizer that is at hand."""

import pytest
from tokenizers import Tokenizer

from chat.tokens import estimated
from documents.embedding.local import BUNDLED_MODEL, model_folder
from portal import sample_library


@pytest.fixture(scope="module")
def tokenizer():
    found = Tokenizer.from_file(str(model_folder(BUNDLED_MODEL) / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_estimate_is_rather_too_high_and_never_by_half(tokenizer, language):
    texts = [path.read_text("utf-8") for path in (sample_library.FOLDER / "library").rglob("*.md")]
    chosen = [text for text in texts if ("습니다" in text or "한다" in text) == (language == "ko")]

    counted = sum(len(tokenizer.encode(text, add_special_tokens=False).ids) for text in chosen)

    assert chosen
    assert 1.0 <= sum(map(estimated, chosen)) / counted < 1.5


def test_nothing_is_nothing():
    assert estimated(" \n") == 0
