"""What people may be typing towards: titles and headings of searchable documents, found by their prefixes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import Collection, Document


class Suggestion(models.Model):
    """A title or heading, once for each of its words that somebody may begin with. Never changes, as its document."""

    class Kind(models.TextChoices):
        TITLE = "title", _("Title")
        HEADING = "heading", _("Heading")
        GLOSSARY = "glossary", _("Glossary")

    # Repeated from the document, so that a prefix is looked up within the collections of a reader.
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="+", db_index=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=120)
    # The text from one of its words on, see search.typing_keys.
    keys = models.CharField(max_length=200, db_collation="C")
    initials = models.CharField(max_length=60, db_collation="C", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["collection", "keys"], name="suggestion_by_keys"),
            models.Index(
                fields=["collection", "initials"], condition=~models.Q(initials=""), name="suggestion_by_initials"
            ),
        ]

    def __str__(self) -> str:
        return self.text
