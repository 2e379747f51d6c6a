"""Why a person may read a collection, or why not, in plain sentences: what holds, and what would change it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.models import Collection
from documents.rights import Reason, Reasons, Role
from portal.models import User


@dataclass(frozen=True, slots=True)
class Explained:
    """One sentence that says yes or no and why, and the steps that would turn it round."""

    person: User
    may_read: bool
    sentence: str
    steps: tuple[str, ...]


def explain(people: Sequence[User], collection: Collection) -> list[Explained]:
    reasons = Reasons(people, [collection.pk])
    return [
        _yes(person, collection, held)
        if (held := reasons.of(person, collection.pk))
        else _no(person, collection, reasons.if_active(person, collection.pk))
        for person in people
    ]


def phrase(reason: Reason) -> str:
    """A reason in a few words, to stand in a list."""
    if reason.role is Role.ADMINISTRATOR:
        return _("administrator")
    if not reason.group:
        return _("named as an editor") if reason.writes else _("named as a reader")
    named = {"group": reason.group}
    if reason.writes:
        return _("editor through the group “%(group)s”") % named
    return _("reader through the group “%(group)s”") % named


def phrases(reasons: Sequence[Reason]) -> str:
    return ", ".join(map(phrase, reasons))


def _yes(person: User, collection: Collection, reasons: Sequence[Reason]) -> Explained:
    facts = {"person": person, "collection": collection.name, "reasons": phrases(reasons)}
    if any(reason.writes for reason in reasons):
        sentence = _("%(person)s may read and change “%(collection)s”: %(reasons)s.") % facts
    else:
        sentence = _("%(person)s may read “%(collection)s”: %(reasons)s.") % facts
    return Explained(person, True, sentence, tuple(dict.fromkeys(_end(reason, person) for reason in reasons)))


def _end(reason: Reason, person: User) -> str:
    """What would take this reason away."""
    facts = {"person": person, "group": reason.group}
    if reason.role is Role.ADMINISTRATOR:
        return _("Take the administrator’s right from %(person)s, on the page of the person.") % facts
    if not reason.group:
        return _("Take the right that was given to %(person)s.") % facts
    return _("Take %(person)s out of the group “%(group)s”, or the right from this group.") % facts


def _no(person: User, collection: Collection, if_active: Sequence[Reason]) -> Explained:
    groups = sorted(person.groups.values_list("name", flat=True))
    facts = {"person": person, "collection": collection.name, "groups": ", ".join(groups)}
    if not person.is_active:
        sentence = _("%(person)s may not read “%(collection)s”: the account is switched off.") % facts
    elif groups:
        sentence = (
            _(
                "%(person)s may not read “%(collection)s”: no right was given to the person, nor to a group of theirs"
                " (%(groups)s)."
            )
            % facts
        )
    else:
        sentence = (
            _("%(person)s may not read “%(collection)s”: no right was given to the person, who belongs to no group.")
            % facts
        )
    return Explained(person, False, sentence, tuple(_beginnings(person, groups, if_active)))


def _beginnings(person: User, groups: Sequence[str], if_active: Sequence[Reason]) -> list[str]:
    """What would let the person read."""
    steps = []
    if not person.is_active:
        steps.append(_("Let %(person)s sign in again, on the page of the person.") % {"person": person})
    if if_active:
        steps.append(_("Nothing more is needed then: %(reasons)s.") % {"reasons": phrases(if_active)})
    elif groups:
        steps.append(_("Give a right to %(person)s, or to one of these groups.") % {"person": person})
    else:
        steps.append(_("Give a right to %(person)s, or to a group and make the person a member.") % {"person": person})
    return steps
