"""A document's text, its offsets, and the sections that its headings make."""

import pytest

from documents import pages
from documents.extraction import ExtractedPage
from documents.models import Page
from tests.documents.rows import document_row
from tests.factories import make_collection


def page_rows(*texts, headings=()):
    """Pages that are not stored, with their offsets; `headings` are (page number, start, level, text)."""
    rows, offset = [], 0
    for number, text in enumerate(texts, start=1):
        own = [
            {"start": start, "level": level, "text": title} for page, start, level, title in headings if page == number
        ]
        rows.append(Page(number=number, text=text, offset=offset, headings=own))
        offset += len(text) + 2
    return rows


@pytest.fixture
def document(db):
    return document_row(make_collection())


def test_offsets_of_rows_hold_in_the_joined_text(document):
    extracted = [ExtractedPage(number, text) for number, text in enumerate(["one", "", "세 번째"], start=1)]

    rows = list(pages.rows(document, extracted))

    text = pages.full_text(rows)
    assert text == "one\n\n\n\n세 번째"
    assert [text[row.offset : row.end] for row in rows] == ["one", "", "세 번째"]


def test_any_part_of_the_text_can_be_read_back(document):
    extracted = [ExtractedPage(number, text) for number, text in enumerate(["one", "", "세 번째", "four"], start=1)]
    Page.objects.bulk_create(pages.rows(document, extracted))
    text = "one\n\n\n\n세 번째\n\nfour"

    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            assert pages.text_between(document.pk, start, end) == text[start:end]
    assert pages.text_between(document.pk, len(text), len(text) + 5) == ""


def test_page_of_an_offset(document):
    Page.objects.bulk_create(pages.rows(document, [ExtractedPage(1, "one"), ExtractedPage(2, "two")]))

    assert [pages.page_at(document.pk, offset).number for offset in (0, 3, 4, 5, 99)] == [1, 1, 1, 2, 2]


def test_document_without_pages_has_no_page_at_all(document):
    assert pages.text_between(document.pk, 0, 10) == ""
    with pytest.raises(Page.DoesNotExist):
        pages.page_at(document.pk, 0)


def test_headings_make_a_path_that_goes_on_over_page_breaks():
    rows = page_rows(
        "preface\nOne\na\nOne.One\nb",
        "c\nTwo\nd",
        headings=[(1, 8, 1, "One"), (1, 14, 2, "One.One"), (2, 2, 1, "Two")],
    )

    assert [(section.page, section.heading, section.text) for section in pages.sections(rows)] == [
        (1, "", "preface\n"),
        (1, "One", "One\na\n"),
        (1, "One › One.One", "One.One\nb"),
        (2, "One › One.One", "c\n"),
        (2, "Two", "Two\nd"),
    ]


def test_section_starts_are_offsets_of_the_document():
    rows = page_rows("aa\nOne\nbb", "cc", headings=[(1, 3, 1, "One")])
    text = pages.full_text(rows)

    assert all(
        text[section.start : section.start + len(section.text)] == section.text for section in pages.sections(rows)
    )


FULL_LINES = "a line of usual length\nand another one of them\n"


@pytest.mark.parametrize(
    ("first", "second", "flows_on"),
    [
        (FULL_LINES + "that goes on over the", "page break.", True),
        (FULL_LINES + "that ends here, really.", "New page.", False),
        (FULL_LINES + "여기에서 끝납니다。", "다음 쪽", False),
        (FULL_LINES + "short", "New page.", False),
    ],
)
def test_page_that_breaks_off_in_a_sentence_flows_on(first, second, flows_on):
    assert pages.sections(page_rows(first, second))[0].flows_on is flows_on


def test_no_page_flows_on_into_a_heading():
    rows = page_rows(FULL_LINES + "that goes on over the", "Two\ntext", headings=[(2, 0, 1, "Two")])

    assert not pages.sections(rows)[0].flows_on
