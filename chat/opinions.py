"""What people say of answers: one opinion each, which may be changed and taken back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils import timezone

from chat.models import Answer, Feedback
from chat.review import queueing

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def say(answer: Answer, person: "AbstractUser", said: Mapping[str, str]) -> None:
    """Replace what this person has said of the answer; nothing helpful or not takes it back."""
    if said["helpful"]:
        _store(answer, person, said)
    else:
        Feedback.objects.filter(answer=answer, user_id=person.pk).delete()
    queueing.reassess(answer.pk)


def _store(answer: Answer, person: "AbstractUser", said: Mapping[str, str]) -> None:
    is_helpful = said["helpful"] == "yes"
    # Only whoever misses something is asked why.
    why = {"reason": "" if is_helpful else said["reason"], "comment": "" if is_helpful else said["comment"].strip()}
    values = {"helpful": is_helpful, "created_at": timezone.now(), **why}
    Feedback.objects.update_or_create(answer=answer, user_id=person.pk, defaults=values)
