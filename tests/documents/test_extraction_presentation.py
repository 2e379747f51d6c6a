import zipfile

import pytest
from pptx import Presentation
from pptx.util import Inches

from documents import notes
from documents.extraction.detection import detect
from documents.extraction.media_types import PPTX
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import read_here
from tests.documents.made_office import make_zip

DIAGRAM = (
    '<d:dataModel xmlns:d="urn:d" xmlns:a="urn:a"><d:ptLst>'
    "<d:pt><d:t><a:p><a:r><a:t>접수</a:t></a:r></a:p></d:t></d:pt>"
    "<d:pt><d:t><a:p/></d:t></d:pt></d:ptLst></d:dataModel>"
)


def add_box(shapes, text, left, top):
    box = shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1))
    box.text_frame.text = text
    return box


def saved(deck, path):
    deck.save(str(path))
    return path


def failure_of(path):
    with pytest.raises(IndexingFailure) as caught:
        read_here(path, PPTX)
    return caught.value.code


def test_every_slide_is_a_page_with_its_title_and_its_notes(tmp_path):
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "휴가 제도"
    first.placeholders[1].text_frame.text = "연차 15일\n반차 가능"
    first.notes_slide.notes_text_frame.text = "천천히 설명"
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "절차"

    path = saved(deck, tmp_path / "a")
    extraction = read_here(path, PPTX)

    assert detect(path, "a.pptx") == PPTX
    assert extraction.page_based
    assert extraction.title == "휴가 제도"
    assert [page.text for page in extraction.pages] == ["휴가 제도\n\n연차 15일\n반차 가능\n\n※ 천천히 설명", "절차"]
    assert [heading.text for page in extraction.pages for heading in page.headings] == ["휴가 제도", "절차"]


def test_texts_are_read_from_top_to_bottom_and_left_to_right(tmp_path):
    deck = Presentation()
    shapes = deck.slides.add_slide(deck.slide_layouts[6]).shapes
    add_box(shapes, "bottom", 1, 6)
    add_box(shapes, "right", 6, 1.1)
    add_box(shapes, "left", 1, 1.2)
    group = shapes.add_group_shape()
    add_box(group.shapes, "in a group, second", 1, 4)
    add_box(group.shapes, "in a group, first", 1, 3)
    hidden = add_box(shapes, "hidden", 1, 5)
    hidden._element.nvSpPr.cNvPr.set("hidden", "1")

    assert read_here(saved(deck, tmp_path / "a"), PPTX).pages[0].text.split("\n\n") == [
        "left", "right", "in a group, first", "in a group, second", "bottom",
    ]  # fmt: skip


def test_tables_are_rows(tmp_path):
    deck = Presentation()
    frame = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1))
    for index, text in enumerate(["구분", "일수", "연차\n휴가", "15일"]):
        frame.table.cell(index // 2, index % 2).text = text

    assert read_here(saved(deck, tmp_path / "a"), PPTX).pages[0].text == "구분 | 일수\n연차 휴가 | 15일"


def test_hidden_slides_keep_their_number_but_not_their_text(tmp_path):
    deck = Presentation()
    for text in ("one", "two", "three"):
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        add_box(slide.shapes, text, 1, 1)
        if text == "two":
            slide._element.set("show", "0")

    extraction = read_here(saved(deck, tmp_path / "a"), PPTX)

    assert [page.text for page in extraction.pages] == ["one", "", "three"]
    assert "2" in notes.explain(extraction.notes[0])


def deck_parts(slide):
    relations = '<Relationships><Relationship Id="r1" Type="x/{}" Target="{}"/></Relationships>'
    return {
        "ppt/presentation.xml": '<p xmlns:r="urn:r"><sldIdLst><sldId id="256" r:id="r1"/></sldIdLst></p>',
        "ppt/_rels/presentation.xml.rels": relations.format("slide", "slides/slide1.xml"),
        "ppt/slides/slide1.xml": slide,
        "ppt/slides/_rels/slide1.xml.rels": relations.format("diagramData", "../diagrams/data1.xml"),
        "ppt/diagrams/data1.xml": DIAGRAM,
    }


def test_diagrams_are_read_as_a_list(tmp_path):
    graphic = '<graphic><graphicData><relIds r:dm="r1"/></graphicData></graphic>'
    slide = f'<s xmlns:r="urn:r"><cSld><spTree><graphicFrame>{graphic}</graphicFrame></spTree></cSld></s>'

    assert read_here(make_zip(tmp_path / "a", deck_parts(slide)), PPTX).pages[0].text == "- 접수"


@pytest.mark.parametrize(
    ("slide", "code"),
    [
        ('<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]><s>&x;</s>', FailureCode.DAMAGED),
        ("<s><cSld>", FailureCode.DAMAGED),
        ("<g>" * 5000 + "</g>" * 5000, FailureCode.TOO_COMPLEX),
        ("<s/>", FailureCode.NO_TEXT),
    ],
)
def test_hostile_slides_are_refused(tmp_path, slide, code):
    assert failure_of(make_zip(tmp_path / "a", deck_parts(slide))) == code


def test_targets_that_aim_elsewhere_are_not_followed(tmp_path):
    parts = deck_parts("<s/>")
    parts["ppt/_rels/presentation.xml.rels"] = '<R><R Id="r1" Type="x/slide" Target="../../../etc/passwd"/></R>'

    assert failure_of(make_zip(tmp_path / "a", parts)) == FailureCode.NO_TEXT


def test_bombs_and_ruins_are_refused(tmp_path):
    bomb = make_zip(tmp_path / "a", deck_parts("<s/>") | {"ppt/media/x": b"0" * 40_000_000})
    assert failure_of(bomb) == FailureCode.TOO_COMPLEX

    bomb.write_bytes(bomb.read_bytes()[:700])
    assert failure_of(bomb) == FailureCode.DAMAGED

    with zipfile.ZipFile(tmp_path / "b", "w") as archive:
        archive.writestr("other", "x")
    assert failure_of(tmp_path / "b") == FailureCode.DAMAGED
