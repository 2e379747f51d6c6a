import struct
from contextlib import suppress

import pytest

from documents.extraction.detection import detect
from documents.extraction.media_types import HWP, HWPX
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import read_here
from tests.documents.made_office import (
    hwp_control,
    hwp_paragraph,
    hwp_record,
    hwp_style,
    hwp_table,
    hwpx_paragraph,
    hwpx_table,
    make_hwp,
    make_hwpx,
    make_ole,
    make_zip,
)

P = hwpx_paragraph


def page_of(path, media_type):
    return read_here(path, media_type).pages[0]


def failure_of(path, media_type):
    with pytest.raises(IndexingFailure) as caught:
        read_here(path, media_type)
    return caught.value.code


def test_paragraphs_and_headings_of_hwpx_are_read(tmp_path):
    header = (
        '<hh:style xmlns:hh="h" id="3" name="개요 2" engName="Outline 2"/>'
        '<hh:paraPr xmlns:hh="h" id="8"><hh:heading type="OUTLINE" idRef="0" level="0"/></hh:paraPr>'
    )
    body = P("제1장 총칙", shape="8") + P("목적", style="3") + P("첫 문단입니다.") + P("나" * 200, style="3")

    path = make_hwpx(tmp_path / "a", body, header=header)

    page = page_of(path, HWPX)
    assert detect(path, "a.hwp") == HWPX
    assert page.text.startswith("제1장 총칙\n\n목적\n\n첫 문단입니다.\n\n나나")
    assert [(item.level, item.text) for item in page.headings] == [(1, "제1장 총칙"), (2, "목적")]


def test_sections_of_hwpx_follow_the_spine(tmp_path):
    sections = [P(f"section {number}") for number in range(3)]

    assert page_of(make_hwpx(tmp_path / "a", *sections, order=(2, 0, 1)), HWPX).text.split("\n\n") == [
        "section 2", "section 0", "section 1",
    ]  # fmt: skip

    many = {f"Contents/section{number}.xml": f'<s xmlns:hp="h">{P(f"part {number}")}</s>' for number in range(11)}
    path = make_zip(tmp_path / "b", many, mark=HWPX)
    assert page_of(path, HWPX).text.endswith("part 9\n\npart 10")


def test_tables_of_hwpx_are_rows_and_frames_are_none(tmp_path):
    inner = hwpx_table((P("in 1"), P("in 2")))
    table = hwpx_table((P("구분"), P("일수")), (P("연차") + P("휴가"), P("15일", inner)))
    frame = hwpx_table((P("알림") + P("본문"),))

    assert page_of(make_hwpx(tmp_path / "a", P("", table) + P("", frame)), HWPX).text == (
        "구분 | 일수\n연차 휴가 | 15일\nin 1 | in 2\n\n알림\n\n본문"
    )


def test_what_hwpx_anchors_in_a_paragraph_follows_it_unless_it_is_hidden(tmp_path):
    note = f"<hp:ctrl><hp:footNote><hp:subList>{P('a note')}</hp:subList></hp:footNote></hp:ctrl>"
    hidden = "".join(
        f"<hp:ctrl><hp:{name}><hp:subList>{P('secret')}</hp:subList></hp:{name}></hp:ctrl>"
        for name in ("header", "footer", "hiddenComment")
    )
    box = f"<hp:rect><hp:drawText><hp:subList>{P('in a box')}</hp:subList></hp:drawText></hp:rect>"
    box = f"<hp:container>{box}</hp:container>"
    text = "one<hp:tab/>two<hp:lineBreak/>three<hp:deleteBegin/>gone<hp:deleteEnd/>"

    assert page_of(make_hwpx(tmp_path / "a", P(text, note, hidden, box)), HWPX).text == (
        "one\ttwo\nthree\n\n※ a note\n\nin a box"
    )


def test_hostile_hwpx_is_refused(tmp_path):
    entities = make_zip(
        tmp_path / "a", {"Contents/section0.xml": '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}, mark=HWPX
    )
    assert failure_of(entities, HWPX) == FailureCode.DAMAGED

    bomb = make_zip(tmp_path / "b", {"Contents/section0.xml": b" " * 40_000_000}, mark=HWPX)
    assert failure_of(bomb, HWPX) == FailureCode.TOO_COMPLEX

    manifest = '<m xmlns="urn:x"><file-entry><encryption-data/></file-entry></m>'
    encrypted = make_zip(tmp_path / "c", {"META-INF/manifest.xml": manifest}, mark=HWPX)
    assert failure_of(encrypted, HWPX) == FailureCode.ENCRYPTED

    assert failure_of(make_zip(tmp_path / "d", {"Contents/content.hpf": "<x/>"}), HWPX) == FailureCode.DAMAGED


@pytest.mark.parametrize("flags", [0, 1])
def test_paragraphs_and_headings_of_hwp_are_read(tmp_path, flags):
    styles = hwp_style("바탕글", "Normal") + hwp_style("개요 1", "Outline 1") + hwp_style("own")
    styles = hwp_record(25, 1, bytes(54)) + hwp_record(25, 1, struct.pack("<L", 1 << 23 | 1 << 25) + bytes(50)) + styles
    body = (
        hwp_paragraph("제1장 총칙", style=1) + hwp_paragraph("목적", style=2, shape=1) + hwp_paragraph("첫 문단입니다.")
    )

    path = make_hwp(tmp_path / "a", body, hwp_paragraph("둘째 구역"), styles=styles, flags=flags)

    page = page_of(path, HWP)
    assert detect(path, "a.hwpx") == HWP
    assert page.text == "제1장 총칙\n\n목적\n\n첫 문단입니다.\n\n둘째 구역"
    assert [(item.level, item.text) for item in page.headings] == [(1, "제1장 총칙"), (2, "목적")]


def test_the_title_of_hwp_comes_from_its_properties(tmp_path):
    path = make_hwp(tmp_path / "a", hwp_paragraph("words"), title="2026 휴가 규정.hwp")

    assert read_here(path, HWP).title == "2026 휴가 규정"

    damaged = path.read_bytes().replace(struct.pack("<LLLL", 1, 2, 16, 31), b"\xff" * 16)
    path.write_bytes(damaged)
    assert (read_here(path, HWP).title, page_of(path, HWP).text) == ("", "words")


def test_controls_in_the_text_of_hwp_are_skipped(tmp_path):
    control = struct.pack("<H", 11) + b" lbt" + bytes(8) + struct.pack("<H", 11)
    tab = struct.pack("<H", 9) + b"\xd8\xd8" * 6 + struct.pack("<H", 9)
    text = (
        "앞".encode("utf-16-le") + control + "뒤".encode("utf-16-le") + tab + "끝\n줄\x18표\x1e빈".encode("utf-16-le")
    )

    assert page_of(make_hwp(tmp_path / "a", hwp_paragraph(text)), HWP).text == "앞뒤\t끝\n줄-표 빈"


def test_tables_of_hwp_are_rows_and_frames_are_none(tmp_path):
    inner = hwp_paragraph("15일", 2) + hwp_table(3, (0, 0, hwp_paragraph("in 1", 4)), (0, 1, hwp_paragraph("in 2", 4)))
    table = hwp_table(
        1,
        (0, 0, hwp_paragraph("구분", 2)),
        (0, 1, hwp_paragraph("일수", 2)),
        (1, 0, hwp_paragraph("연차", 2) + hwp_paragraph("휴가", 2)),
        (1, 1, inner),
    )
    frame = hwp_table(1, (0, 0, hwp_paragraph("알림", 2) + hwp_paragraph("본문", 2)))

    path = make_hwp(tmp_path / "a", hwp_paragraph("표") + table + hwp_paragraph("상자") + frame)

    assert page_of(path, HWP).text == "표\n\n구분 | 일수\n연차 휴가 | 15일\nin 1 | in 2\n\n상자\n\n알림\n\n본문"


def test_what_hwp_anchors_in_a_paragraph_follows_it_unless_it_is_hidden(tmp_path):
    note = hwp_control("fn  ", 1) + hwp_record(72, 2, bytes(8)) + hwp_paragraph("a note", 2)
    box = hwp_control("gso ", 1) + hwp_record(76, 2) + hwp_record(72, 3, bytes(8)) + hwp_paragraph("in a box", 3)
    hidden = b"".join(hwp_control(name, 1) + hwp_paragraph("secret", 2) for name in ("head", "foot", "tcmt"))

    path = make_hwp(tmp_path / "a", hwp_paragraph("text") + note + box + hidden)

    assert page_of(path, HWP).text == "text\n\n※ a note\n\nin a box"


@pytest.mark.parametrize("flag", [1, 2, 4, 8, 10])
def test_protected_hwp_is_named_as_such(tmp_path, flag):
    assert failure_of(make_hwp(tmp_path / "a", hwp_paragraph("x"), flags=1 | 1 << flag), HWP) == FailureCode.ENCRYPTED


@pytest.mark.parametrize(
    ("section", "code"),
    [
        (struct.pack("<L", 66 | 4000 << 20) + b"short", FailureCode.DAMAGED),
        (struct.pack("<LL", 67 | 0xFFF << 20, 0xFFFFFFFF) + b"short", FailureCode.DAMAGED),
        (b"".join(hwp_record(66, level) for level in range(1000)), FailureCode.TOO_COMPLEX),
        (hwp_record(66, 0) * 1_000_001, FailureCode.TOO_COMPLEX),
        (bytes(100_000_001), FailureCode.TOO_COMPLEX),
        (hwp_record(66, 0) + hwp_record(67, 1, b"\x0b"), FailureCode.NO_TEXT),
        (hwp_record(66, 0) + hwp_record(67, 1, b"\x0b\0x"), FailureCode.NO_TEXT),
        (hwp_table(1, (65535, 65535, b"")), FailureCode.NO_TEXT),
    ],
)
def test_records_that_lie_are_refused(tmp_path, section, code):
    assert failure_of(make_hwp(tmp_path / "a", section), HWP) == code


def test_ruins_of_hwp_are_damaged(tmp_path):
    path = make_hwp(tmp_path / "a", hwp_paragraph("".join(map(chr, range(0xAC00, 0xD7A0)))))
    whole = path.read_bytes()

    for damaged in (
        whole[:3000],
        whole.replace(b"HWP Document File", b"HWP Something else"),
        # Every chain of sectors leads back to the first one.
        whole[:-512] + struct.pack("<128L", *[0] * 128),
        whole.replace(b"B\0o\0d\0y\0T\0e\0x\0t\0", b"X\0o\0d\0y\0T\0e\0x\0t\0"),
        whole[:10_000] + b"\xff" * 300 + whole[10_300:],
    ):
        path.write_bytes(damaged)
        assert failure_of(path, HWP) == FailureCode.DAMAGED

    assert failure_of(make_ole(tmp_path / "b", {"FileHeader": b"HWP Document File"}), HWP) == FailureCode.DAMAGED


def test_a_cut_anywhere_in_a_hwp_file_raises_nothing_but_named_failures(tmp_path):
    whole = make_hwp(tmp_path / "a", hwp_paragraph("words"), styles=hwp_style("개요 1"), flags=0).read_bytes()

    for length in range(0, len(whole), 97):
        (tmp_path / "b").write_bytes(whole[:length] + bytes(len(whole) - length))
        with suppress(IndexingFailure):
            read_here(tmp_path / "b", HWP)
