import zipfile

import pytest

from documents.extraction.detection import detect
from documents.extraction.media_types import DOCX, HTML, MARKDOWN, PDF, TEXT
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import make_docx, make_pdf, paragraph

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HTML_PAGE = b"<!-- saved --><!-- twice -->\n<!DOCTYPE html><html><body>x</body></html>"
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


def test_other_zips_are_refused(tmp_path):
    path = tmp_path / "z"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "words")

    for name, code in [("a.docx", FailureCode.WRONG_TYPE), ("a.zip", FailureCode.UNSUPPORTED_TYPE)]:
        with pytest.raises(IndexingFailure) as caught:
            detect(path, name)
        assert caught.value.code == code
