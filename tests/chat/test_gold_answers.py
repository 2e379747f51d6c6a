"""Known answers in their usual forms, and whether a text holds one."""

import json
import unicodedata

import pytest

from chat.gold_answers import holds_gold, read_gold
from search.beir import BeirError


def write(tmp_path, *rows):
    path = tmp_path / "queries.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "told",
    [
        ["ten", "10"],
        "ten",
        [{"text": "ten"}, {"text": "10"}],
        {"text": ["ten", "10"], "answer_start": [4, 9]},
        [10],
        [],
    ],
)
def test_answers_are_read_in_all_usual_forms(tmp_path, told):
    (question,) = read_gold(write(tmp_path, {"_id": 1, "text": "How many?", "metadata": {"answers": told}}))

    assert question.key == "1"
    assert question.answers == {"ten": ("ten",), "[10]": ("10",), "[]": ()}.get(str(told), ("ten", "10"))


def test_rows_of_a_question_set_are_read_too(tmp_path):
    path = write(
        tmp_path,
        {"id": "q1", "question": "며칠인가요?", "language": "ko", "gold": ["15일"]},
        {"id": "q2", "question": "어디인가요?", "language": "ko"},
    )

    assert [(row.key, row.language, row.answers) for row in read_gold(path)] == [
        ("q1", "ko", ("15일",)),
        ("q2", "ko", ()),
    ]


@pytest.mark.parametrize("line", ["{", '{"_id": 1}', "[]", '"text"'])
def test_a_row_that_is_no_question_is_one_plain_error(tmp_path, line):
    path = tmp_path / "queries.jsonl"
    path.write_text(line, encoding="utf-8")

    with pytest.raises(BeirError, match=r"queries\.jsonl"):
        read_gold(path)


@pytest.mark.parametrize(
    ("texts", "answer", "holds"),
    [
        (["It was Ten\n days."], "ten days", True),
        (["It was ten", "days ago."], "ten days", True),
        ([unicodedata.normalize("NFD", "15일의 연차")], "15일", True),
        (["It was nine days."], "ten days", False),
        (["It was nine days."], " ", False),
        ([], "ten", False),
    ],
)
def test_case_form_and_white_space_do_not_matter(texts, answer, holds):
    assert holds_gold(texts, [answer]) is holds
