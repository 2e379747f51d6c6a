"""People who use the portal, what acts in their name, and what they did.

Departments are `auth.Group`; staff are the portal's admins.
"""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    language = models.CharField(_("language"), max_length=5, blank=True)
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme, default=Theme.SYSTEM)

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class AuditEvent(models.Model):
    """What somebody did. The database refuses to change a row, and to delete one that is not old."""

    at = models.DateTimeField(db_default=Now(), db_index=True)
    # Of documents.audit.Event; without choices, so that a further name is no change of the table.
    event = models.CharField(max_length=60)
    # No foreign key: it stays as it was when the person is gone. None for commands and the clock.
    person = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["event", "-at"], name="audit_by_event")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.name} {self.event}"


class ApiToken(models.Model):
    """What a program shows to act in a person's name, never with more rights than they have at that moment."""

    class Scope(models.TextChoices):
        READ = "read", _("Read: collections, documents, search and passages")
        ASK = "ask", _("Ask: questions, and own conversations")
        WRITE = "write", _("Write: upload, replace and delete documents")
        EVALUATE = "evaluate", _("Evaluate: measure the search with question sets")

    name = models.CharField(_("name"), max_length=100)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # The first letters of the secret, by which people tell their tokens apart; the rest is kept nowhere.
    prefix = models.CharField(max_length=12, db_index=True)
    # SHA-256 of the whole secret, which is random and as long, so that nothing slower is needed.
    digest = models.CharField(max_length=64)
    # Of Scope; without choices, so that other words for them are no change of the table.
    scopes = ArrayField(models.CharField(max_length=10))
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    # Right to a minute.
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["person", "-id"], name="tokens_of_a_person")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and not self.is_expired

    @property
    def scope_names(self) -> list[str]:
        """In words, before the colon of their labels."""
        return [str(self.Scope(scope).label).partition(":")[0] for scope in self.scopes]
