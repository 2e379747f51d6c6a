"""The list of unanswered questions: who sees which, by topic, closed and reopened."""

import pytest
from django.urls import reverse

from chat import gaps
from chat.models import Gap
from chat.sameness import wording
from tests.factories import make_answer, make_collection, make_user

pytestmark = pytest.mark.django_db

NOWHERE = "Is there a kindergarten subsidy for grandchildren?"


def make_gap(question=NOWHERE, collections=(), **facts) -> Gap:
    terms = sorted(wording(question).terms)
    return Gap.objects.create(
        question=question, language="en", terms=terms, collections=[one.pk for one in collections], **facts
    )


@pytest.fixture
def rules():
    return make_collection(readers=[make_user("bob")], editors=[make_user("alice")])


def names(user, **options) -> list[str]:
    found = gaps.overview(user, **{"collection": None, "is_open": True} | options)
    return [question.gap.question for group in found.groups for question in group.questions]


def test_editors_see_what_was_asked_of_their_collections_and_nobody_else_does(rules):
    other = make_collection("Other")
    make_gap("About the rules?", [rules])
    make_gap("About another thing?", [other])
    make_gap("About nothing at all?")
    people = {name: make_user(name, staff=name == "staff") for name in ("charlie", "staff")}

    assert names(rules.editors.get()) == ["About the rules?"]
    assert names(rules.readers.get()) == names(people["charlie"]) == []
    assert len(names(people["staff"])) == 3
    assert names(people["staff"], collection=other) == ["About another thing?"]


def test_the_same_question_stands_once_with_its_count(rules):
    for _time in range(3):
        make_gap("Is there a kindergarten?", [rules])
    make_gap("Is there a canteen?", [rules])

    (group,) = gaps.overview(rules.editors.get(), collection=None, is_open=True).groups

    assert [(question.gap.question, question.times) for question in group.questions] == [
        ("Is there a kindergarten?", 3),
        ("Is there a canteen?", 1),
    ]


def test_closing_and_reopening_take_all_times_that_the_same_was_asked(rules):
    alice = rules.editors.get()
    first, second, other = make_gap(collections=[rules]), make_gap(collections=[rules]), make_gap("Canteen?", [rules])

    gaps.close(first, alice)

    assert set(Gap.objects.open()) == {other}
    assert Gap.objects.get(pk=second.pk).closed_by == alice
    assert names(alice, is_open=False) == [NOWHERE]

    gaps.reopen(second, alice)

    assert Gap.objects.open().count() == 3


def test_what_an_editor_does_not_see_is_not_closed_with_the_rest(rules):
    hidden = make_gap(collections=[make_collection("Board")])

    gaps.close(make_gap(collections=[rules]), rules.editors.get())

    assert list(Gap.objects.open()) == [hidden]


def test_the_page_groups_by_topic_and_never_names_who_asked(client, rules):
    make_gap(collections=[rules], answer=make_answer(rules.readers.get(), text=""))
    make_gap("Who pays the kindergarten fee?", [rules])
    client.force_login(rules.editors.get())

    page = client.get(reverse("chat:gap_list")).content.decode()

    assert NOWHERE in page
    assert "kindergarten" in page.split("gaps__topic", 1)[1].split("</h2>")[0]
    assert "bob" not in page
    assert f"{rules.get_absolute_url()}#upload" in page


def test_one_click_closes_and_the_list_stays_narrowed(client, rules):
    gap = make_gap(collections=[rules])
    client.force_login(rules.editors.get())

    response = client.post(f"{reverse('chat:gap_close', args=[gap.pk])}?collection={rules.pk}", follow=True)

    assert response.redirect_chain[-1][0] == f"{reverse('chat:gap_list')}?collection={rules.pk}"
    assert not Gap.objects.open().exists()


def test_the_way_to_the_list_is_shown_to_editors_only(client, rules):
    client.force_login(rules.editors.get())
    assert reverse("chat:gap_list") in client.get(reverse("chat:ask")).content.decode()

    client.force_login(rules.readers.get())
    assert reverse("chat:gap_list") not in client.get(reverse("chat:ask")).content.decode()


def test_twice_the_questions_take_the_same_number_of_queries(rules, django_assert_max_num_queries):
    for number in range(4):
        make_gap(f"Is there a kindergarten number {number}?", [rules])
    alice = rules.editors.get()

    with django_assert_max_num_queries(4):
        assert len(names(alice)) == 4
