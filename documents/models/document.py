"""Uploaded files and the text of their pages. A document is immutable: a new upload is a new row."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.extraction.quality import MIN_CONFIDENCE, MIN_QUALITY
from documents.models.collection import Collection

if TYPE_CHECKING:
    from datetime import date

    from documents.models.collection import type_Reader

IS_POOR = models.Q(quality__lt=MIN_QUALITY) | models.Q(confidence__lt=MIN_CONFIDENCE)
# Stands between two pages in the document's text, to which all offsets refer.
PAGE_SEPARATOR = "\n\n"


def storage_key(document: "Document", file_name: str) -> str:
    """A path that owes nothing to the uploaded name."""
    key = uuid.uuid4().hex
    return f"documents/{key[:2]}/{key}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: "type_Reader") -> Self:
        return self.filter(collection__in=Collection.objects.visible_to(user))

    def writable_by(self, user: "type_Reader") -> Self:
        return self.filter(collection__in=Collection.objects.writable_by(user))

    def current(self) -> Self:
        """All but those that a newer version has replaced."""
        return self.exclude(state=Document.State.SUPERSEDED)

    def not_in_effect(self, today: "date") -> Self:
        return self.filter(models.Q(effective_from__gt=today) | models.Q(effective_until__lt=today))

    def below(self, container: "Document") -> Self:
        """What came out of an archive or a mail, and out of those that were in it."""
        return self.filter(models.Q(parent=container) | models.Q(parent__parent=container))

    def in_progress(self) -> Self:
        return self.filter(state__in=[Document.State.WAITING, Document.State.READING, Document.State.INDEXING])


class Document(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READING = "reading", _("Reading")
        INDEXING = "indexing", _("Indexing")
        READY = "ready", _("Searchable")
        FAILED = "failed", _("Failed")
        SUPERSEDED = "superseded", _("Replaced")

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(_("title"), max_length=300)
    # Shown and offered for download; never part of a path.
    file_name = models.CharField(_("file name"), max_length=255)
    file = models.FileField(upload_to=storage_key, max_length=120)
    media_type = models.CharField(_("type"), max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size"), help_text="bytes")
    language = models.CharField(_("language"), max_length=5, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    page_based = models.BooleanField(default=True)
    page_count = models.PositiveIntegerField(_("pages"), default=0)
    chunk_count = models.PositiveIntegerField(_("passages"), default=0, help_text="in the active generation")
    notes = models.JSONField(default=list, blank=True)
    error_code = models.CharField(max_length=30, blank=True)
    # What this upload shall replace, and for the old one what did: set when the new chunks enter the index.
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replacements")
    superseded_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="supersedes"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    # The mail that it was attached to, or the archive that it was packed in.
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="members")
    # Of a container: documents that are in it too and belong to another one.
    shares = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # Where it lay in its archive or in the folder that was imported; a label, never part of a path of ours.
    folder = models.CharField(_("folder"), max_length=300, blank=True)
    # Days on which it holds, both included; none means without a limit.
    effective_from = models.DateField(_("effective from"), null=True, blank=True)
    effective_until = models.DateField(_("effective until"), null=True, blank=True)
    # The smallest hashes of its sentences, see documents.sketches.
    sketch = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # Another document that has most of its sentences too, until somebody has decided what to do about it.
    near_duplicate_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="near_duplicates"
    )
    # The share of its sentences that stand in the other one, 0 to 1.
    similarity = models.FloatField(default=0)
    # Somebody has looked at the two and wants both.
    kept_both = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "sha256"],
                condition=~models.Q(state="superseded"),
                name="one_copy_of_a_file_in_a_collection",
            ),
        ]
        indexes = [
            models.Index(fields=["collection", "-created_at"], name="document_by_age"),
            # Few documents have such days, and every search asks for them.
            models.Index(
                fields=["effective_from"], condition=models.Q(effective_from__isnull=False), name="document_begins"
            ),
            models.Index(
                fields=["effective_until"], condition=models.Q(effective_until__isnull=False), name="document_ends"
            ),
            GinIndex(fields=["sketch"], name="document_sketch"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:document_detail", args=[self.pk])

    @property
    def is_pdf(self) -> bool:
        return self.media_type == "application/pdf"

    @property
    def is_in_progress(self) -> bool:
        return self.state in (self.State.WAITING, self.State.READING, self.State.INDEXING)

    @property
    def is_superseded(self) -> bool:
        return self.state == self.State.SUPERSEDED


class Page(models.Model):
    class Method(models.TextChoices):
        TEXT = "text", _("Text layer")
        OCR = "ocr", _("Text recognition")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField()
    # Where this page begins in the document's text: pages joined by PAGE_SEPARATOR, in characters.
    offset = models.PositiveIntegerField()
    # [{"start": offset in this page, "level": 1.., "text": str}]
    headings = models.JSONField(default=list)
    method = models.CharField(max_length=4, choices=Method, default=Method.TEXT)
    quality = models.FloatField(default=1.0)
    # How sure text recognition was, 0 to 1; nothing for a text layer.
    confidence = models.FloatField(null=True, blank=True)
    # [[start, end], …] in this page: running heads and feet, which stay in the text and out of the windows.
    margins = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_row_for_a_page"),
        ]
        indexes = [
            # Few pages, and counted without reading the others: documents.poor_pages asks in these words.
            models.Index(fields=["document"], condition=IS_POOR, name="poor_pages"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}:{self.number}"

    @property
    def end(self) -> int:
        return self.offset + len(self.text)

    @property
    def percent_sure(self) -> int | None:
        """How sure text recognition was; nothing for a text layer."""
        return round(100 * (self.confidence or 0.0)) if self.method == self.Method.OCR else None
