"""Cutting a page's text at the borders of its windows."""

from documents.overlap import Excerpt, Segment, Span, overlap_segments

TEXT = "one two three four"
EXCERPT = Excerpt(TEXT, offset=100)


def spans(*bounds):
    return [Span(number, 100 + start, 100 + end) for number, (start, end) in enumerate(bounds, 1)]


def test_text_without_windows_is_one_plain_segment():
    assert overlap_segments(EXCERPT, []) == [Segment(TEXT, windows=())]


def test_shared_words_lie_in_both_windows():
    segments = overlap_segments(EXCERPT, spans((0, 13), (8, 18)))

    assert [(segment.text, segment.windows) for segment in segments] == [
        ("one two ", (1,)),
        ("three", (1, 2)),
        (" four", (2,)),
    ]
    assert [segment.is_shared for segment in segments] == [False, True, False]


def test_segments_joined_are_the_text_whatever_the_windows():
    segments = overlap_segments(EXCERPT, spans((-50, 3), (2, 9), (5, 9), (12, 40)), Span(0, 104, 107))

    assert "".join(segment.text for segment in segments) == TEXT
    assert all(segment.text for segment in segments)


def test_window_is_announced_once_where_its_text_begins():
    segments = overlap_segments(EXCERPT, spans((0, 13), (8, 18)))

    assert [segment.begins for segment in segments] == [(1,), (2,), ()]


def test_window_that_began_on_the_page_before_is_announced_at_the_top():
    first, rest = overlap_segments(EXCERPT, [Span(7, 60, 103)])

    assert first.begins == (7,)
    assert rest.windows == ()


def test_neighbouring_windows_have_different_tints():
    segments = overlap_segments(EXCERPT, spans((0, 13), (8, 18)))

    assert [segment.tints for segment in segments] == [(1,), (0, 1), (0,)]


def test_mark_that_crosses_a_window_border_has_one_beginning():
    segments = overlap_segments(EXCERPT, spans((0, 13), (8, 18)), Span(0, 104, 113))

    assert [segment.text for segment in segments if segment.is_marked] == ["two ", "three"]
    assert [segment.text for segment in segments if segment.is_first_marked] == ["two "]


def test_empty_page_has_no_segments():
    assert overlap_segments(Excerpt("", 100), spans((0, 13))) == []


def test_running_foot_is_neither_marked_nor_in_a_window():
    excerpt = Excerpt("body foot head more", 0, margins=(Span(0, 5, 14),))

    segments = overlap_segments(excerpt, [Span(1, 0, 19)], Span(0, 2, 16))

    assert [(segment.text, segment.is_marked, segment.windows, segment.is_margin) for segment in segments] == [
        ("bo", False, (1,), False),
        ("dy ", True, (1,), False),
        ("foot head", False, (), True),
        (" m", True, (1,), False),
        ("ore", False, (1,), False),
    ]
