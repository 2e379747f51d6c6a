"""Windows: whole sentences, within the limit, overlapping, and nothing left out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.sentences import sentence_spans
from documents.windows import MIN_TAIL_TOKENS, Section, Window, WindowSize, cut

SIZE = WindowSize(tokens=100, overlap=20)


def word_starts(text):
    """A tokenizer whose tokens are words."""
    return [match.start() for match in re.finditer(r"\S+", text)]


def sentence(number, words=10):
    return " ".join([f"S{number}", *["word"] * (words - 2), "end."])


def prose(count, words=10, first=0):
    return " ".join(sentence(number, words) for number in range(first, first + count))


def windows_of(text, size=SIZE):
    return [text[window.start : window.end] for window in cut([Section(text, 0, 1)], size, word_starts)]


def joined(*texts, **options):
    """Sections one behind the other, two characters apart, each on a page of its own."""
    sections, start = [], 0
    for page, text in enumerate(texts, start=1):
        sections.append(Section(text, start, page, **options))
        start += len(text) + 2
    return sections, "\n\n".join(texts)


def test_text_that_fits_is_one_window():
    text = prose(10)

    assert windows_of(text) == [text]


def test_windows_are_whole_sentences_within_the_limit():
    text = prose(60)
    ends = {end for _start, end in sentence_spans(text)}

    windows = cut([Section(text, 0, 1)], SIZE, word_starts)

    assert len(windows) > 5
    assert all(window.end in ends for window in windows)
    assert all(text[window.start : window.end].startswith("S") for window in windows)
    assert all(len(word_starts(text[window.start : window.end])) <= SIZE.tokens for window in windows)


def test_neighbours_share_whole_sentences_up_to_the_overlap():
    first, second = windows_of(prose(15))[:2]

    shared = [sentence(number) for number in (8, 9)]
    assert first.endswith(" ".join(shared))
    assert second.startswith(" ".join(shared))
    assert sentence(7) not in second


def test_no_overlap_when_the_last_sentence_is_longer_than_it():
    first, second = windows_of(prose(6, words=30))

    assert first.endswith(sentence(2, 30))
    assert second.startswith(sentence(3, 30))


def test_sentence_longer_than_a_window_is_cut_between_tokens():
    text = " ".join(f"w{number}" for number in range(250))

    windows = windows_of(text)

    assert [len(word_starts(window)) for window in windows] == [100, 100, 50]
    assert " ".join(windows).split() == text.split()


def test_nearly_empty_tail_reaches_further_back():
    tail = windows_of(prose(11))[-1]

    assert tail.endswith(sentence(10))
    assert len(word_starts(tail)) >= MIN_TAIL_TOKENS


def test_short_section_joins_its_neighbour_and_long_ones_stay_apart():
    sections, text = joined(prose(6), prose(2, first=6), prose(6, first=8))

    windows = cut(sections, SIZE, word_starts)

    assert [text[window.start : window.end].count("end.") for window in windows] == [8, 6]


def test_section_that_flows_on_is_cut_together_with_the_next():
    first, second = Section("word " * 59 + "word", 0, 1, flows_on=True), Section("word " * 39 + "end.", 301, 2)

    (window,) = cut([first, second], SIZE, word_starts)

    assert (window.start, window.end) == (0, 301 + len(second.text))


def test_page_and_heading_are_those_of_the_larger_part():
    sections = [
        Section(prose(1), 0, 1, "Scope"),
        Section(prose(5), 1000, 2, "Rules"),
    ]

    assert cut(sections, SIZE, word_starts) == [Window(0, 1000 + len(prose(5)), 2, "Rules")]


@pytest.mark.parametrize("text", ["", " \n\n\t "])
def test_nothing_to_read_gives_no_window(text):
    assert cut([Section(text, 0, 1)], SIZE, word_starts) == []


words = st.sampled_from(["가나다", "word", "end.", "끝입니다.", "Why?", "3.14", "e.g.", "\n", "『책』"])
section_texts = st.lists(words, max_size=80).map(" ".join)
library = st.lists(st.tuples(section_texts, st.booleans()), min_size=1, max_size=4)
sizes = st.builds(WindowSize, tokens=st.integers(1, 70), overlap=st.integers(0, 12))


def sections_of(parts):
    sections, start = [], 0
    for page, (text, flows_on) in enumerate(parts, start=1):
        sections.append(Section(text, start, page, f"H{page}", flows_on))
        start += len(text) + 2
    return sections, "\n\n".join(text for text, _flows_on in parts)


@given(library, sizes)
def test_every_visible_character_lies_in_a_window(parts, size):
    sections, text = sections_of(parts)
    covered = set()

    for window in cut(sections, size, word_starts):
        assert 0 <= window.start < window.end <= len(text)
        covered.update(range(window.start, window.end))

    assert not [place for place, char in enumerate(text) if not char.isspace() and place not in covered]


@given(library, sizes)
def test_no_window_is_larger_than_the_limit(parts, size):
    sections, text = sections_of(parts)

    for window in cut(sections, size, word_starts):
        assert len(word_starts(text[window.start : window.end])) <= size.tokens


@given(library, sizes)
def test_windows_advance_and_none_repeats_another(parts, size):
    sections, _text = sections_of(parts)

    windows = cut(sections, size, word_starts)

    for one, following in zip(windows, windows[1:], strict=False):
        assert one.end < following.end
        assert one.start <= following.start
    assert all(sections[window.page - 1].heading == window.heading for window in windows)


def test_sentence_over_a_page_break_is_not_cut_by_a_window():
    first, second = prose(9), "S9 word word word word"
    sections, text = joined(f"{first} {second}", f"word word word word end. {prose(9, first=10)}", flows_on=True)

    found = [text[window.start : window.end] for window in cut(sections, SIZE, word_starts)]

    assert any("S9 word word word word\n\nword word word word end." in window for window in found)
    assert all(window.startswith("S") and window.endswith("end.") for window in found)


def test_no_window_ends_inside_a_row():
    rows = [f"R{number} Kim. Lee | Seoul. Busan | 12.5 % of it. Rest" for number in range(40)]
    text = "\n".join(rows)

    for window in windows_of(text):
        assert all(line in rows for line in window.split("\n"))
