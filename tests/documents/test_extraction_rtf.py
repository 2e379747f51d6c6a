import time

import pytest

from documents.extraction.detection import detect
from documents.extraction.media_types import RTF
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import read_here


@pytest.fixture
def page_of(tmp_path):
    def read(body):
        path = tmp_path / "a"
        fonts = r"{\fonttbl{\f0\fcharset129 Batang;}{\f1\fcharset0 Arial;}}{\stylesheet{\s1\outlinelevel0 x;}}"
        path.write_bytes(b"{\\rtf1\\ansi\\ansicpg949\\deff0" + fonts.encode() + body + b"}")
        return read_here(path, RTF).pages[0]

    return read


def test_paragraphs_in_korean_and_unicode_are_read(page_of, tmp_path):
    korean = "".join(f"\\'{byte:02x}" for byte in "연차 휴가".encode("cp949")).encode()

    text = page_of(rb"\pard\f0 " + korean + rb"\par\pard\f1 \u51068?\u44592? words\line more\par").text

    assert detect(tmp_path / "a", "a.rtf") == RTF
    assert text == "연차 휴가\n\n일기 words\n\nmore"


def test_headings_are_known_by_their_outline_level(page_of):
    page = page_of(rb"\pard\s1\outlinelevel0 Rules\par\pard words\par\pard\outlinelevel1 Leave\par")

    assert page.text == "Rules\n\nwords\n\nLeave"
    assert [(heading.level, heading.text) for heading in page.headings] == [(1, "Rules"), (2, "Leave")]


def test_tables_are_rows(page_of):
    rows = rb"\trowd\cellx1\cellx2\intbl Kind\cell Days\cell\row\intbl Annual | paid\cell 15\cell\row"

    assert page_of(rows + rb"\pard end\par").text == "Kind | Days\nAnnual | paid | 15\n\nend"


def test_footnotes_follow_their_paragraph_and_hidden_text_is_none(page_of):
    body = rb"\pard text{\super 1}{\footnote \pard a {\b bold} note}, more{\v secret}{\deleted gone}\par next\par"

    assert page_of(body).text == "text1, more\n\n※ a bold note\n\nnext"


def test_words_after_an_escaped_backslash_are_no_controls(page_of):
    assert page_of(rb"\pard C:\\v and C:\\cell\par").text == r"C:\v and C:\cell"


def test_pictures_are_passed_over(page_of):
    picture = rb"{\pict\pngblip " + b"89504e47" * 500_000 + rb"}{\pict\bin9 }}}{{{\'zz}"

    assert page_of(rb"\pard before\par" + picture + rb"\pard after\par").text == "before\n\nafter"


@pytest.mark.parametrize(
    "body",
    [
        b"{" * 300_000,
        b"}" * 300_000,
        rb"{\field{\*\fldinst{" * 20_000,
        rb"{\footnote " * 20_000,
        rb"\bin999999999 " * 20_000,
        rb"{\fonttbl" + rb"\f1" * 100_000,
    ],
)
def test_deep_and_endless_groups_end_in_good_time(page_of, body):
    start = time.monotonic()

    assert page_of(b"words " + body).text.startswith("words")
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("body", "code"),
    [(rb"\u9999999999 ", FailureCode.DAMAGED), (rb"\uc words", FailureCode.DAMAGED), (b"", FailureCode.NO_TEXT)],
)
def test_broken_controls_are_damage(page_of, body, code):
    with pytest.raises(IndexingFailure) as caught:
        page_of(body)

    assert caught.value.code == code
