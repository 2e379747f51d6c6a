"""A portal to develop on: the sample library, people of every kind with passwords that all know, and some life."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from chat import answers, conversations
from chat.models import Answer, Conversation, Review, Verdict
from chat.review import reviews
from chat.review.reviews import Opinion
from documents import workers
from documents.models import Collection, Document
from portal import sample_library
from portal.first_run import ADMIN

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to sign in as; the password is the name twice, with a hyphen."""

    name: str
    what: str
    is_staff: bool = False
    is_superuser: bool = False
    groups: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    questions: tuple[str, ...] = field(default=())

    @property
    def password(self) -> str:
        return f"{self.name}-{self.name}"


PEOPLE = (
    Person(ADMIN, "administrator", is_staff=True, is_superuser=True),
    Person("rita", "staff, reviews answers", is_staff=True),
    Person(
        "erik",
        "employee, edits the collection about people",
        groups=(sample_library.EMPLOYEES,),
        edits=("인사 · HR",),
        questions=("병가를 쓸 때 진단서를 꼭 내야 하나요?", "What is the secret recipe of the canteen?"),
    ),
    Person(
        "dana",
        "employee",
        groups=(sample_library.EMPLOYEES,),
        questions=("연차는 며칠인가요?", "How long is the probation period?", "월급날이 주말이면 언제 들어오나요?"),
    ),
    Person("otto", "account without any rights"),
)


def fill(report: Callable[[int, int], None]) -> None:
    """Add what is not there yet; `report(done, total)` is told of documents while they are read."""
    # The library is made first: its groups and collections are what people have rights to.
    sample_library.install()
    people = dict(make_people())
    workers.wait_for(set(Document.objects.values_list("pk", flat=True)), report)
    sample_library.add_questions()
    if not Conversation.objects.exists():
        for person in PEOPLE:
            for question in person.questions:
                talk(people[person.name], question)
        review_all(people["rita"])


def make_people() -> "Iterator[tuple[str, AbstractUser]]":
    """Each by the name, made or put right again: password, groups, collections to edit."""
    for person in PEOPLE:
        user, _made = get_user_model()._default_manager.get_or_create(username=person.name)
        user.is_staff, user.is_superuser, user.is_active = person.is_staff, person.is_superuser, True
        user.set_password(person.password)
        user.save()
        user.groups.set([Group.objects.get_or_create(name=name)[0] for name in person.groups])
        for collection in Collection.objects.filter(name__in=person.edits):
            collection.editors.add(user.pk)
        yield person.name, user


def talk(person: "AbstractUser", question: str) -> Answer:
    """Ask as this person would, and wait for the answer."""
    answer = Answer.objects.get(message__conversation=conversations.start(person, question))

    async def written() -> None:
        async for _event in answers.write(answer.pk, person):
            pass

    async_to_sync(written)()
    answer.refresh_from_db()
    return answer


def review_all(reviewer: "AbstractUser") -> None:
    """Give every second answer an opinion; the others stay in the queue."""
    for answer in Answer.objects.filter(state=Answer.State.COMPLETE).order_by("pk")[::2]:
        said = {citation.pk: Verdict.Value.SUPPORTS.value for citation in answer.citations.all()}
        reviews.record(answer, reviewer, Opinion(Review.Verdict.GOOD, said, note="Read and compared."))
