import pytest

from documents.extraction.detection import detect
from documents.extraction.media_types import (
    CSV,
    DOCX,
    EML,
    HTML,
    HWP,
    HWPX,
    MARKDOWN,
    ODS,
    ODT,
    PDF,
    PPTX,
    RTF,
    TEXT,
    TSV,
    XLS,
    XLSB,
    XLSX,
    ZIP,
)
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import make_docx, make_pdf, paragraph
from tests.documents.made_office import make_ole, make_zip

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HTML_PAGE = b"<!-- saved --><!-- twice -->\n<!DOCTYPE html><html><body>x</body></html>"
MAIL = b"Received: from a by b;\r\n Mon, 2 Nov 2026\r\nFrom: kim@example.com\r\nSubject: leave\r\n\r\nHello."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.fixture
def stored(tmp_path):
    def store(content):
        path = tmp_path / "stored"
        path.write_bytes(content)
        return path

    return store


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", b"%PDF-1.7\n", PDF),
        ("a.txt", b"%PDF-1.7\n", PDF),
        ("a.pdf", b"junk\n%PDF-1.4\n", PDF),
        ("a.txt", b"The mark %PDF- begins a file.", TEXT),
        ("a.html", HTML_PAGE, HTML),
        ("a.txt", HTML_PAGE, HTML),
        ("a.htm", b"<p>only a piece</p>", HTML),
        ("a.md", b"<div>logo</div>\n\n# Title", MARKDOWN),
        ("A.MD", "# 제목".encode(), MARKDOWN),
        ("README", b"plain words", TEXT),
        ("bm25.txt", b"BM25 ranks, MZ and RIFF are letters.", TEXT),
        ("연차.txt", "연차 휴가는 15일".encode("cp949"), TEXT),
        ("연차.txt", "연차 휴가는 15일이다. 끝.".encode("utf-16"), TEXT),
        ("a.csv", b"name,days\nKim,15\n", CSV),
        ("a.tsv", b"name\tdays\nKim\t15\n", TSV),
        ("a.rtf", rb"{\rtf1 words}", RTF),
        ("a.doc", rb"{\rtf1 words}", RTF),
        ("a.xls", HTML_PAGE, HTML),
        ("a.eml", MAIL, EML),
        ("a.txt", MAIL, EML),
        ("a.eml", b"\xef\xbb\xbfSubject: leave\n\nHello.", EML),
        ("a.txt", b"From: Kim\nTo: Lee\nSubject: leave\n\ncopied by hand", TEXT),
        ("a.txt", b"Received: goods\nas ordered\nFrom: Kim", TEXT),
    ],
)
def test_content_decides_and_the_name_breaks_ties(stored, name, content, media_type):
    assert detect(stored(content), name) == media_type


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", FailureCode.EMPTY_FILE),
        ("a.pdf", PNG, FailureCode.WRONG_TYPE),
        ("a.png", PNG, FailureCode.UNSUPPORTED_TYPE),
        ("a.pdf", HTML_PAGE, FailureCode.WRONG_TYPE),
        ("a.docx", b"just text", FailureCode.WRONG_TYPE),
        ("a.html", b"%PDF-1.7\n", FailureCode.WRONG_TYPE),
        ("report.pdf.exe", b"%PDF-1.7\n", FailureCode.WRONG_TYPE),
        ("a.html", b"<svg onload='x'></svg>", FailureCode.WRONG_TYPE),
        ("a.txt", bytes(range(256)) * 50, FailureCode.WRONG_TYPE),
        ("a.dat", bytes(range(256)) * 50, FailureCode.UNSUPPORTED_TYPE),
        ("a.exe", b"MZ\x90\0\x03\0", FailureCode.UNSUPPORTED_TYPE),
        ("a.py", b"import os", FailureCode.UNSUPPORTED_TYPE),
        ("a.docx", b"PK\x03\x04 cut off", FailureCode.DAMAGED),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), FailureCode.ENCRYPTED),
        ("a.doc", OLE, FailureCode.UNSUPPORTED_TYPE),
        ("a.docx", OLE, FailureCode.WRONG_TYPE),
        ("a.pptx", b"PK\x03\x04 cut off", FailureCode.DAMAGED),
        ("a.hwp", b"words", FailureCode.WRONG_TYPE),
        ("a.eml", b"words without headers", FailureCode.WRONG_TYPE),
        ("a.html", rb"{\rtf1 words}", FailureCode.WRONG_TYPE),
        ("a.hwp", b'<?xml version="1.0"?><HWPML Version="2.1">', FailureCode.OLD_FORMAT),
        ("a.hwp", b"HWP Document File V3.00 \x1a\1\2\3" + bytes(90), FailureCode.OLD_FORMAT),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(stored, name, content, code):
    with pytest.raises(IndexingFailure) as caught:
        detect(stored(content), name)

    assert caught.value.code == code


@pytest.mark.parametrize("name", ["", ".", "..", "../../etc/passwd", "a.txt ", "x" * 5000, "가\u202e나"])
def test_odd_names_of_text_do_no_harm(stored, name):
    assert detect(stored(b"words"), name) == TEXT


@pytest.mark.parametrize("name", ["a\0.pdf", "\u202efdp.exe", "a.exe. ", "a.pdf;.php", "a.e\u200bxe"])
def test_hostile_names_of_text_are_refused(stored, name):
    with pytest.raises(IndexingFailure):
        detect(stored(b"words"), name)


def test_real_files_are_recognised_whatever_their_name(tmp_path):
    assert detect(make_pdf(tmp_path / "a", "words"), "scan") == PDF
    assert detect(make_docx(tmp_path / "b", paragraph("words")), "letter.docx") == DOCX


@pytest.mark.parametrize(
    ("part", "media_type"),
    [
        ("word/document.xml", DOCX),
        ("ppt/presentation.xml", PPTX),
        ("xl/workbook.xml", XLSX),
        ("xl/workbook.bin", XLSB),
        ("Contents/content.hpf", HWPX),
    ],
)
def test_the_parts_of_a_zip_tell_its_format(tmp_path, part, media_type):
    path = make_zip(tmp_path / "stored", {"other": "x", part: "<x/>"})

    assert detect(path, "a.hwp") == media_type
    assert detect(make_zip(tmp_path / "nested", {f"copy/{part}": "<x/>"}), "a.zip") == ZIP


@pytest.mark.parametrize("mark", [ODT, ODS, HWPX])
def test_the_first_member_of_a_zip_may_name_its_format(tmp_path, mark):
    assert detect(make_zip(tmp_path / "stored", {"content.xml": "<x/>"}, mark=mark), "a.hwp") == mark


@pytest.mark.parametrize(
    ("streams", "media_type"),
    [(["FileHeader", "DocInfo", "BodyText/Section0"], HWP), (["Workbook"], XLS), (["a", "b", "c", "d", "Book"], XLS)],
)
def test_the_streams_of_an_ole_file_tell_its_format(tmp_path, streams, media_type):
    path = make_ole(tmp_path / "stored", dict.fromkeys(streams, b"x"))

    assert detect(path, "a.hwpx") == media_type


@pytest.mark.parametrize("stream", ["WordDocument", "PowerPoint Document"])
def test_old_binary_formats_are_named_as_such(tmp_path, stream):
    path = make_ole(tmp_path / "stored", {stream: b"x", "ObjectPool/Workbook": b"x"})

    with pytest.raises(IndexingFailure) as caught:
        detect(path, "a.doc")

    assert caught.value.code == FailureCode.OLD_FORMAT


@pytest.mark.parametrize("damage", [lambda data: data[:600], lambda data: data.replace(b"\xfe\xff\xff\xff", bytes(4))])
def test_a_damaged_ole_directory_is_left(tmp_path, damage):
    path = make_ole(tmp_path / "stored", {f"s{number}": b"x" for number in range(9)})
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(IndexingFailure) as caught:
        detect(path, "a.hwp")

    assert caught.value.code == FailureCode.WRONG_TYPE


def test_a_zip_of_files_is_one_only_under_its_own_name(tmp_path):
    path = make_zip(tmp_path / "z", {"notes.txt": "words"})

    assert detect(path, "a.zip") == ZIP
    for name, code in [("a.docx", FailureCode.WRONG_TYPE), ("a.epub", FailureCode.UNSUPPORTED_TYPE)]:
        with pytest.raises(IndexingFailure) as caught:
            detect(path, name)
        assert caught.value.code == code
