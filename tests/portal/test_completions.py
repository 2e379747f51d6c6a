"""The portal as a language model, asked by the real client of the OpenAI protocol over a real web server."""

import httpx2
import openai
import pytest

from chat import running
from chat.models import Answer, Conversation
from documents.models import Collection
from portal.completions.requests import Wanted, collection_named
from portal.models import AuditEvent
from tests.chat.streams import QUESTION, committed, wait_for, web_server
from tests.llm_server import Script
from tests.portal.programs import bearer, secret_of

pytestmark = pytest.mark.django_db

ASKED = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def server():
    with web_server() as address:
        yield address


@pytest.fixture(autouse=True)
def no_conversations_left():
    yield
    assert wait_for(lambda: not running.is_busy(), 10)
    committed(Conversation.objects.all().delete)


def _client(server, person, *scopes):
    secret = committed(secret_of, person, *(scopes or ["ask"]))
    return openai.OpenAI(
        base_url=f"{server}/v1", api_key=secret, max_retries=0, default_headers={"Accept-Language": "en"}
    )


def test_an_answer_comes_with_its_citations(server, library):
    with _client(server, library.bob) as client:
        reply = client.chat.completions.create(model="portal", messages=ASKED)

    message = reply.choices[0].message
    assert "15 days of annual leave" in message.content
    assert reply.choices[0].finish_reason == "stop"
    cited = message.annotations[0].url_citation
    assert message.content[cited.start_index : cited.end_index] == "[1]"
    assert cited.title == "Leave, text"
    assert cited.url.startswith(f"{server}/documents/{library.leave.pk}?start=")
    quote = reply.model_extra["citations"][0]
    assert (quote["document_id"], quote["finding"]) == (library.leave.pk, "supported")
    assert "15 days of annual leave" in quote["quote"]
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 10


def test_a_streamed_answer_is_the_same_and_ends_with_its_citations(server, library):
    with _client(server, library.bob) as client:
        whole = client.chat.completions.create(model="portal", messages=ASKED)
        chunks = list(
            client.chat.completions.create(
                model="portal", messages=ASKED, stream=True, stream_options={"include_usage": True}
            )
        )

    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    last = chunks[-2]
    assert last.choices[0].finish_reason == "stop"
    assert last.choices[0].delta.model_extra["annotations"][0]["url_citation"]["title"] == "Leave, text"
    assert last.model_extra["citations"][0]["document_id"] == library.leave.pk
    assert chunks[-1].usage.completion_tokens > 5


def test_words_of_a_language_model_come_one_by_one(server, library, model):
    model.script = Script(pieces=["Fifteen ", "days ", "[1]."])
    with _client(server, library.bob) as client:
        chunks = list(client.chat.completions.create(model="portal", messages=ASKED, stream=True))

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Fifteen days [1]."


def test_earlier_questions_make_a_follow_up_self_contained(server, library):
    messages = [*ASKED, {"role": "assistant", "content": "15 days."}, {"role": "user", "content": "And unused days?"}]
    with _client(server, library.bob) as client:
        reply = client.chat.completions.create(model="portal", messages=messages)

    answer = Answer.objects.get()
    assert "annual leave" in answer.message.standalone_question
    assert "31 December" in reply.choices[0].message.content


def test_answers_are_kept_as_conversations_that_the_pages_do_not_list(server, library, client):
    with _client(server, library.bob) as program:
        program.chat.completions.create(model="portal", messages=ASKED)

    conversation = Conversation.objects.get()
    assert (conversation.user_id, conversation.origin) == (library.bob.pk, "completions")
    client.force_login(library.bob)
    assert QUESTION not in client.get("/documents/").content.decode()
    assert QUESTION not in client.get("/conversations/").content.decode()
    assert QUESTION in client.get("/conversations/?from=programs").content.decode()


def test_quotes_are_recorded_as_read(server, library):
    with _client(server, library.bob) as client:
        client.chat.completions.create(model="portal", messages=ASKED)

    told = AuditEvent.objects.filter(event="document.quote_read").first()
    assert (told.name, told.details["document"], told.details["through"]) == ("bob", library.leave.pk, "OpenAI")


def test_a_refusal_is_ordinary_text(server, library):
    nonsense = [{"role": "user", "content": "Who won the chess tournament in Reykjavik?"}]
    with _client(server, library.bob) as client:
        reply = client.chat.completions.create(model="portal", messages=nonsense)
        chunks = list(client.chat.completions.create(model="portal", messages=nonsense, stream=True))

    assert reply.choices[0].message.content == "The documents do not answer this."
    assert reply.choices[0].message.annotations == []
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == "The documents do not answer this."


@pytest.mark.parametrize("streams", [False, True])
def test_a_language_model_that_is_away_is_an_error(server, library, model, streams):
    model.script = Script(status=500, body="{}")
    with _client(server, library.bob) as client, pytest.raises(openai.APIError, match="reported a fault") as failure:
        list(client.chat.completions.create(model="portal", messages=ASKED, stream=streams))

    assert failure.value.code == "model_fault"


def test_a_conversation_that_is_deleted_meanwhile_is_an_error(server, library, model):
    model.script = Script(pieces=["15 days [1]. "] + ["more "] * 500, pause_s=0.05)
    with _client(server, library.bob) as client:
        chunks = client.chat.completions.create(model="portal", messages=ASKED, stream=True)
        next(chunk for chunk in chunks if chunk.choices[0].delta.content)
        committed(Conversation.objects.all().delete)
        with pytest.raises(openai.APIError, match="There is nothing at this address") as failure:
            list(chunks)

    assert failure.value.code == "not_found"


def test_each_readable_collection_is_a_model(server, library):
    committed(lambda: Collection.objects.create(name="Secret board"))
    with _client(server, library.bob) as client:
        names = {one.id: one.model_extra["name"] for one in client.models.list()}
        one = client.models.retrieve(f"portal/{library.collection.pk}")
        reply = client.chat.completions.create(model=one.id, messages=ASKED)

    assert names == {"portal": "Knowledge Portal", f"portal/{library.collection.pk}": library.collection.name}
    assert "15 days" in reply.choices[0].message.content
    assert Conversation.objects.get().collections == [library.collection.pk]


def test_who_may_read_nothing_gets_nothing(server, library):
    with _client(server, library.charlie) as client:
        reply = client.chat.completions.create(model="portal", messages=ASKED)
        names = [one.id for one in client.models.list()]
        with pytest.raises(openai.NotFoundError) as refused:
            client.chat.completions.create(model=f"portal/{library.collection.pk}", messages=ASKED)

    assert reply.choices[0].message.content == "The documents do not answer this."
    assert reply.model_extra["citations"] == []
    assert names == ["portal"]
    assert library.collection.name not in str(refused.value)


@pytest.mark.parametrize("name", ["gpt-5", "portal/x", "portal/999999999", "portal/²", "portal/1/2"])
def test_an_unknown_model_is_not_found(server, library, name):
    with _client(server, library.bob) as client, pytest.raises(openai.NotFoundError) as refused:
        client.chat.completions.create(model=name, messages=ASKED)

    assert refused.value.code == "model_not_found"


def test_a_wrong_key_is_refused(server, library):
    stranger = openai.OpenAI(base_url=f"{server}/v1", api_key="kp_wrong", max_retries=0)
    with stranger as client, pytest.raises(openai.AuthenticationError) as refused:
        client.chat.completions.create(model="portal", messages=ASKED)

    assert refused.value.code == "invalid_api_key"


def test_a_key_that_may_not_ask_is_refused(server, library):
    with _client(server, library.bob, "read") as client, pytest.raises(openai.PermissionDeniedError):
        client.chat.completions.create(model="portal", messages=ASKED)


def test_a_right_that_is_taken_is_gone_with_the_next_question(server, library):
    with _client(server, library.bob) as client:
        committed(library.collection.readers.remove, library.bob)
        try:
            reply = client.chat.completions.create(model="portal", messages=ASKED)
        finally:
            committed(library.collection.readers.add, library.bob)

    assert reply.choices[0].message.content == "The documents do not answer this."


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"model": "portal"}',
        b'{"model": "portal", "messages": []}',
        b'{"model": "portal", "messages": [{"role": "system", "content": "x"}]}',
        b'{"model": "portal", "n": 2, "messages": [{"role": "user", "content": "x"}]}',
        b'{"model": "portal", "messages": [{"role": "user", "content": "' + 2001 * b"x" + b'"}]}',
    ],
)
def test_a_request_that_cannot_be_answered_says_why(server, library, body):
    headers = bearer(committed(secret_of, library.bob))
    response = httpx2.post(f"{server}/v1/chat/completions", content=body, headers=headers)

    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"
    assert response.json()["error"]["message"].startswith("The request is not as it should be:")
    assert not Conversation.objects.exists()


def test_only_what_the_person_said_last_is_kept():
    messages = [{"role": "user", "content": f"{number}"} for number in range(9)]
    messages.append({"role": "user", "content": [{"type": "text", "text": "How"}, {"type": "image_url"}]})

    assert Wanted(model="portal", messages=messages).questions == ["5", "6", "7", "8", "How"]


def test_models_are_named_after_collections():
    assert (collection_named("portal"), collection_named("portal/12")) == (None, 12)
    with pytest.raises(ValueError, match="other"):
        collection_named("other/12")
