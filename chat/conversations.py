"""Conversations as their owner changes them: asked, asked on, reworded, asked again, pinned, shared."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.text import Truncator

from chat.asked import Asked
from chat.models import Answer, Conversation, Message
from chat.review import queueing

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

TITLE_LENGTH = 80
# What the navigation shows; older conversations are found on their own page.
LISTED = 60


def start(
    user: "AbstractUser",
    question: str,
    collections: Sequence[int] = (),
    documents: Sequence[int] = (),
    form_key: UUID | None = None,
) -> Conversation:
    """Begin a conversation with its first question, whose answer waits to be written."""
    with transaction.atomic():
        _one_at_a_time(user.pk)
        asked = _asked_before(user.pk, question, form_key)
        if asked:
            return asked.conversation
        conversation = Conversation.objects.create(
            user_id=user.pk, title=title_of(question), collections=list(collections), documents=list(documents)
        )
        _ask(conversation, question, None, form_key)
    return conversation


def start_after(
    user: "AbstractUser",
    questions: Sequence[str],
    asked: Asked,
    origin: str,
) -> Conversation:
    """Begin a conversation with the last of these questions; those before were answered elsewhere."""
    with transaction.atomic():
        conversation = Conversation.objects.create(
            user_id=user.pk,
            title=title_of(questions[-1]),
            collections=list(asked.collections),
            documents=list(asked.documents),
            origin=origin,
        )
        before = None
        for question in questions[:-1]:
            before = Message.objects.create(conversation=conversation, text=question, follows=before)
        _ask(conversation, questions[-1], before, None)
    return conversation


def ask_on(
    conversation: Conversation, question: str, after: Message | None = None, form_key: UUID | None = None
) -> Message:
    """Ask a further question: after the given one, or after the newest."""
    with transaction.atomic():
        _one_at_a_time(conversation.user_id)
        asked = _asked_before(conversation.user_id, question, form_key)
        if asked:
            return asked
        Conversation.objects.filter(pk=conversation.pk).update(asked_at=timezone.now())
        return _ask(conversation, question, after or conversation.messages.last(), form_key)


def reword(message: Message, question: str, form_key: UUID | None = None) -> Message:
    """Ask a question in other words in its place; the older wording and its answers are kept."""
    with transaction.atomic():
        _one_at_a_time(message.conversation.user_id)
        asked = _asked_before(message.conversation.user_id, question, form_key)
        if asked:
            return asked
        Conversation.objects.filter(pk=message.conversation_id).update(asked_at=timezone.now())
        reworded = _ask(message.conversation, question, message.follows, form_key)
        Message.objects.filter(pk=reworded.pk).update(edited_from=message)
        return reworded


def ask_again(message: Message) -> Answer:
    """Have the question answered anew, unless an answer is being written; the older answers are kept."""
    with transaction.atomic():
        locked = Message.objects.select_for_update().get(pk=message.pk)
        running = locked.answers.filter(state=Answer.State.STREAMING).last()
        return running or Answer.objects.create(message=locked)


def narrow(conversation: Conversation, collections: Sequence[int], documents: Sequence[int]) -> None:
    """From now on ask these; nothing at all means everything that may be read."""
    Conversation.objects.filter(pk=conversation.pk).update(collections=list(collections), documents=list(documents))


def pin(conversation: Conversation, *, pinned: bool) -> None:
    since = timezone.now() if pinned else None
    Conversation.objects.filter(pk=conversation.pk).update(pinned_at=since)


def share(conversation: Conversation) -> None:
    """Let colleagues read along under an address that nobody can guess; what was shared stays where it is."""
    Conversation.objects.filter(pk=conversation.pk, share_key=None).update(share_key=uuid4())


def end_sharing(conversation: Conversation) -> None:
    """The address leads nowhere from now on, also if the conversation is shared again."""
    Conversation.objects.filter(pk=conversation.pk).update(share_key=None)


def listed(conversations: "QuerySet[Conversation]") -> "QuerySet[Conversation]":
    """In the order of a list: pinned ones first, the last pinned before the others, then the newest."""
    return conversations.order_by(F("pinned_at").desc(nulls_last=True), "-asked_at", "-pk")


def count_as_seen(answers: Iterable[int]) -> None:
    """Somebody has opened a page with these answers."""
    opened = list(answers)
    Answer.objects.filter(pk__in=opened).update(seen=F("seen") + 1)
    queueing.reassess(*opened)


def title_of(question: str) -> str:
    return Truncator(" ".join(question.split())).chars(TITLE_LENGTH)


def _one_at_a_time(user_id: int) -> None:
    """Until the transaction ends nobody else asks in this person's name, so that two clicks are told apart."""
    get_user_model().objects.select_for_update(no_key=True).only("pk").get(pk=user_id)


def _asked_before(user_id: int, question: str, form_key: UUID | None) -> Message | None:
    """What a first click on the same form has asked."""
    if form_key is None:
        return None
    sent = Message.objects.filter(form_key=form_key, conversation__user=user_id, text=question)
    return sent.select_related("conversation").first()


def _ask(conversation: Conversation, question: str, after: Message | None, form_key: UUID | None) -> Message:
    # A page that was gone back to sends its key with another question.
    fresh = None if Message.objects.filter(form_key=form_key).exists() else form_key
    message = Message.objects.create(conversation=conversation, text=question, follows=after, form_key=fresh)
    Answer.objects.create(message=message)
    return message
