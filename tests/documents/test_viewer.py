import io
import logging

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics

from documents.extraction import extract
from documents.extraction.media_types import PDF
from documents.failure_codes import FailureCode, IndexingFailure
from documents.viewer import forget_pictures, highlight_boxes, page_picture
from tests.documents.made_files import KOREAN_FONT, canvas, make_pdf, raw_pdf, write_lines

WIDTH, HEIGHT = A4
TEXT = "연차 휴가는 매년 15일을 준다.\nApply to your team lead."


def boxes_of(path, words, page=1):
    text = extract(path, PDF).pages[page - 1].text
    start = text.index(words)
    return highlight_boxes(path, page, start, start + len(words))


def picture_of(path, width=800, page=1, cache=None):
    return Image.open(io.BytesIO(page_picture(path, page, width, cache or path.parent / "cache")))


def test_a_quote_is_boxed_exactly_where_it_is_drawn(tmp_path):
    path = make_pdf(tmp_path / "a", TEXT)
    before = pdfmetrics.stringWidth("연차 ", KOREAN_FONT, 14)
    words = pdfmetrics.stringWidth("휴가는", KOREAN_FONT, 14)

    (box,) = boxes_of(path, "휴가는")

    assert box.x * WIDTH == pytest.approx(72 + before, abs=1.5)
    assert box.width * WIDTH == pytest.approx(words, abs=1.5)
    assert box.y * HEIGHT < HEIGHT - 750 < (box.y + box.height) * HEIGHT
    assert box.height * HEIGHT < 2 * 14


def test_a_quote_over_two_lines_has_a_box_for_each(tmp_path):
    first, second = boxes_of(make_pdf(tmp_path / "a", TEXT), "15일을 준다.\nApply to")

    assert first.x > second.x
    assert second.y - first.y == pytest.approx(28 / HEIGHT, abs=0.004)


def test_boxes_hold_when_the_file_writes_letters_that_extraction_mends(tmp_path):
    path = make_pdf(tmp_path / "a", "soft\u00adhyphen \u200bcafe\u0301 then words")

    (box,) = boxes_of(path, "words")

    assert extract(path, PDF).pages[0].text.startswith("softhyphen café")
    raw_before = pdfmetrics.stringWidth("soft\u00adhyphen \u200bcafe\u0301 then ", KOREAN_FONT, 14)
    assert box.x * WIDTH == pytest.approx(72 + raw_before, abs=2)


PARAGRAPH = (
    "회사는 한 해 동안 여든 날 이상 출근한 모든 직원에게",
    "열다섯 날의 유급 휴가를 주며, 쓰지 않은 휴가는 다음",
    "해로 넘기지 않는다. The rule on holidays, its infor-",
    "mation sheet and the information form are on the net.",
)


def _drawn_paragraph(path):
    drawing = canvas(path)
    write_lines(drawing, *PARAGRAPH, leading=1.6)
    drawing.save()
    return path


def test_a_quote_over_a_line_end_that_extraction_mended_is_boxed_on_both_lines(tmp_path):
    path = _drawn_paragraph(tmp_path / "a")

    first, second = boxes_of(path, "모든 직원에게 열다섯 날의")

    before = pdfmetrics.stringWidth(PARAGRAPH[0].removesuffix("모든 직원에게"), KOREAN_FONT, 14)
    assert first.x * WIDTH == pytest.approx(72 + before, abs=1.5)
    assert second.x * WIDTH == pytest.approx(72, abs=1.5)
    assert second.width * WIDTH == pytest.approx(pdfmetrics.stringWidth("열다섯 날의", KOREAN_FONT, 14), abs=1.5)
    assert second.y - first.y == pytest.approx(1.6 * 14 / HEIGHT, abs=0.002)


def test_a_word_put_together_at_its_hyphen_is_boxed_in_both_parts(tmp_path):
    path = _drawn_paragraph(tmp_path / "a")

    first, second = boxes_of(path, "information sheet")

    assert first.width * WIDTH == pytest.approx(pdfmetrics.stringWidth("infor", KOREAN_FONT, 14), abs=1.5)
    assert second.width * WIDTH == pytest.approx(pdfmetrics.stringWidth("mation sheet", KOREAN_FONT, 14), abs=1.5)
    assert "information form are" in extract(path, PDF).pages[0].text


def test_every_word_behind_mended_lines_is_boxed_where_it_is_drawn(tmp_path):
    path = _drawn_paragraph(tmp_path / "a")
    text = extract(path, PDF).pages[0].text

    (box,) = boxes_of(path, "the net")

    assert "\n" not in text
    before = PARAGRAPH[3].removesuffix("the net.")
    assert box.x * WIDTH == pytest.approx(72 + pdfmetrics.stringWidth(before, KOREAN_FONT, 14), abs=1.5)


@pytest.mark.parametrize(("rotation", "is_upright"), [(0, True), (90, False), (180, True), (270, False)])
def test_boxes_follow_a_rotated_page(tmp_path, rotation, is_upright):
    drawing = canvas(tmp_path / "a")
    drawing.setPageRotation(rotation)
    write_lines(drawing, TEXT.split("\n")[0], y=400)
    drawing.save()

    boxes = boxes_of(tmp_path / "a", "휴가는")
    picture = picture_of(tmp_path / "a")

    left, right = min(b.x for b in boxes), max(b.x + b.width for b in boxes)
    top, bottom = min(b.y for b in boxes), max(b.y + b.height for b in boxes)
    assert (right - left) * picture.width > 10
    assert ((right - left) * picture.width > (bottom - top) * picture.height) is is_upright
    marked = picture.convert("L").crop(
        (
            int(left * picture.width),
            int(top * picture.height),
            int(right * picture.width),
            int(bottom * picture.height),
        )
    )
    assert marked.getextrema()[0] < 200


def test_a_cropped_page_is_boxed_within_what_is_shown(tmp_path):
    drawing = canvas(tmp_path / "a")
    drawing.setCropBox((50, 700, 550, 800))
    write_lines(drawing, TEXT.split("\n")[0])
    drawing.save()

    (box,) = boxes_of(tmp_path / "a", "연차")

    assert box.x * 500 == pytest.approx(72 - 50, abs=1.5)
    assert box.y * 100 < 800 - 750 < (box.y + box.height) * 100


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 2), (10_000, 20_000), (-9, -3)])
def test_a_range_outside_the_text_has_no_box(tmp_path, start, end):
    assert highlight_boxes(make_pdf(tmp_path / "a", TEXT), 1, start, end) == []


@pytest.mark.parametrize(("asked", "drawn"), [(-5, 200), (640, 800), (10**9, 2400)])
def test_pictures_have_one_of_a_few_widths(tmp_path, asked, drawn):
    picture = picture_of(make_pdf(tmp_path / "a", TEXT), asked)

    assert picture.format == "PNG"
    assert picture.width == drawn
    assert picture.height == pytest.approx(drawn * HEIGHT / WIDTH, abs=2)


def test_colour_is_kept_and_grey_is_stored_as_grey(tmp_path):
    drawing = canvas(tmp_path / "a")
    drawing.setFillColorRGB(1, 0, 0)
    drawing.rect(0, 0, *A4, fill=1)
    drawing.save()

    assert picture_of(tmp_path / "a").getpixel((100, 100)) == (255, 0, 0)
    assert picture_of(make_pdf(tmp_path / "b", TEXT)).mode == "L"


def test_an_endless_page_costs_no_memory(tmp_path):
    (tmp_path / "a").write_bytes(
        raw_pdf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 1000000000 1000000000]>>"),
    )

    picture = picture_of(tmp_path / "a")

    assert picture.width * picture.height <= 12_000_000


def test_pictures_come_from_the_cache_until_they_are_forgotten(tmp_path):
    path = make_pdf(tmp_path / "a", TEXT)
    cache = tmp_path / "cache"
    first = page_picture(path, 1, 800, cache)
    path.unlink()

    assert page_picture(path, 1, 800, cache) == first
    assert len([file for file in cache.rglob("*") if file.is_file()]) == 1
    forget_pictures(path, cache)
    with pytest.raises(IndexingFailure):
        page_picture(path, 1, 800, cache)


def test_a_picture_that_cannot_be_kept_is_shown_all_the_same(tmp_path, caplog):
    path = make_pdf(tmp_path / "a", TEXT)
    cache = tmp_path / "cache"
    first = page_picture(path, 1, 800, cache)
    (kept,) = cache.rglob("*.png")
    kept.unlink()
    kept.mkdir()

    with caplog.at_level(logging.WARNING):
        assert page_picture(path, 1, 800, cache) == first

    assert "could not be kept" in caplog.text
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.parametrize("page", [0, 2, -1])
def test_a_page_that_is_not_there_is_a_named_failure(tmp_path, page):
    path = make_pdf(tmp_path / "a", TEXT)

    for look in (lambda: page_picture(path, page, 800, tmp_path), lambda: highlight_boxes(path, page, 0, 5)):
        with pytest.raises(IndexingFailure) as caught:
            look()
        assert caught.value.code == FailureCode.DAMAGED
