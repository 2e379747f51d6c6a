"""Models behind an endpoint: what is asked, what is refused of the answer, and what its refusals mean."""

from datetime import date

import numpy as np
import pytest

from documents.embedding import endpoint, remote
from documents.embedding.embedders import Withdrawn, embedder_for
from documents.failure_codes import FailureCode, IndexingFailure
from documents.models import EmbeddingUse
from tests.embedding_server import ENDPOINT_KEY, Script, tokens_of, words_vector

pytestmark = pytest.mark.django_db


def failure_of(function, *arguments):
    with pytest.raises(IndexingFailure) as caught:
        function(*arguments)
    return caught.value


def embed(model, texts=("annual leave", "vpn gateway", "연차 휴가")):
    return embedder_for(model).embed_passages(list(texts))


def unit(text, dimensions=32):
    vector = words_vector(text, dimensions)
    return vector / np.linalg.norm(vector)


def test_vectors_come_in_the_order_of_the_texts_with_length_one(server, make_model):
    server.script.damage = lambda answer: answer["data"].reverse()
    model = make_model(passage_prefix="passage: ", query_prefix="query: ", query_name="tiny-query")

    vectors = embed(model)
    query = embedder_for(model).embed_queries(["annual leave"])

    assert (vectors.shape, vectors.dtype) == ((3, 32), np.float32)
    assert vectors[1] == pytest.approx(unit("passage: vpn gateway"), abs=1e-5)
    assert query[0] == pytest.approx(unit("query: annual leave"), abs=1e-5)
    assert [request["model"] for request in server.requests] == ["tiny", "tiny-query"]
    assert server.keys[0] == "Bearer secret"


def _wrong_size(answer):
    answer["data"][0]["embedding"].append(1.0)


def _all_of_another_size(answer):
    for row in answer["data"]:
        row["embedding"] = row["embedding"][:-1]


def _with(value):
    def damage(answer):
        answer["data"][1]["embedding"][3] = value

    return damage


def _zero(answer):
    answer["data"][2]["embedding"] = [0.0] * 32


def _twice(answer):
    answer["data"][1]["index"] = 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda answer: answer["data"].pop(),
        _wrong_size,
        _all_of_another_size,
        _with(float("nan")),
        _with(float("inf")),
        _with("much"),
        _with(None),
        _zero,
        _twice,
        lambda answer: answer.update(data=None),
        lambda answer: answer.pop("data"),
        lambda answer: answer.update(data=[1, 2, 3]),
    ],
)
def test_wrong_replies_are_an_error_and_count_for_nothing(server, make_model, damage):
    server.script.damage = damage

    assert failure_of(embed, make_model()).code == FailureCode.MODEL_ERROR
    assert not EmbeddingUse.objects.exists()


@pytest.mark.parametrize(
    ("raw", "content_type", "code"),
    [
        ("<html>Sign in</html>", "text/html", FailureCode.MODEL_UNREACHABLE),
        ('{"data": [', "application/json", FailureCode.MODEL_UNREACHABLE),
        ("[]", "application/json", FailureCode.MODEL_ERROR),
        ('{"error": {"message": "overloaded"}}', "application/json", FailureCode.MODEL_ERROR),
    ],
)
def test_success_that_is_none_is_noticed(server, make_model, raw, content_type, code):
    server.script = Script(raw=raw, content_type=content_type)

    assert failure_of(embed, make_model()).code == code


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, FailureCode.MODEL_REFUSED),
        (402, FailureCode.MODEL_REFUSED),
        (403, FailureCode.MODEL_REFUSED),
        (400, FailureCode.MODEL_REFUSED),
        (302, FailureCode.MODEL_REFUSED),
        (404, FailureCode.MODEL_WITHDRAWN),
        (410, FailureCode.MODEL_WITHDRAWN),
    ],
)
def test_refusals_are_named_and_not_tried_again(server, make_model, status, code):
    server.script = Script(statuses=[status] * 9, headers={"Location": "http://127.0.0.1:1/"})

    failure = failure_of(embed, make_model())

    assert (failure.code, len(server.requests)) == (code, 1)
    assert f"status {status}" in failure.detail


@pytest.mark.parametrize("status", [429, 500, 503])
def test_moment_in_which_it_is_busy_is_waited_for(server, make_model, status):
    server.script = Script(statuses=[status, status], headers={"Retry-After": "0.02"})

    assert embed(make_model()).shape == (3, 32)
    assert len(server.requests) == 3


def test_long_wait_is_left_to_the_job(server, make_model):
    server.script = Script(statuses=[429], headers={"Retry-After": "600"})

    failure = failure_of(embed, make_model())

    assert (failure.code, failure.retry_after_s) == (FailureCode.MODEL_BUSY, 600)
    assert len(server.requests) == 1


def test_account_without_credit_is_not_waited_for(server, make_model):
    server.script = Script(statuses=[429], body='{"error": {"code": "insufficient_quota"}}')

    assert failure_of(embed, make_model()).code == FailureCode.MODEL_REFUSED


def test_question_does_not_wait_for_a_slow_endpoint_twice(server, make_model, monkeypatch):
    monkeypatch.setattr(
        remote, "for_queries", lambda name: endpoint.Asking("queries", name, endpoint.time.monotonic() + 0.2, 0.1, 0)
    )
    server.script.stall_s = 0.4
    embedder = embedder_for(make_model())

    assert failure_of(embedder.embed_queries, ["first"]).code == FailureCode.MODEL_UNREACHABLE
    assert failure_of(embedder.embed_queries, ["second"]).code == FailureCode.MODEL_UNREACHABLE
    assert len(server.requests) == 1


def test_endpoint_that_is_not_there_is_named(make_model):
    model = make_model(base_url="http://127.0.0.1:1/v1")

    assert failure_of(embed, model).code == FailureCode.MODEL_UNREACHABLE


@pytest.mark.parametrize(
    "base_url",
    [
        "http://169.254.169.254/v1",
        "http://[fe80::1]/v1",
        "http://[::ffff:169.254.169.254]/v1",
        "http://0.0.0.0/v1",
        "ftp://127.0.0.1/v1",
        "http://me:secret@127.0.0.1/v1",
        "http://[::1",
        "file:///etc/passwd",
    ],
)
def test_addresses_of_the_host_and_others_that_are_no_service_are_not_asked(make_model, base_url):
    assert failure_of(embed, make_model(base_url=base_url)).code == FailureCode.MODEL_REFUSED


def test_key_that_is_not_in_the_environment_is_named(server, make_model, settings):
    settings.MODEL_KEYS = {}

    failure = failure_of(embed, make_model())

    assert failure.code == FailureCode.MODEL_REFUSED
    assert ENDPOINT_KEY in failure.detail
    assert server.requests == []


def test_requests_have_bounds_of_texts_and_of_tokens(server, make_model, monkeypatch):
    monkeypatch.setattr(remote, "TEXTS_AT_ONCE", 4)
    monkeypatch.setattr(remote, "TOKENS_AT_ONCE", 34)
    texts = [f"text {i}" for i in range(6)] + ["long words " * 12, "end"]

    vectors = embed(make_model(), texts)

    assert [len(request["input"]) for request in server.requests] == [4, 3, 1]
    assert [int(np.argmax(vectors @ unit(text))) for text in texts] == list(range(8))


def test_requests_that_are_too_much_are_halved(server, make_model):
    server.script.most_texts = 3
    texts = [f"text {i}" for i in range(8)]

    vectors = embed(make_model(), texts)

    assert vectors[7] == pytest.approx(unit("text 7"), abs=1e-5)
    assert server.texts[-1] == "text 7"


def test_text_that_the_endpoint_finds_too_long_is_embedded_in_parts(server, make_model):
    server.script.most_tokens = 40
    text = "annual leave is fifteen days " * 12

    (vector,) = embed(make_model(), [text])

    assert vector @ unit("annual leave is fifteen days") > 0.9
    assert tokens_of(text) > 100


def test_endpoint_that_takes_no_text_at_all_is_not_asked_for_ever(server, make_model):
    server.script.most_tokens = 0

    assert failure_of(embed, make_model(), ["annual leave " * 20]).code == FailureCode.MODEL_REFUSED
    assert len(server.requests) < 12


def test_texts_above_the_window_are_given_in_parts(server, make_model):
    model = make_model(max_tokens=50)

    embed(model, ["연차 휴가는 입사일을 기준으로 부여합니다. " * 10])

    assert len(server.texts) > 4
    assert all(len(embedder_for(model).token_starts(text)) <= 50 for text in server.texts)


def test_dimensions_are_asked_for_where_the_model_has_several(server, make_model):
    embed(make_model())
    embed(make_model(name="several", dimensions=16, shorter_dimensions=[8]))

    assert [request.get("dimensions") for request in server.requests] == [None, 16]


def test_questions_that_come_again_are_not_asked_again(server, make_model):
    embedder = embedder_for(make_model())

    first = embedder.embed_queries(["vpn", "leave", "vpn"])
    again = embedder.embed_queries(["leave"])

    assert server.texts == ["vpn", "leave"]
    assert (first[1] == again[0]).all()
    assert (first[0] == first[2]).all()


def test_endpoint_that_has_no_such_model_any_more_is_remembered(server, make_model):
    model = make_model()
    server.script.statuses = [404]

    failure_of(embed, model)
    model.refresh_from_db()

    assert model.withdrawn_at is not None
    assert isinstance(embedder_for(model), Withdrawn)
    assert failure_of(embedder_for(model).embed_queries, ["vpn"]).code == FailureCode.MODEL_WITHDRAWN
    assert len(embedder_for(model).token_starts("annual leave")) > 1
    assert len(server.requests) == 1


def test_model_is_not_asked_from_its_last_day_on(server, make_model):
    model = make_model(retires_on=date(2026, 1, 1))

    assert failure_of(embed, model).code == FailureCode.MODEL_WITHDRAWN
    assert server.requests == []
