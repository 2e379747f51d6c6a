"""What the operations of the REST API do, for somebody who may do it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.models import Document, IndexJob
from portal.models import AuditEvent
from tests.chat.shelf import cited_answer, shelves, text_document
from tests.documents.rows import document_row, job_row
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows
from tests.portal.programs import program, said

pytestmark = pytest.mark.django_db

API = "/api/v1"
TEXT = "Annual leave is 15 days. Unused leave lapses on 31 December."


@pytest.fixture
def alice():
    return make_user("alice")


@pytest.fixture
def shelf(alice):
    return make_collection("Rules", editors=[alice])


@pytest.fixture
def web(alice):
    return program(alice)


def _sent(web, shelf, content=b"Annual leave is 15 days.", name="rules.txt", **facts):
    file = SimpleUploadedFile(name, content)
    return web.post(f"{API}/collections/{shelf.pk}/documents", {"file": file, **facts})


def test_me_tells_whom_the_token_speaks_for(web, shelf):
    told = web.get(f"{API}/me").json()
    assert (told["user_name"], told["is_staff"], told["collections"]) == ("alice", False, 1)


def test_collections_tell_what_is_in_them(web, shelf, alice):
    make_collection("Board", readers=[alice])
    document_row(shelf)
    document_row(shelf, state=Document.State.FAILED)

    listed = web.get(f"{API}/collections").json()

    assert [(row["name"], row["may_edit"]) for row in listed["items"]] == [("Board", False), ("Rules", True)]
    rules = web.get(f"{API}/collections/{shelf.pk}").json()
    assert (rules["documents"], rules["searchable"], rules["failed"]) == (2, 1, 1)
    assert rules["url"] == f"http://testserver/documents/collections/{shelf.pk}"


def test_documents_are_listed_in_parts(web, shelf):
    for title in ("Canteen", "Budget", "Leave"):
        document_row(shelf, title=title)

    listed = web.get(f"{API}/documents", {"sort": "title", "limit": 2, "offset": 1}).json()

    assert [row["title"] for row in listed["items"]] == ["Canteen", "Leave"]
    assert (listed["total"], listed["limit"], listed["offset"]) == (3, 2, 1)


@pytest.mark.parametrize(
    ("narrowed", "titles"),
    [
        ({"q": "leav"}, ["Leave"]),
        ({"state": "failed"}, ["Budget"]),
        ({"state": "progress"}, ["Canteen"]),
        ({"kind": "text"}, ["Leave"]),
        ({}, ["Budget", "Canteen", "Leave"]),
    ],
)
def test_documents_can_be_narrowed(web, shelf, narrowed, titles):
    document_row(shelf, title="Canteen", state=Document.State.READING)
    document_row(shelf, title="Budget", state=Document.State.FAILED)
    document_row(shelf, title="Leave", media_type="text/plain")

    listed = web.get(f"{API}/documents", {"sort": "title", **narrowed}).json()

    assert [row["title"] for row in listed["items"]] == titles


def test_a_document_that_waits_says_why_and_what_to_do(web, shelf):
    document = document_row(shelf, state=Document.State.WAITING)
    job_row(document, error_code="model_missing")

    told = web.get(f"{API}/documents/{document.pk}/state").json()

    assert (told["state"], told["percent"]) == ("waiting", 2)
    assert told["waits"]["reason"]
    assert told["waits"]["next_step"]
    assert told["failure"] is None


def test_a_document_that_is_being_read_does_not_wait(web, shelf):
    document = document_row(shelf, state=Document.State.INDEXING)
    job_row(document, state=IndexJob.State.RUNNING, stage=IndexJob.Stage.EMBED, progress_done=1, progress_total=4)

    told = web.get(f"{API}/documents/{document.pk}/state").json()

    assert (told["waits"], told["percent"]) == (None, 46)
    assert told["step"].endswith("1 of 4")


def test_a_failure_is_explained_in_the_language_of_the_request(shelf, alice):
    document = document_row(shelf, state=Document.State.FAILED, error_code="encrypted")

    told = [
        program(alice, language=language).get(f"{API}/documents/{document.pk}/state").json()["failure"]
        for language in ("en", "ko")
    ]

    assert told[0]["message"].startswith("The file is protected with a password.")
    assert told[1]["message"].startswith("암호로 보호된 파일입니다.")
    assert {row["code"] for row in told} == {"encrypted"}


def test_pages_come_with_their_text_and_place(web, shelf):
    document = text_document(shelf, TEXT, "Leave")

    page = web.get(f"{API}/documents/{document.pk}/pages").json()["items"][0]
    assert (page["number"], page["start"], page["text"], page["name"]) == (1, 0, TEXT, "")


def test_an_upload_is_stored_queued_and_recorded(web, shelf):
    response = _sent(web, shelf, title="Leave", effective_from="2026-01-01")

    assert response.status_code == 201
    document = Document.objects.get(pk=response.json()["id"])
    assert (document.title, document.file_name, document.uploaded_by.username) == ("Leave", "rules.txt", "alice")
    assert f"{document.effective_from}" == "2026-01-01"
    assert document.jobs.filter(state=IndexJob.State.QUEUED).exists()
    told = AuditEvent.objects.get(event="document.uploaded")
    assert (told.name, told.details["document"], told.details["through"]) == ("alice", document.pk, "API")


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"", "empty.txt", (422, "empty_file")),
        (b"Annual leave is 15 days.", "again.txt", (409, "duplicate")),
        (b"MZ\x90\x00" + bytes(200), "program.exe", (422, "unsupported_type")),
        (b"x" * 2000, "large.txt", (413, "too_large")),
    ],
)
def test_files_that_are_not_taken_are_refused_as_on_the_pages(web, shelf, settings, content, name, expected):
    _sent(web, shelf)
    settings.UPLOAD_MAX_BYTES = 1000

    assert said(_sent(web, shelf, content, name)) == expected
    assert Document.objects.count() == 1


def test_days_in_the_wrong_order_are_refused(web, shelf):
    response = _sent(web, shelf, effective_from="2026-02-01", effective_until="2026-01-01")
    assert said(response) == (422, "invalid")
    assert "effective_until lies before effective_from" in response.json()["error"]["message"]


def test_an_upload_without_a_file_says_what_is_missing(web, shelf):
    response = web.post(f"{API}/collections/{shelf.pk}/documents", {})

    assert said(response) == (422, "invalid")
    assert "file" in response.json()["error"]["message"]


def test_a_new_version_takes_the_place_of_the_old_one_when_it_is_read(web, shelf):
    old = document_row(shelf, title="Leave")

    response = web.post(
        f"{API}/documents/{old.pk}/replacement", {"file": SimpleUploadedFile("leave.txt", b"Annual leave is 16 days.")}
    )

    assert Document.objects.get(pk=response.json()["id"]).replaces == old
    assert AuditEvent.objects.get(event="document.replaced").details["replaces"] == old.pk


def test_a_deleted_document_is_gone(web, shelf):
    document = document_row(shelf)

    assert web.delete(f"{API}/documents/{document.pk}").status_code == 204
    assert said(web.get(f"{API}/documents/{document.pk}")) == (404, "not_found")
    assert AuditEvent.objects.get(event="document.deleted").details["through"] == "API"


def test_a_search_gives_passages_with_scores_reasons_and_places(web, shelf):
    document = indexed_rows(shelf, ["Annual leave is 15 days.", "The canteen opens at noon."], title="Rules of work")

    found = web.get(f"{API}/search", {"q": "annual leave", "mode": "lexical"}).json()

    hit = found["hits"][0]
    assert (hit["document_id"], hit["text"], hit["start"], hit["end"]) == (
        document.pk,
        "Annual leave is 15 days.",
        0,
        24,
    )
    assert hit["words"]["rank"] == 1
    assert hit["score"] > 0
    assert any("has “annual”" in reason or "“annual”" in reason for reason in hit["reasons"])
    assert hit["url"] == f"http://testserver/documents/{document.pk}?start=0&end=24#passage"


def test_the_query_language_and_filters_narrow_a_search(web, shelf, alice):
    other = make_collection("Board", readers=[alice])
    indexed_rows(shelf, ["Annual leave is 15 days."])
    indexed_rows(other, ["Annual leave of the board is 30 days."])

    def found(**query):
        told = web.get(f"{API}/search", {"mode": "lexical"} | query).json()
        return [hit["collection_id"] for hit in told["hits"]], told["problems"]

    assert found(q="annual leave", collection=other.pk)[0] == [other.pk]
    assert found(q="annual leave -board")[0] == [shelf.pk]
    assert found(q="leave collection:nowhere")[1] == [
        "There is no collection called “nowhere”. It was searched as plain words."
    ]


def test_further_hits_come_in_parts_with_their_ranks(web, shelf):
    indexed_rows(shelf, [f"Leave rule number {number}: {word}." for number, word in enumerate("abcdef")])

    def ranked(**query):
        hits = web.get(f"{API}/search", {"q": "leave rule", "mode": "lexical"} | query).json()["hits"]
        return [(hit["rank"], hit["text"]) for hit in hits]

    assert ranked(limit=2, offset=2) == ranked(limit=4)[2:]


def test_a_passage_is_read_with_what_stands_around_it_and_recorded(web, shelf):
    document = text_document(shelf, TEXT, "Leave")

    told = web.get(f"{API}/documents/{document.pk}/passage", {"start": 16, "end": 23, "around": 7, "answer": 5}).json()

    assert (told["before"], told["text"], told["after"]) == ("ave is ", "15 days", ". Unuse")
    row = AuditEvent.objects.get(event="document.quote_read")
    assert row.details == {"document": document.pk, "start": 16, "end": 23, "answer": 5, "through": "API"}


@pytest.mark.parametrize(("start", "end"), [(900, 910), (5, 5), (9, 3)])
def test_where_there_is_no_text_there_is_no_passage(web, shelf, start, end):
    document = text_document(shelf, TEXT, "Leave")

    response = web.get(f"{API}/documents/{document.pk}/passage", {"start": start, "end": end})

    assert said(response) == (404, "not_found")
    assert not AuditEvent.objects.filter(event="document.quote_read").exists()


def test_own_conversations_are_listed_read_and_deleted():
    people = shelves()
    answer = cited_answer(people.bob, ("Annual leave is 15 days.", people.leave))
    web = program(people.bob)

    listed = web.get(f"{API}/conversations").json()["items"]
    whole = web.get(f"{API}/conversations/{listed[0]['id']}").json()

    assert [row["title"] for row in listed] == ["How many days?"]
    told = whole["turns"][0]["answer"]
    assert told["text"] == answer.text
    cited = told["citations"][0]
    assert told["text"][cited["mark_start"] : cited["mark_end"]] == "[1]"
    assert (cited["document_id"], cited["quote"], cited["title"]) == (
        people.leave.pk,
        "Annual leave is 15 days.",
        "Leave",
    )
    assert web.delete(f"{API}/conversations/{listed[0]['id']}").status_code == 204
    assert web.get(f"{API}/conversations").json()["total"] == 0


def test_words_from_a_source_that_was_closed_since_are_left_out_and_marks_stay_in_place():
    people = shelves()
    pairs = (("The board meets in Busan.", people.minutes), ("Annual leave is 15 days.", people.leave))
    answer = cited_answer(people.charlie, *pairs)

    told = program(people.charlie).get(f"{API}/conversations/{answer.message.conversation_id}")

    assert "Busan" not in told.content.decode()
    assert "Minutes" not in told.content.decode()
    shown = told.json()["turns"][0]["answer"]
    hidden, cited = shown["citations"]
    assert (hidden["document_id"], hidden["quote"], hidden["url"]) == (None, "", "")
    assert shown["text"][cited["mark_start"] : cited["mark_end"]] == "[2]"


def test_nothing_more_is_written_than_the_process_can_bear(web, settings):
    settings.MAX_STREAMS = 0

    response = web.post(f"{API}/ask", {"question": "Why?"}, content_type="application/json")

    assert said(response) == (503, "crowded")
    assert int(response["Retry-After"]) > 0
