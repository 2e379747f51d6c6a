"""What remains of an answer for somebody who may not read all of its sources."""

import pytest

from chat.concealment import Spoken, hidden_spans


def spoken(text, words, *, may_be_read=True, is_supported=True):
    start = text.index(words)
    mark = text.index("[", start + len(words))
    return Spoken((start, start + len(words)), (mark, mark + 3), may_be_read, is_supported)


def hidden(text, *cited):
    return [text[start:end] for start, end in hidden_spans(text, cited)]


def test_only_what_an_open_source_supports_remains():
    text = "Lunch is free. [1] Salary is 9,000. [2] Both are known."

    found = hidden(text, spoken(text, "Lunch is free."), spoken(text, "Salary is 9,000.", may_be_read=False))

    assert found == ["Salary is 9,000.", "Both are known."]


def test_sentence_that_its_open_source_does_not_support_may_come_from_the_closed_one():
    text = "Salary is 9,000. [1]"

    assert hidden(text, spoken(text, "Salary is 9,000.", is_supported=False)) == ["Salary is 9,000."]


def test_sentence_of_an_open_and_a_closed_source_is_hidden():
    text = "Salary is 9,000. [1][2]"
    first, second = spoken(text, "Salary is 9,000."), Spoken((0, 16), (20, 23), may_be_read=False, is_supported=True)

    assert hidden(text, first, second) == ["Salary is 9,000."]


@pytest.mark.parametrize(
    ("text", "remains"),
    [("- a [1]\n- secret", "secret"), ("## Secret\na [1]", "Secret"), ("1. secret\n2. a [1]", "secret")],
)
def test_the_form_of_a_list_or_heading_stays(text, remains):
    assert hidden(text, spoken(text, "a")) == [remains]


def test_without_any_citation_nothing_remains():
    assert hidden("All of it.\n\nReally.") == ["All of it.", "Really."]
