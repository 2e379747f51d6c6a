"""Question sets come in from files, told row by row what is wrong, and go out so that they come in again the same."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from documents.models import Document
from search import question_sets
from search.models import Judgement, Question, QuestionImport, QuestionSet
from search.question_sets import Asked, Judged
from search.questions import beir_archive, exporting, importing, spreadsheet
from search.questions.naming import Names
from search.questions.rows import Unreadable
from tests.factories import make_collection, make_user
from tests.search.question_files import beir_of, csv_of, document_of, zip_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_user("ann", staff=True, is_superuser=True)


@pytest.fixture
def rules():
    pages = ("Leave is 15 days.  It is\nnot carried over.", "Sick leave needs a certificate.")
    return document_of(make_collection(), *pages, title="Work rules", file_name="rules.pdf")


def dry(content, reader):
    return importing.dry_run(spreadsheet.read(content), reader)


def told(name="Q"):
    """All that a set says, in an order of its own."""
    rows = Question.objects.filter(question_set__name=name, state="ready").prefetch_related("judgements")
    return sorted(
        (
            row.text,
            row.language,
            row.split,
            row.is_answerable,
            row.parallel_of and row.parallel_of.text,
            sorted(row.judgements.values_list("document", "page", "start", "end", "relevance", "is_whole")),
        )
        for row in rows
    )


def test_row_names_a_document_by_file_or_title_and_a_quote_whatever_its_spaces(ann, rules):
    content = csv_of(
        ("How long?", "RULES.pdf", "1", "It is not  carried over.", "1"),
        ("How long?", "work rules", "", "Leave is 15 days", "2"),
        ("Certificate?", "hr/rules.pdf", "2", "", ""),
        ("All of it?", "rules", "", "", ""),
        ("Pets?", "", "", "", ""),
    )

    run = dry(content, ann)

    long, certificate, whole, pets = sorted(run.asked, key=lambda one: ["H", "C", "A", "P"].index(one.text[0]))
    assert run.problems == ()
    assert [(one.page, one.start, one.end, one.relevance) for one in long.judged] == [(1, 19, 42, 1), (1, 0, 16, 2)]
    assert [(one.page, one.start, one.end) for one in certificate.judged] == [(2, 44, 75)]
    assert (whole.judged[0].is_whole, pets.is_answerable, pets.judged) == (True, False, [])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("", "rules.pdf", "", "", ""), "The question is empty"),
        (("Q?", "gone.pdf", "", "", ""), "No searchable document is called “gone.pdf”"),
        (("Q?", "rules.pdf", "x", "", ""), "“x” is not a number"),
        (("Q?", "rules.pdf", "9", "", ""), "no text on page 9"),
        (("Q?", "rules.pdf", "1", "certificate", ""), "not on page 1 but on page 2"),
        (("Q?", "rules.pdf", "", "thirty days", ""), "does not say this"),
        (("Q?", "rules.pdf", "", "", "5"), "“5” is not 2"),
        (("Q" * 10_001, "rules.pdf", "", "", ""), "longer than 10000"),
    ],
)
def test_row_that_cannot_come_in_is_told_with_its_number(ann, rules, row, words):
    run = dry(csv_of(("Good?", "rules.pdf", "", "", ""), row), ann)

    (problem,) = run.problems
    assert (problem.number, [one.text for one in run.asked]) == (3, ["Good?"])
    assert words in problem.text


def test_question_of_which_one_row_is_bad_stays_out_as_a_whole(ann, rules):
    run = dry(csv_of(("Q?", "rules.pdf", "", "", ""), ("Q?", "gone.pdf", "", "", "")), ann)

    assert (run.asked, len(run.problems)) == ((), 1)


def test_document_of_two_collections_has_to_be_named_with_its_collection(ann, rules):
    other = document_of(make_collection("Old"), "Old text.", file_name="rules.pdf")

    run = dry(csv_of(("A?", "rules.pdf", "", "", ""), ("B?", "Old/rules.pdf", "", "", "")), ann)

    assert "2 documents are called “rules.pdf” (Old, Rules)" in run.problems[0].text
    assert run.asked[0].judged[0].document_id == other.pk


def test_documents_that_the_person_may_not_see_are_not_there(rules):
    run = dry(csv_of(("A?", "rules.pdf", "", "", "")), make_user("eve"))

    assert "No searchable document" in run.problems[0].text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_file_is_read_as_spreadsheets_write_it(encoding, delimiter):
    content = f"질문{delimiter}문서\r\n연차는 며칠인가요?{delimiter}규정.pdf\r\n".encode(encoding)

    (row,) = spreadsheet.read(content)

    assert (row.number, row.question, row.document) == (2, "연차는 며칠인가요?", "규정.pdf")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "“question” is missing"),
        (b"a,b\n1,2\n", "“question” is missing"),
        (b"\xff\xff\x81\x00", "not text"),
        (b'question\n"' + b"x" * 200_000, "cannot be read"),
    ],
)
def test_file_that_cannot_be_read_is_one_plain_sentence(content, words):
    with pytest.raises(Unreadable, match=words):
        spreadsheet.read(content)


def test_file_with_far_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)

    assert len(spreadsheet.read(b"question\n" + b"q\n" * 3)) == 3
    with pytest.raises(Unreadable, match="more than 3 rows"):
        spreadsheet.read(b"question\n" + b"q\n" * 4)


def test_zero_bytes_and_short_rows_do_no_harm():
    rows = spreadsheet.read(b"question,document\nwhat\x00 now?\n,\n\nnext?,a,b,c\n")

    assert [(row.question, row.document) for row in rows] == [("what  now?", ""), ("next?", "a")]


def test_set_goes_out_as_csv_and_comes_in_as_it_was(ann, rules):
    filled(rules, ann)
    before = told()

    content = "".join(exporting.as_csv(QuestionSet.objects.get(), ann))
    QuestionSet.objects.all().delete()
    run = dry(content.encode(), ann)
    importing.take("Q", run, ann)

    assert (run.problems, told()) == ((), before)
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert "'=SUM(A1) is what?" in cells
    assert not any(cell.startswith("=") for cell in cells)


def test_set_goes_out_as_beir_and_comes_in_as_it_was(ann, rules):
    filled(rules, ann)
    before = told()

    content = exporting.as_beir(QuestionSet.objects.get(), ann)
    QuestionSet.objects.all().delete()
    archive = beir_archive.read_zip(content)
    importing.take("Q", importing.dry_run(beir_archive.rows(archive, Names(ann)), ann), ann)

    assert told() == before
    assert [one.text for one in archive.documents][0].startswith("Leave is 15 days.")


def filled(rules, ann):
    passages = [Judged(rules.pk, 1, 0, 17, 2), Judged(rules.pk, 2, 44, 75, 1)]
    question_sets.add_all(
        "Q",
        [
            Asked("How long is leave?", "import", passages, pair="a"),
            Asked("휴가는 며칠인가요?", "import", pair="a", split="held_out"),
            Asked("=SUM(A1) is what?", "import", [Judged(rules.pk, 1, 0, 0, 2, is_whole=True)]),
            Asked("Are pets allowed?", "import", is_answerable=False),
            Asked("Where is its source?", "import"),
        ],
        ann,
    )


def test_beir_ids_are_file_names_or_their_titles_are_known(ann, rules):
    leave = document_of(rules.collection, "Leave text.", title="Leave guide", file_name="x17.txt")
    archive = beir_archive.read_zip(
        beir_of(
            [{"_id": "rules.pdf", "text": "a"}, {"_id": "77", "title": "Leave guide", "text": "b"}],
            [{"_id": "1", "text": "One?"}, {"_id": 2, "text": "Two?"}, {"_id": "3", "text": "unjudged"}],
            [("1", "rules.pdf", "3"), ("1", "77", "1"), ("2", "77", "2")],
        )
    )

    run = importing.dry_run(beir_archive.rows(archive, Names(ann)), ann)

    one, two = sorted(run.asked, key=lambda asked: asked.text)
    assert {(judged.document_id, judged.relevance) for judged in one.judged} == {(rules.pk, 2), (leave.pk, 1)}
    assert (two.judged[0].document_id, two.judged[0].is_whole, two.split) == (leave.pk, True, "held_out")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 broken", "damaged"),
        (zip_of({"readme.txt": "hello"}), r"no queries\.jsonl"),
        (zip_of({"queries.jsonl": '{"_id": "1"}'}), r"queries\.jsonl, line 1"),
        (zip_of({"queries.jsonl": "[" * 100_000}), r"queries\.jsonl, line 1"),
        (zip_of({"queries.jsonl": b"\xff\xfe\x00"}), "not UTF-8"),
        (zip_of({f"{number}.txt": "" for number in range(1001)}), "too many files"),
        (zip_of({"queries.jsonl": "", "qrels/test.tsv": "h\nq1 d1 1"}), r"qrels/test\.tsv, line 2"),
    ],
)
def test_hostile_archive_is_one_plain_sentence(content, words):
    with pytest.raises(Unreadable, match=words):
        beir_archive.read_zip(content)


def test_archive_that_unpacks_to_far_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(beir_archive, "MOST_UNPACKED", 10_000)

    with pytest.raises(Unreadable, match="too large"):
        beir_archive.read_zip(zip_of({"queries.jsonl": "0" * 20_000}))


def test_page_shows_what_would_come_in_and_takes_only_what_was_decided(client, ann, rules):
    client.force_login(ann)
    content = csv_of(("Good?", "rules.pdf", "", "", ""), ("Bad?", "gone.pdf", "", "", ""))

    sent = {"file": SimpleUploadedFile("q.csv", content), "name": "Mine"}
    answer = client.post(reverse("search:question_import"), sent)
    page = client.get(answer.url).content.decode()
    assert all(words in page for words in ("No searchable document is called “gone.pdf”", "Import the 1 good question"))
    client.post(answer.url, {"all": "1"})
    assert not Question.objects.exists()
    client.post(answer.url, {"only_good": "1"})

    assert [(row.text, row.origin) for row in Question.objects.all()] == [("Good?", "import")]
    assert not QuestionImport.objects.exists()


def test_file_of_another_person_is_not_there(client, ann):
    given = QuestionImport.objects.create(
        set_name="Q", layout="csv", file_name="a", content=b"question\nA?", given_by=ann
    )
    client.force_login(make_user("bea", staff=True))

    assert client.get(reverse("search:question_import_check", args=[given.pk])).status_code == 404


def test_file_that_cannot_be_read_is_told_on_the_form(client, ann):
    client.force_login(ann)

    page = client.post(reverse("search:question_import"), {"file": SimpleUploadedFile("q.csv", b"a,b"), "name": "Q"})

    assert "“question” is missing" in page.content.decode()
    assert not QuestionImport.objects.exists()


def test_documents_of_a_folder_come_into_a_collection_if_asked(client, ann):
    shelf = make_collection("Corpus")
    client.force_login(ann)
    content = beir_of(
        [{"_id": "d1", "title": "One", "text": "First text."}], [{"_id": "1", "text": "One?"}], [("1", "d1", "1")]
    )

    sent = {"file": SimpleUploadedFile("q.zip", content), "name": "Q", "collection": shelf.pk}
    check = client.post(reverse("search:question_import"), sent).url
    client.post(f"{check}/corpus")

    document = Document.objects.get()
    assert (document.collection, document.title, document.file_name) == (shelf, "One", "d1.txt")
    assert "still being read" in client.get(check).content.decode()


def test_command_imports_and_exports(tmp_path, ann, rules, capsys):
    path = tmp_path / "q.csv"
    path.write_bytes(csv_of(("Good?", "rules.pdf", "1", "", ""), ("Bad?", "gone.pdf", "", "", "")))

    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("questions", "import", str(path), "--set", "Q")
    call_command("questions", "import", str(path), "--set", "Q", "--only-good")
    call_command("questions", "export", str(tmp_path / "out.zip"), "--set", "Q")

    assert "row 3: No searchable document" in capsys.readouterr().err
    assert Judgement.objects.get().question.text == "Good?"
    assert [query["text"] for query in beir_archive.read_zip((tmp_path / "out.zip").read_bytes()).queries] == ["Good?"]
