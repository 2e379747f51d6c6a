"""Follow-up questions made self-contained."""

import asyncio

import pytest

from chat import llm
from chat.followups import joined, standalone
from chat.llm import OpenAICompatible
from tests.llm_server import LanguageModelServer, Script


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        ("이월은 되나요?", "연차 휴가는 며칠인가요?", "이월은 되나요? 연차 휴가는 며칠인가요?"),
        ("And for part-time staff?", "How many vacation days?", "And for part-time staff? How many vacation days?"),
        ("휴가 신청은 언제까지 하나요?", "연차는 며칠인가요?", "휴가 신청은 언제까지 하나요?"),
        ("Who approves a purchase order?", "How many vacation days?", "Who approves a purchase order?"),
        ("Until when?", "How many vacation days?", "Until when? How many vacation days?"),
    ],
)
def test_a_short_follow_up_takes_the_words_it_lacks(question, before, expected):
    assert joined(question, before) == expected


def test_the_first_question_stands_alone():
    assert asyncio.run(standalone("Leave?", [], None)) == "Leave?"


def test_the_model_rewrites_when_there_is_one():
    with LanguageModelServer() as server:
        server.script = Script(pieces=["How long ", "is leave?"])
        model = OpenAICompatible(server.base_url, "", "test")

        assert asyncio.run(standalone("How long?", ["Is there leave?"], model)) == "How long is leave?"


def test_a_model_that_fails_is_done_without(monkeypatch):
    monkeypatch.setattr(llm, "PAUSE_S", 0.01)
    model = OpenAICompatible("http://127.0.0.1:9/v1", "", "test")

    assert asyncio.run(standalone("Until when?", ["Vacation days?"], model)) == "Until when? Vacation days?"
