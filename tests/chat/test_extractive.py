"""Which sentences are chosen, and when the documents are said not to answer."""

from dataclasses import replace

import pytest

from chat import refusal
from chat.extractive import MAX_SENTENCES, chosen, ranked
from tests.chat.passages import passage, query

LEAVE = passage(
    "직원에게는 15일의 연차 휴가를 줍니다. 쓰지 않은 연차는 이월하지 않습니다. 회의실은 하루 전에 예약합니다."
)
VPN = passage("The VPN session lasts ten hours. Maintenance is on Tuesdays. Ask the help desk about a lost phone.")


def nothing(texts):
    return [0.0 for _text in texts]


def best(question: str, *passages) -> list[str]:
    asked = query(question)
    return [scored.sentence.shown for scored in chosen(ranked(asked, passages, nothing))]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("연차는 며칠인가요?", "직원에게는 15일의 연차 휴가를 줍니다."),
        ("연차를 이월할 수 있나요?", "쓰지 않은 연차는 이월하지 않습니다."),
        ("How long does a VPN session last?", "The VPN session lasts ten hours."),
        ("When is maintenance?", "Maintenance is on Tuesdays."),
    ],
)
def test_the_sentence_that_answers_comes_first(question, answer):
    assert ranked(query(question), [LEAVE, VPN], nothing)[0].sentence.shown == answer


def test_sentences_that_are_as_good_are_quoted_too():
    assert best("VPN session and maintenance", VPN) == [
        "The VPN session lasts ten hours.",
        "Maintenance is on Tuesdays.",
    ]


def test_what_is_quoted_stands_as_the_document_has_it_passage_by_passage():
    first = passage("The gate opens at six. The plant gate is closed at ten. The museum is small.")
    second = replace(passage("A gate of the plant is closed on Sundays.", document=2), number=2)

    assert best("When does the plant gate open?", first, second) == [
        "A gate of the plant is closed on Sundays.",
        "The gate opens at six.",
        "The plant gate is closed at ten.",
    ]


def test_a_list_is_quoted_whole_where_its_lead_is_asked_for_and_one_item_where_that_is():
    holidays = passage(
        "Staff have paid holidays as follows:\n- New Year\n- Foundation Day\n- Harvest", page_based=False
    )

    (whole,) = best("Which paid holidays are there?", holidays)
    assert whole == "Staff have paid holidays as follows:\n• New Year\n• Foundation Day\n• Harvest"
    assert best("Is Foundation Day free?", holidays) == ["Staff have paid holidays as follows: Foundation Day"]


def test_a_sentence_that_only_points_back_profits_from_the_one_before():
    text = "The turbine was built by Parsons. It drove a generator in 1894. The museum is open on Sundays."

    found = ranked(query("What did the turbine by Parsons drive?"), [passage(text)], nothing)

    assert found[1].sentence.shown == "It drove a generator in 1894."


def test_a_word_that_the_analyser_cuts_otherwise_is_found_by_its_spelling():
    rules = passage("버니어 캘리퍼스는 6개월마다 교정합니다. 조도계는 12개월마다 교정합니다.")

    assert ranked(query("버니어캘리퍼스 교정주기"), [rules], nothing)[0].sentence.shown.startswith("버니어")


def test_a_sentence_that_is_much_worse_is_left_out():
    assert best("VPN session hours", VPN) == ["The VPN session lasts ten hours."]


def test_no_more_than_three_sentences():
    words = ["alpha", "beta", "gamma", "delta", "omega"]
    text = " ".join(f"The {word} is kept in building {index}." for index, word in enumerate(words))

    assert len(best(" ".join(words), passage(text))) == MAX_SENTENCES


def test_meaning_decides_where_words_do_not():
    asked = query("phone stolen", trust=0.9)
    found = ranked(asked, [VPN], lambda texts: [float("lost" in text) for text in texts])

    assert found[0].sentence.shown == "Ask the help desk about a lost phone."


def test_meaning_is_not_asked_of_a_model_that_does_not_know_the_language():
    def never(texts):
        raise AssertionError

    assert ranked(query("연차", trust=0.1), [LEAVE], never)


def test_the_same_sentence_twice_is_quoted_once():
    assert best("VPN session maintenance", VPN, VPN).count("The VPN session lasts ten hours.") == 1


def answered(question: str, *passages) -> bool:
    asked = query(question)
    return refusal.is_answered(asked, passages, ranked(asked, passages, nothing))


def test_a_question_whose_words_are_there_is_answered():
    assert answered("연차는 며칠인가요?", LEAVE)
    assert answered("How long does a VPN session last?", VPN)


def test_a_question_about_something_else_is_refused():
    assert not answered("회사 주차장 한달 요금이 얼마예요?", LEAVE)
    assert not answered("Does the company match contributions to a private pension?", VPN)


def test_without_passages_nothing_is_answered():
    assert not answered("VPN")
