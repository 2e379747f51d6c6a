"""Questions are grouped by what they name, in both languages."""

import pytest

from chat.topics import topics


def grouped(*texts, weights=None):
    def weight(text):
        return (weights or {}).get(text, 1)

    return {topic.name: list(topic.members) for topic in topics(texts, str, weight)}


def test_questions_that_name_the_same_thing_are_together_and_the_rest_comes_last():
    parking = ["주차장 요금이 얼마예요?", "주차장을 어떻게 신청하나요?"]

    assert grouped("강아지를 데려와도 되나요?", *parking) == {"주차장": parking, "": ["강아지를 데려와도 되나요?"]}


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("Is there a private pension?", "Who pays private pensions?", "private · pension"),
        ("HP-200 price", "How fast is the HP-200?", "HP-200"),
        ("통근버스 시간표", "통근버스는 천안에 서나요?", "통근 · 버스"),
    ],
)
def test_a_group_is_named_as_its_members_write_it(one, other, name):
    assert grouped(one, other) == {name: [one, other]}


def test_words_that_any_question_may_have_join_nothing():
    assert list(grouped("How long is the day in May?", "How long may I keep it this year?")) == [""]


def test_the_heaviest_group_is_first():
    texts = ["bus stop", "bus times", "desk height", "desk lamp"]

    assert list(grouped(*texts, weights={"desk lamp": 5})) == ["desk", "bus"]


def test_nothing_is_no_group():
    assert grouped() == {}
