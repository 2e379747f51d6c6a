"""Both languages say everything: each code and label has words, and days and figures are written as people do."""

from datetime import UTC, date, datetime

import pytest
from django.db.models import TextChoices
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from chat import failures as answer_failures
from chat import risk
from documents import failures, notes, waiting
from documents.failure_codes import FailureCode
from documents.language import HANGUL
from documents.waiting import Reason, Wait
from portal.api.errors import ErrorCode, error
from tests.chat.shelf import cited_answer, text_document
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user
from tests.portal.test_shell import language_of

# What is called the same in Korean.
NAMES = {"sentence-transformers", "CSV", "BEIR"}


def in_both(say):
    """What is said in Korean and in English."""
    found = []
    for language in ("ko", "en"):
        with override(language):
            found.append(str(say()))
    return found


def assert_both(words):
    korean, english = words
    assert HANGUL.search(korean), korean
    assert english
    assert not HANGUL.search(english), english


@pytest.mark.parametrize("code", FailureCode)
@pytest.mark.parametrize("part", ["title", "reason", "next_step"])
def test_every_reason_why_a_document_failed_is_told_in_both_languages(code, part):
    assert_both(in_both(lambda: getattr(failures.explain(code), part)))


def test_no_two_reasons_of_a_document_are_told_in_the_same_words():
    titles = [str(failures.explain(code).title) for code in FailureCode]

    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("code", answer_failures.FailureCode)
@pytest.mark.parametrize("part", ["what", "next_step"])
def test_every_failure_of_an_answer_is_told_in_both_languages(code, part):
    assert_both(in_both(lambda: getattr(answer_failures.explain(code), part)))


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_to_wait_is_told_in_both_languages(reason):
    wait = Wait(reason, seconds=30, before=3, busy=2, error_code=FailureCode.MODEL_MISSING)

    for part in ("short", "reason"):
        assert_both(in_both(lambda part=part: getattr(waiting.words(wait), part)))


NOTES = {
    **dict.fromkeys(notes._TEMPLATES, "3, 4"),
    "unpacked": "2",
    "members-known": '{"count": 1, "total": 2, "files": [["a.txt", "A"]]}',
    "members-refused": '{"count": 1, "total": 2, "files": [["a.txt", "damaged"]]}',
}


@pytest.mark.parametrize("code", NOTES)
def test_every_note_on_a_document_is_told_in_both_languages(code):
    assert_both(in_both(lambda: notes.explain(f"{code}:{NOTES[code]}")))


def test_every_note_is_among_those_that_are_told():
    assert set(NOTES) == {*notes._TEMPLATES, *notes._WORDED}


@pytest.mark.parametrize("reason", risk.Reason)
def test_every_reason_to_review_an_answer_is_told_in_both_languages(reason):
    signals = risk.Signals(dict.fromkeys(risk.Reason, 2), seen=9)

    assert_both(in_both(lambda: risk.in_words(reason, signals)))
    assert_both(in_both(lambda: risk.labels()[reason]))


def _choices(parent=TextChoices):
    for one in parent.__subclasses__():
        if one.__module__.partition(".")[0] in ("documents", "search", "chat", "portal"):
            yield from one
        yield from _choices(one)


@pytest.mark.parametrize("choice", list(_choices()), ids=lambda choice: f"{type(choice).__qualname__}.{choice.name}")
def test_every_choice_has_a_label_in_both_languages(choice):
    korean, english = in_both(lambda: choice.label)

    # Where nobody gave it a label it is never shown, and Django makes one of its name.
    is_unlabelled = english == choice.name.replace("_", " ").title() == korean
    assert english
    assert HANGUL.search(korean) or english in NAMES or is_unlabelled


DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [("ko", "2026년 1월 5일", "2026년 1월 5일 18:05"), ("en", "5 Jan 2026", "5 Jan 2026, 18:05")],
)
def test_days_are_written_in_the_words_of_the_language(language, day, moment):
    at = datetime(2026, 1, 5, 9, 5, tzinfo=UTC)

    with override(language):
        assert date_format(DAY) == day
        assert date_format(timezone.localtime(at), "DATETIME_FORMAT") == moment
        assert Template('{{ at|date:"DATETIME_FORMAT" }}').render(Context({"at": at})) == moment


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ko", "en"])
def test_large_figures_have_separators_and_addresses_have_none(client, language):
    collection = make_collection("Handbook", pk=1_234_567)
    document = document_row(collection, pk=2_345_678, page_count=3_456, chunk_count=45_678)
    client.force_login(make_user("admin", staff=True, language=language))

    listed = client.get(collection.get_absolute_url()).content.decode()
    shown = client.get(reverse("documents:document_detail", args=[document.pk])).content.decode()

    for page in (listed, shown):
        assert "3,456" in page
        assert "45,678" in page
        assert "2345678" in page
        assert "2,345,678" not in page
        assert "1,234,567" not in page


@pytest.mark.parametrize(
    ("chosen", "cookie", "browser", "expected"),
    [
        ("en", "ko", "ko", "en"),
        ("ko", "en", "en", "ko"),
        ("", "en", "ko", "en"),
        ("", "ko", "en", "ko"),
        ("", "", "en", "en"),
        ("", "", "ko", "ko"),
        ("", "xx", "ko", "ko"),
        ("", "", "fr", "ko"),
        ("", "", "", "ko"),
    ],
)
@pytest.mark.django_db
def test_own_choice_counts_before_cookie_browser_and_default(client, settings, chosen, cookie, browser, expected):
    settings.LANGUAGE_CODE = "ko"
    client.force_login(make_user("alice", language=chosen))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie

    assert language_of(client.get("/documents/", headers={"accept-language": browser})) == expected


@pytest.mark.django_db
def test_words_of_documents_and_people_carry_their_own_language(client):
    alice = make_user("alice", language="en")
    shelf = make_collection("Rules", readers=[alice])
    korean, english = "연차 휴가는 15일입니다.", "Annual leave is 15 days."
    ko, en = text_document(shelf, korean, "휴가 규정"), text_document(shelf, english, "Leave")
    answer = cited_answer(alice, (korean, ko), question="휴가는 며칠인가요?")
    other = cited_answer(alice, (english, en))
    client.force_login(alice)

    page = client.get(answer.message.conversation.get_absolute_url()).content.decode()
    second = client.get(other.message.conversation.get_absolute_url()).content.decode()

    assert '<html lang="en"' in page
    for place in ("question", "answer__text", "cite-card__quote"):
        assert f'class="{place}" lang="ko"' in page
        assert f'class="{place}" lang="en"' in second


@pytest.mark.parametrize("code", ErrorCode)
@pytest.mark.parametrize("part", ["message", "next_step"])
def test_every_error_of_the_interfaces_is_told_in_both_languages(code, part):
    facts = {"scope": "ask", "limit": "60", "problems": "q"}

    assert_both(in_both(lambda: getattr(error(code, **facts), part)))
