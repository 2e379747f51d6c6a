"""What people say of answers: one opinion each, which may be changed and taken back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chat.models import Answer, Feedback

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def say(answer: Answer, person: "AbstractUser", said: Mapping[str, str]) -> None:
    """Replace what this person has said of the answer; nothing helpful or not takes it back."""
    own = Feedback.objects.filter(answer=answer, user_id=person.pk)
    if not said["helpful"]:
        own.delete()
        return
    is_helpful = said["helpful"] == "yes"
    # Only whoever misses something is asked why.
    why = {"reason": "" if is_helpful else said["reason"], "comment": "" if is_helpful else said["comment"].strip()}
    Feedback.objects.update_or_create(answer=answer, user_id=person.pk, defaults={"helpful": is_helpful, **why})
