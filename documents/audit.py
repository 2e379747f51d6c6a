"""What must be told later: who did what, under a closed list of names. The portal keeps what is told here."""

import logging
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

logger = logging.getLogger("audit")


class Event(models.TextChoices):
    """What is done, as "whom it concerns.what happened"; the names are kept for years and never change."""

    SIGNED_IN = "person.signed_in", _("Signed in")
    SIGNED_OUT = "person.signed_out", _("Signed out")
    SIGN_IN_FAILED = "person.sign_in_failed", _("Sign-in failed")
    LOCKED_OUT = "person.locked_out", _("Locked out")
    SECOND_FACTOR_ADDED = "person.second_factor_added", _("Second factor added")
    SECOND_FACTOR_REMOVED = "person.second_factor_removed", _("Second factor removed")
    RECOVERY_CODES_RENEWED = "person.recovery_codes_renewed", _("Recovery codes renewed")
    SESSIONS_ENDED = "person.sessions_ended", _("Sessions ended")
    PASSWORD_CHANGED = "person.password_changed", _("Password changed")
    PASSWORD_RESET = "person.password_reset", _("Password reset by mail")
    ADDRESS_CHANGED = "person.address_changed", _("E-mail address changed")
    SINGLE_SIGN_ON_JOINED = "person.single_sign_on_joined", _("Joined with single sign-on")
    PERSON_ADDED = "person.added", _("Person added")
    PERSON_CHANGED = "person.changed", _("Person changed")
    GROUP_CHANGED = "group.changed", _("Group changed")
    GROUP_DELETED = "group.deleted", _("Group deleted")
    COLLECTION_ADDED = "collection.added", _("Collection added")
    COLLECTION_CHANGED = "collection.changed", _("Collection changed")
    COLLECTION_DELETED = "collection.deleted", _("Collection deleted")
    RIGHT_GIVEN = "collection.right_given", _("Right on a collection given")
    RIGHT_TAKEN = "collection.right_taken", _("Right on a collection taken")
    DOCUMENT_UPLOADED = "document.uploaded", _("Document uploaded")
    DOCUMENT_REPLACED = "document.replaced", _("Document replaced")
    DOCUMENT_RESTORED = "document.restored", _("Document restored")
    DOCUMENT_DAYS_CHANGED = "document.days_changed", _("Days of a document changed")
    DOCUMENT_DELETED = "document.deleted", _("Document deleted")
    QUOTE_READ = "document.quote_read", _("Quote read")
    EXPORTED = "export.made", _("Exported")
    TOKEN_CREATED = "token.created", _("Access token made")
    TOKEN_REVOKED = "token.revoked", _("Access token revoked")
    RELEASE_BEGUN = "release.begun", _("Release begun")
    RELEASE_PAUSED = "release.paused", _("Release paused")
    RELEASE_RESUMED = "release.resumed", _("Release resumed")
    RELEASE_CANCELLED = "release.cancelled", _("Release cancelled")
    FAILURES_ACCEPTED = "release.failures_accepted", _("Completed without the documents that failed")
    ACTIVATED = "generation.activated", _("Generation activated")
    ACTIVATED_THOUGH_WORSE = "generation.activated_though_worse", _("Generation activated though it is worse")
    RETIRED = "generation.retired", _("Generation retired")
    MODEL_ADDED = "model.added", _("Embedding model added")
    MODEL_CHANGED = "model.changed", _("Embedding model changed")
    MODEL_REMOVED = "model.removed", _("Embedding model removed")
    BACKED_UP = "portal.backed_up", _("Backed up")
    BROUGHT_BACK = "portal.brought_back", _("Brought back from a backup")


def record(event: Event, actor: "type_Reader | None", **details: object) -> None:
    """Tell that a person, or None for a command or the clock, did this. Details are few and short, never content.

    What is told inside a transaction is kept only if that is.
    """
    logger.info(event.value, extra={"actor": actor if actor and actor.pk else None, "details": details})
