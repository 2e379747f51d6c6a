"""Which words of a passage are marked, and which part of it is shown."""

import pytest

from search.highlight import EXCERPT_WIDTH, excerpt, marks, pieces

FILLER = "Nothing of interest stands in this sentence at all. "


def marked(text, *terms, shortest=1):
    return [text[start:end] for start, end in marks(text, terms, shortest)]


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("Unused leaves lapse.", ["leav"], ["leaves"]),
        ("ＬＥＡＶＥ and leave", ["leav"], ["ＬＥＡＶＥ", "leave"]),
        ("annual leave, annual pay", ["annual", "leav"], ["annual leave", "annual"]),
        ("연차는 12월에, 연차휴가도", ["연차"], ["연차", "연차"]),
        ("연차휴가", ["연차", "휴가"], ["연차휴가"]),
        ("AB-123 of AB", ["ab-123", "ab", "123"], ["AB-123", "AB"]),
        ("It costs 1,200,000 won", ["1200000"], ["1,200,000"]),
        ("PDF파일을 엽니다", ["pdf", "파일"], ["PDF파일"]),
        ("수요일에 할 수 있다", ["수"], ["수"]),
        ("nothing", ["thing"], []),
        ("", ["leav"], []),
    ],
)
def test_words_are_marked_where_they_stand(text, terms, expected):
    assert marked(text, *terms) == expected


def test_one_pair_of_syllables_is_no_mark():
    assert marked("고속열차는 챗봇왕이", "차는", "챗봇", "봇왕", shortest=3) == ["챗봇왕"]


def test_pieces_are_the_text_again_with_single_spaces():
    text = "Annual   leave\nlapses."
    cut = pieces(text, marks(text, ["leav"]), 0, len(text))

    assert "".join(piece.text for piece in cut) == "Annual leave lapses."
    assert [piece.text for piece in cut if piece.is_marked] == ["leave"]


def test_rows_of_a_table_stay_lines():
    text = "A line\nbroken.\n| day | rate |\n| 1 | 20 % |\nThe end."

    assert "".join(piece.text for piece in pieces(text, [], 0, len(text))) == (
        "A line broken. | day | rate |\n| 1 | 20 % | The end."
    )


def test_short_passage_is_shown_whole():
    text = "One sentence. Another one."

    shown = excerpt(text, [])

    assert (shown.start, shown.end, shown.is_cut) == (0, len(text), False)


def test_the_sentences_with_the_most_words_are_shown():
    text = FILLER * 20 + "Annual leave lapses in December. " + FILLER * 20

    shown = excerpt(text, marks(text, ["annual", "leav", "decemb"]))

    assert "Annual leave lapses in December." in text[shown.start : shown.end]
    assert shown.end - shown.start <= EXCERPT_WIDTH
    assert shown.is_cut
    assert (shown.pieces[0].text, shown.pieces[-1].text) == ("… ", " …")


def test_many_forms_of_one_word_are_less_than_two_words():
    text = "Review, reviews, reviewed, reviewing. " + FILLER * 20 + "The code review."

    shown = excerpt(text, marks(text, ["review", "code"]))

    assert text[shown.start : shown.end].endswith("The code review.")


def test_a_sentence_without_end_is_cut_around_its_first_mark():
    text = "word " * 400 + "leave " + "word " * 400

    shown = excerpt(text, marks(text, ["leav"]))

    assert "leave" in text[shown.start : shown.end]
    assert shown.end - shown.start <= EXCERPT_WIDTH
    assert text[shown.start : shown.end].split()[0] == "word"


@pytest.mark.parametrize("text", ["가" * 3000, "x" * 3000, " ", "\n\n", "가 " * 2000])
def test_any_text_has_an_excerpt(text):
    shown = excerpt(text, marks(text, ["가"]))

    assert 0 <= shown.start <= shown.end <= len(text)
