"""The portal that developers get: everybody can sign in and has the rights that are printed."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from chat.models import Answer, Review
from documents.models import Collection
from portal import developer_setup, sample_library
from tests.factories import make_collection
from tests.index_rows import indexed_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    shelf = make_collection("인사 · HR")
    made = dict(developer_setup.make_people())
    shelf.reader_groups.add(made["dana"].groups.get(name=sample_library.EMPLOYEES))
    indexed_rows(shelf, ["연차는 15일입니다.", "Probation lasts three months."], title="Work rules")
    return made


def test_everybody_can_sign_in(people):
    for person in developer_setup.PEOPLE:
        assert authenticate(username=person.name, password=person.password) == people[person.name]


def test_rights_are_those_that_are_printed(people):
    readers = {name for name, user in people.items() if Collection.objects.visible_to(user).exists()}
    writers = {name for name, user in people.items() if Collection.objects.writable_by(user).exists()}

    assert readers == {"admin", "rita", "erik", "dana"}
    assert writers == {"admin", "rita", "erik"}


def test_second_time_puts_right_and_doubles_nobody(people):
    people["dana"].set_password("forgotten")
    people["dana"].save()
    again = dict(developer_setup.make_people())

    assert again == people
    assert authenticate(username="dana", password="dana-dana") == people["dana"]


def test_questions_are_answered_and_some_answers_reviewed(people):
    first = developer_setup.talk(people["dana"], "연차는 며칠인가요?")
    developer_setup.talk(people["erik"], "How long does probation last?")
    developer_setup.review_all(people["rita"])

    assert first.state == Answer.State.COMPLETE
    assert [review.answer_id for review in Review.objects.all()] == [first.pk]


@pytest.mark.parametrize(("debug", "embedded"), [(False, True), (True, False)])
def test_no_portal_that_others_can_reach_gets_known_passwords(settings, debug, embedded):
    settings.DEBUG, settings.EMBEDDED_DATABASE = debug, embedded

    with pytest.raises(CommandError, match="passwords everybody knows"):
        call_command("seed")
