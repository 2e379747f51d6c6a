"""What is counted of an endpoint: tokens of texts, what it was asked for, and what it allows in a minute."""

from datetime import date
from decimal import Decimal

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from documents.embedding import endpoint, remote
from documents.embedding.bookkeeping import spent_since
from documents.embedding.embedders import confirm_fingerprint, embedder_for
from documents.failure_codes import FailureCode, IndexingFailure
from tests.embedding_server import tokens_of

pytestmark = pytest.mark.django_db


def test_what_was_asked_is_counted_by_day_and_purpose(server, make_model):
    model = make_model(price_per_million_tokens=Decimal("2.5"))
    embedder = embedder_for(model)

    embedder.embed_passages(["word " * 60, "x"])
    embedder.embed_passages(["word " * 60])
    embedder.embed_queries(["vpn gateway"])

    counted = {use.purpose: (use.requests, use.texts, use.tokens) for use in model.uses.all()}
    assert counted == {"passages": (2, 3, 201), "queries": (1, 1, 3)}
    spending = spent_since(model, date(2020, 1, 1))
    assert (spending.requests, spending.tokens, spending.money) == (3, 204, Decimal("0.00051"))
    assert spent_since(model, date(2999, 1, 1)).tokens == 0


def test_tokens_are_estimated_and_corrected_by_what_the_endpoint_counts(server, make_model):
    model = make_model()
    korean, english = "연차 휴가는 입사일을 기준으로 부여합니다. " * 20, "Annual leave is granted by the year. " * 20

    confirm_fingerprint(model)

    assert set(model.token_rates) == {"hangul", "other"}
    counts = [len(embedder_for(model).token_starts(text)) for text in (korean, english)]
    assert counts == pytest.approx([tokens_of(korean), tokens_of(english)], rel=0.25)


def test_token_starts_are_offsets_in_order(make_model):
    embedder = embedder_for(make_model())
    text = "Annual leave, 연차 휴가!"

    starts = embedder.token_starts(text)

    assert starts == sorted(starts)
    assert (starts[0], starts[-1] < len(text)) == (0, True)
    assert (embedder.token_starts(""), embedder.token_starts(" \n ")) == ([], [])


def test_tokenizer_that_somebody_put_there_counts(make_model, settings, tmp_path):
    settings.MODELS_DIR = tmp_path
    (tmp_path / "tiny").mkdir()
    tokenizer = Tokenizer(models.WordLevel({"annual": 0, "leave": 1, "?": 2}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tiny" / "tokenizer.json"))

    assert list(embedder_for(make_model()).token_starts("annual leave, 연차")) == [0, 7, 12, 14]


def test_limit_of_a_minute_is_kept(server, make_model, monkeypatch):
    short = lambda name: endpoint.Asking("passages", name, endpoint.time.monotonic() + 1, 1, 1)  # noqa: E731
    monkeypatch.setattr(remote, "for_passages", short)
    model = make_model(requests_per_minute=2)

    embedder = embedder_for(model)

    embedder.embed_passages(["annual leave"])
    embedder.embed_passages(["vpn gateway"])
    with pytest.raises(IndexingFailure) as caught:
        embedder.embed_passages(["vpn gateway"])

    assert caught.value.code == FailureCode.MODEL_BUSY
    assert 50 < caught.value.retry_after_s <= 60
    assert len(server.requests) == 2
