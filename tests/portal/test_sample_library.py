"""Installing the sample library: once, resumable, with its successors linked."""

import json

import pytest
from django.contrib.auth.models import Group

from documents import indexing
from documents.models import Chunk, Collection, Document, Page
from portal import sample_library
from search.models import Question
from search.question_sets import measurable
from search.retrieval import find_passages
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _own_data_dir(settings, tmp_path):
    settings.PORTAL_DATA_DIR = tmp_path


@pytest.fixture
def installed():
    sample_library.install()


def manifest():
    return json.loads((sample_library.FOLDER / "manifest.json").read_text(encoding="utf-8"))["collections"]


@pytest.mark.usefixtures("installed")
def test_every_document_of_the_manifest_is_accepted():
    assert set(Collection.objects.values_list("name", flat=True)) == {shelf["name"] for shelf in manifest()}
    titles = {row["title"] for shelf in manifest() for row in shelf["documents"]}
    assert set(Document.objects.values_list("title", flat=True)) == titles
    assert not Document.objects.filter(effective_from=None).exists()


@pytest.mark.usefixtures("installed")
def test_older_policy_points_to_its_successor():
    rows = [row for shelf in manifest() for row in shelf["documents"]]
    titles = {row["file"]: row["title"] for row in rows}
    expected = {row["title"]: titles[row["superseded_by"]] for row in rows if row.get("superseded_by")}

    found = Document.objects.filter(replaces__isnull=False)
    assert dict(found.values_list("replaces__title", "title")) == expected
    assert expected


@pytest.mark.usefixtures("installed")
def test_older_policy_is_out_of_search_once_its_successor_is_in():
    new = Document.objects.get(replaces__isnull=False)
    for document in (new.replaces, new):
        indexing.run(document.jobs.get().pk)

    old = Document.objects.get(pk=new.replaces_id)
    assert (old.state, old.superseded_by) == (Document.State.SUPERSEDED, new)
    assert set(Chunk.objects.values_list("document_id", flat=True)) == {new.pk}


@pytest.mark.usefixtures("installed")
def test_installing_again_adds_nothing_and_what_was_deleted_stays_deleted():
    Document.objects.first().delete()
    count = Document.objects.count()

    sample_library.install()

    assert Document.objects.count() == count


@pytest.mark.usefixtures("installed")
def test_installation_that_was_cut_short_goes_on(tmp_path):
    count = Document.objects.count()
    old, cut_off = Document.objects.get(replacements__isnull=False), Document.objects.get(replaces__isnull=False)
    cut_off.delete()
    Document.objects.exclude(pk=old.pk).first().delete()
    (tmp_path / "sample_library_installed").unlink()

    sample_library.install()

    assert Document.objects.count() == count
    assert Document.objects.get(replaces__isnull=False).replaces == old


@pytest.mark.usefixtures("installed")
def test_employees_find_and_others_do_not():
    for name in ("work-rules-ko", "firmware-release-en", "contacts-ko"):
        document = Document.objects.get(file_name__startswith=name)
        indexing.run(document.jobs.get().pk)
        document.refresh_from_db()
        assert document.state == Document.State.READY
    employee, guest = make_user("employee"), make_user("guest")
    employee.groups.add(Group.objects.get(name=sample_library.EMPLOYEES))

    (hit, *_others) = find_passages("연차 유급휴가는 며칠입니까?", employee).hits

    assert "15일의 연차 유급휴가" in hit.text
    assert hit.page > 1
    assert find_passages("연차 유급휴가", guest).hits == ()


def test_questions_name_documents_of_the_library():
    questions = list(sample_library.questions())

    files = {row["file"] for shelf in manifest() for row in shelf["documents"]}
    assert {question.document for question in questions} - {None} <= files
    assert all((question.document is None) == (question.page is None) for question in questions)
    assert any(question.document is None for question in questions)


@pytest.mark.usefixtures("installed")
def test_questions_enter_once_and_not_before_the_documents_were_read():
    make_user("root", staff=True, is_superuser=True)
    assert not sample_library.add_questions()
    Document.objects.update(state=Document.State.READY, language="ko")
    rules = Document.objects.get(file_name="work-rules-ko.pdf")
    Page.objects.create(
        document=rules, number=3, offset=0, text="회사 창립기념일: 9월 14일\n병가에는 진단서가 있어야 합니다."
    )

    assert sample_library.add_questions()
    known = {question.text: question for question in measurable()}
    Question.objects.all().delete()
    assert sample_library.add_questions()

    told, reworded = known["창립기념일이 언제죠? 쉬는 날인가요?"], known["병가쓸때 진단서 꼭 내야하나요"]
    assert [(one.start, one.end) for one in (told.judged[0], reworded.judged[0])] == [(0, 16), (0, 35)]
    assert sum(not question.is_answerable for question in known.values()) == 18
    assert not Question.objects.exists()
