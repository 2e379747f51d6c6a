"""Collections, and with them the only access rule of the product: `Collection.objects.visible_to(user)`."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    type_Reader = AbstractUser | AnonymousUser


# The relations of a collection by which somebody who is not staff may read it, and change its documents.
WRITING = ("editors", "editor_groups")
READING = ("readers", "reader_groups", *WRITING)


class CollectionQuerySet(models.QuerySet["Collection"]):
    def visible_to(self, user: "type_Reader") -> Self:
        """Collections that this person may read: staff all, others as named reader or editor. Unknown means no."""
        return self._open_to(user, READING)

    def writable_by(self, user: "type_Reader") -> Self:
        """Collections whose documents this person may add, replace and delete."""
        return self._open_to(user, WRITING)

    def _open_to(self, user: "type_Reader", roles: tuple[str, ...]) -> Self:
        shelves = self.filter(is_scratch=False)
        if not user.is_authenticated or not user.is_active:
            return shelves.none()
        if user.is_staff:
            return shelves
        rule = models.Q()
        for role in roles:
            rule |= models.Q(**{f"{role}__in" if role.endswith("groups") else role: _key(user, role)})
        return shelves.filter(pk__in=Collection.objects.filter(rule).values("pk"))

    def with_document_counts(self) -> Self:
        return self.annotate(document_count=models.Count("documents", distinct=True))


def _key(user: "type_Reader", role: str) -> Any:
    return user.groups.values("pk") if role.endswith("groups") else user.pk


class Collection(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)
    description = models.CharField(_("description"), max_length=400, blank=True)
    languages = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("readers"), related_name="+", blank=True)
    reader_groups = models.ManyToManyField(Group, verbose_name=_("reader groups"), related_name="+", blank=True)
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("editors"), related_name="+", blank=True)
    editor_groups = models.ManyToManyField(Group, verbose_name=_("editor groups"), related_name="+", blank=True)
    # Both as people wrote them, a line each; read by documents.vocabulary.
    glossary = models.TextField(_("glossary"), blank=True)
    own_words = models.TextField(_("own words"), blank=True)
    # Made by a measurement and dropped after it; visible to nobody.
    is_scratch = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("documents:collection_detail", args=[self.pk])
