"""The sample library, its manifest and its questions agree with each other and with the files' real text."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lxml.html
import pypdf
import pypdfium2
import pytest
from docx import Document

from portal.samples.build import FONT_FOLDER, LIBRARY, SOURCES, build
from portal.samples.pdf import FONTS, FontError, register_fonts, write_pdf
from portal.samples.source import (
    Grid,
    Heading,
    Items,
    Note,
    PageBreak,
    Prose,
    SourceError,
    plain,
    read_source,
)
from portal.samples.word import write_docx

CP949 = "hr/contacts-ko.txt"
MANIFEST = json.loads((LIBRARY.parent / "manifest.json").read_text(encoding="utf-8"))
DOCUMENTS = {row["file"]: row for shelf in MANIFEST["collections"] for row in shelf["documents"]}
QUESTIONS = [json.loads(line) for line in (LIBRARY.parent / "questions.jsonl").read_text("utf-8").splitlines()]
ANSWERABLE = [row for row in QUESTIONS if row["answerable"]]
PDFS = sorted(file for file in DOCUMENTS if file.endswith(".pdf"))
needs_fonts = pytest.mark.skipif(
    not all((FONT_FOLDER / file).is_file() for file in FONTS.values()),
    reason="the Nanum fonts are not installed",
)


def squeeze(text: str) -> str:
    return " ".join(text.split())


@cache
def pages_of(path: Path) -> tuple[str, ...]:
    readers = {".pdf": read_pdf, ".docx": read_docx, ".html": read_html}
    return tuple(squeeze(page) for page in readers.get(path.suffix, read_text)(path))


def read_pdf(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def read_docx(path: Path) -> list[str]:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return ["\n".join([paragraph.text for paragraph in document.paragraphs] + cells)]


def read_html(path: Path) -> list[str]:
    return [lxml.html.fromstring(path.read_bytes()).text_content()]


def read_text(path: Path) -> list[str]:
    encoding = "cp949" if path == LIBRARY / CP949 else "utf-8"
    return [path.read_bytes().decode(encoding)]


def words_of(block: object) -> Iterator[str]:
    match block:
        case Heading(text=text) | Prose(text=text):
            yield from plain(text).split()
        case Note(paragraphs=texts) | Items(texts=texts):
            yield from (word for text in texts for word in plain(text).split())
        case Grid(header=header, rows=rows):
            yield from (word for row in (header, *rows) for text in row for word in plain(text).split())
        case PageBreak():
            return


def test_manifest_lists_exactly_the_files_of_the_library():
    files = {str(path.relative_to(LIBRARY)) for path in LIBRARY.rglob("*.*")}

    assert set(DOCUMENTS) == files
    assert len(files) >= 32
    assert all(
        row["file"].startswith(shelf["slug"] + "/") for shelf in MANIFEST["collections"] for row in shelf["documents"]
    )


def test_library_mixes_formats_and_languages_and_stays_small():
    formats = Counter(Path(file).suffix for file in DOCUMENTS)
    languages = Counter(row["language"] for row in DOCUMENTS.values())

    assert formats == {".pdf": 12, ".docx": 8, ".html": 5, ".md": 5, ".txt": 4}
    assert min(languages["ko"], languages["en"]) >= 15
    assert sum(path.stat().st_size for path in LIBRARY.rglob("*.*")) < 6_000_000


def test_superseded_policy_names_its_successor_in_manifest_and_text():
    old = DOCUMENTS["finance-travel/travel-policy-2024-ko.pdf"]
    successor = DOCUMENTS[old["superseded_by"]]

    assert successor["effective_from"] > old["effective_from"]
    assert f"「{successor['title']}」을 적용합니다" in pages_of(LIBRARY / old["file"])[0]


def test_every_document_number_that_is_mentioned_belongs_to_a_document():
    number = re.compile(r"\b(?:HR|SEC|FIN|ENG|QMS)-\d{3}")
    built = {path.stem: read_source(path).code for path in SOURCES.rglob("*.md")}
    texts = {Path(file).stem: " ".join(pages_of(LIBRARY / file)) for file in DOCUMENTS}
    own = {built.get(stem) or number.search(text).group() for stem, text in texts.items()}

    assert len(own) == len(DOCUMENTS)
    assert {found for text in texts.values() for found in number.findall(text)} <= own


def test_text_file_in_the_old_korean_encoding_is_not_valid_utf8():
    with pytest.raises(UnicodeDecodeError):
        (LIBRARY / CP949).read_bytes().decode("utf-8")


@pytest.mark.parametrize("file", PDFS)
def test_pdf_embeds_subset_fonts_outline_and_metadata(file):
    reader = pypdf.PdfReader(LIBRARY / file)
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    used = [font for font in fonts if font["/BaseFont"] != "/Helvetica"]

    assert used
    assert all("/FontFile2" in font["/FontDescriptor"] for font in used)
    assert all(re.match(r"/[A-Z]{6}\+Nanum", font["/BaseFont"]) for font in used)
    assert reader.outline
    assert reader.metadata.title == DOCUMENTS[file]["title"]
    assert f"{reader.metadata.creation_date:%Y-%m-%d}" == DOCUMENTS[file]["effective_from"]


@pytest.mark.parametrize("source", sorted(SOURCES.rglob("*.md")), ids=lambda path: path.stem)
def test_built_file_holds_every_word_of_its_source(source):
    parsed = read_source(source)
    file = (LIBRARY / source.relative_to(SOURCES)).with_suffix(f".{parsed.format}")

    found = set(" ".join(pages_of(file)).split())

    assert {word for block in parsed.blocks for word in words_of(block)} <= found


def test_questions_are_enough_balanced_and_partly_unanswerable():
    languages = Counter(row["language"] for row in QUESTIONS)
    directions = Counter(row["direction"] for row in ANSWERABLE)

    assert len(QUESTIONS) >= 84
    assert abs(languages["ko"] - languages["en"]) <= 2
    assert directions["ko-en"] + directions["en-ko"] >= 10
    assert len(QUESTIONS) - len(ANSWERABLE) >= 14
    assert len({row["id"] for row in QUESTIONS}) == len({row["question"] for row in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("row", ANSWERABLE, ids=lambda row: row["id"])
def test_answer_stands_on_the_named_page(row):
    pages = pages_of(LIBRARY / row["document"])

    assert squeeze(row["answer"]) in pages[row["page"] - 1]
    assert row["gold"]
    assert all(gold in row["answer"] for gold in row["gold"])
    assert row["direction"] == f"{row['language']}-{DOCUMENTS[row['document']]['language']}"
    assert "superseded_by" not in DOCUMENTS[row["document"]]


def test_unanswerable_questions_name_no_document_and_no_answer():
    fields = {field for row in QUESTIONS if not row["answerable"] for field in row}

    assert fields == {"id", "question", "language", "answerable"}


def test_annual_leave_has_exactly_one_answering_sentence_in_the_work_rules():
    text = " ".join(pages_of(LIBRARY / "hr/work-rules-ko.pdf"))

    assert text.count("15일의 연차 유급휴가를 줍니다.") == 1
    assert "제14조 (연차 유급휴가)" in text


@needs_fonts
@pytest.mark.slow
def test_building_gives_the_committed_text(tmp_path):
    built = {path.relative_to(tmp_path): path for path in build(tmp_path, FONT_FOLDER)}
    paged = {name: path for name, path in built.items() if path.suffix != ".txt"}

    assert len(built) == len(paged) + 1 == 21
    assert (tmp_path / CP949).read_bytes() == (LIBRARY / CP949).read_bytes()
    assert all(pages_of(path) == pages_of(LIBRARY / name) for name, path in paged.items())


@needs_fonts
@pytest.mark.parametrize("name", ["finance-travel/travel-policy-2024-ko.md", "hr/family-leave-ko.md"])
def test_writing_twice_gives_the_same_bytes(name):
    register_fonts(FONT_FOLDER)
    source = read_source(SOURCES / name)
    write = {"pdf": write_pdf, "docx": write_docx}[source.format]

    assert write(source) == write(source)


def test_missing_fonts_are_named_with_the_way_to_get_them(tmp_path):
    with pytest.raises(FontError, match=r"NanumGothic\.ttf is missing.*fonts-nanum"):
        register_fonts(tmp_path)


def test_source_with_a_block_that_cannot_be_drawn_is_refused(tmp_path):
    source = tmp_path / "odd.md"
    names = ("title", "language", "format", "code", "owner", "version")
    head = "".join(f"{name}: x\n" for name in names) + "effective: 2026-01-01\n"
    source.write_text(f"---\n{head}---\n\n```\ncode\n```\n", encoding="utf-8")

    with pytest.raises(SourceError, match="fence block cannot be drawn"):
        read_source(source)
