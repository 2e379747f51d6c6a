import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.extraction.cleaning import clean, clean_with_origins
from documents.extraction.composition import MAX_CHARACTERS
from documents.extraction.encoding import decode
from documents.extraction.media_types import MARKDOWN, TEXT
from documents.extraction.quality import page_ranges, text_quality
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import read_here

LEAVE = "연차 휴가는 근속 1년 이상이면 15일을 부여한다. 똠방각하와 펲시콜라. The leave is 15 days.\n"
AWKWARD = st.sampled_from("aé가\u1100\u1161\u11a8\u0301\u0316\u200b\r\n\xad\ufe0f\U0001f600豈\u0b47\u0b3e\u2028\xa0")


def read_text(tmp_path, content, media_type=TEXT):
    path = tmp_path / "stored"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_here(path, media_type)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        (unicodedata.normalize("NFD", "연차 é"), "연차 é"),
        ("연\u200b차\xad 휴\u2060가\x00\x1b", "연차 휴가"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("a\U000e0041\U000e0042b", "ab"),
        ("1\xa0000\u3000원", "1 000 원"),
        ("\ud800x\ufffe\ufffc", "x"),
        ("\ud842\udfb7野家 \udb40\udc41", "𠮷野家 "),
        ("a" + "\u0301" * 5000, unicodedata.normalize("NFC", "a" + "\u0301" * 16)),
    ],
)
def test_nothing_invisible_is_left_in_text(raw, cleaned):
    assert clean(raw) == cleaned


@given(st.text(AWKWARD | st.characters(), max_size=40))
def test_every_cleaned_character_leads_back_to_a_raw_one(raw):
    cleaned = clean_with_origins(raw)

    assert cleaned.text == clean(raw)
    assert len(cleaned.origins) == len(cleaned.text)
    assert cleaned.origins == sorted(cleaned.origins)
    assert all(0 <= origin < len(raw) for origin in cleaned.origins)


def test_a_composed_syllable_leads_back_to_its_first_letter():
    assert clean_with_origins("x\u200b\u1112\u1161\u11ab!").origins == [0, 2, 5]
    assert clean_with_origins("\ud842\udfb7家").origins == [0, 2]


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "cp949",
        "johab",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
    ],
)
def test_korean_text_is_read_in_whatever_encoding_it_was_saved(encoding):
    assert decode((LEAVE * 5).encode(encoding)) == LEAVE * 5


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("It’s a “test” of café prices in €.", "cp1252"),
        ("これは日本語の文章です。試験を行います。", "cp932"),
        ("这是一个用于测试编码的中文文本。", "gb18030"),
        ("제목", "cp949"),
    ],
)
def test_other_old_encodings_are_recognised(text, encoding):
    assert decode((text + "\n").encode(encoding) * 3) == (text + "\n") * 3


def test_a_file_of_two_encodings_is_read_line_by_line():
    data = LEAVE.encode() + LEAVE.encode("cp949") + b"end\n"

    assert decode(data) == LEAVE * 2 + "end\n"


@pytest.mark.parametrize("label", ["utf-8", "base64", "undefined", "no\0such", "idna"])
def test_a_wrong_label_does_no_harm(label):
    assert decode("한글 인코딩은 다르다".encode("cp949"), label) == "한글 인코딩은 다르다"


@settings(max_examples=50)
@given(st.binary(max_size=300), st.text(max_size=10))
def test_any_bytes_become_some_text(data, label):
    assert isinstance(decode(data, label), str)


def test_plain_text_is_one_unpaged_page(tmp_path):
    extraction = read_text(tmp_path, "제목\r\n\r\n본문\u200b 입니다.")

    assert not extraction.page_based
    assert [page.text for page in extraction.pages] == ["제목\n\n본문 입니다."]
    assert extraction.pages[0].quality == 1.0


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n세금계산서 받기 안내\n문서 번호 FIN-045\n본문", "세금계산서 받기 안내"),
        ("This is a sentence.\nAnd another one.", ""),
        ("Section 1\nwords", ""),
        ("Only one line", ""),
        ("word " * 20 + "\nmore", ""),
    ],
)
def test_a_first_line_that_stands_like_a_title_is_the_title(tmp_path, text, title):
    assert read_text(tmp_path, text).title == title


@pytest.mark.parametrize("content", ["\n" * 5000, " \t\u3000\u200b\ufeff\n", "!?… --- ((( ***"])
def test_a_file_without_words_has_no_text(tmp_path, content):
    with pytest.raises(IndexingFailure) as caught:
        read_text(tmp_path, content)

    assert caught.value.code == FailureCode.NO_TEXT


def test_very_long_text_is_cut_with_a_note(tmp_path):
    extraction = read_text(tmp_path, "word " * (MAX_CHARACTERS // 5 + 1))

    assert len(extraction.pages[0].text) == MAX_CHARACTERS
    assert extraction.notes == (f"text-limit:{MAX_CHARACTERS}",)


def test_markdown_is_read_without_its_marks(tmp_path):
    text = (
        "---\ntitle: !!python/object x\n---\n# Travel **policy** #\n"
        "A [link](http://a.example?q=1) and ![logo](x.png)."
        "\n<!-- not\nshown -->\n\nSetext\n---\n> quoted `code`\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n"
        "```sh\n# no heading\n```\n### C#\nlast\\_line"
    )

    extraction = read_text(tmp_path, text, MARKDOWN)

    page = extraction.pages[0]
    assert [(h.level, h.text) for h in page.headings] == [(1, "Travel policy"), (2, "Setext"), (3, "C#")]
    assert all(page.text[h.start :].startswith(h.text) for h in page.headings)
    assert extraction.title == "Travel policy"
    assert "A link and logo." in page.text
    assert "quoted code" in page.text
    assert "| a | b |\n| 1 | 2 |" in page.text
    assert "# no heading" in page.text
    assert page.text.endswith("last_line")
    for gone in ("python/object", "not\nshown", "a.example", "---", "```"):
        assert gone not in page.text


@pytest.mark.parametrize(
    "text",
    [
        "|" + "-" * 500_000 + "x",
        "# a" + " " * 500_000 + "x",
        "<!-- " * 100_000,
        "> " * 100_000 + "x",
        "*a " * 200_000,
        "[" * 200_000 + "x",
        "<a " * 100_000,
    ],
)
def test_hostile_markdown_takes_linear_time(tmp_path, text):
    started = time.process_time()
    with suppress(IndexingFailure):
        read_text(tmp_path, text, MARKDOWN)

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("연차 휴가는 15일이다.", 0.95, 1.0),
        ("Total ........ 1,200 ........ 30", 0.5, 1.0),
        ("\ue001\ue002\ue003 \ue004", 0.0, 0.0),
        ("ab\ufffd\ufffd\ufffd\ufffd", 0.2, 0.4),
        ("", 0.0, 0.0),
    ],
)
def test_quality_is_the_share_of_what_can_be_read(text, low, high):
    assert low <= text_quality(text) <= high


def test_page_numbers_are_named_in_ranges():
    assert page_ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"
