"""What people may be typing towards, found by its prefixes, and the questions that searching is measured with."""

from django.conf import settings
from django.db import models
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from documents.models import Collection, Document
from search.bench.records import EvaluationRow, EvaluationRun

__all__ = [
    "EvaluationRow",
    "EvaluationRun",
    "Judgement",
    "Question",
    "QuestionChange",
    "QuestionSet",
    "Suggestion",
]


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


class QuestionSet(models.Model):
    """Questions that searching and answering are measured with. Its version counts its changes."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Question(models.Model):
    class Split(models.TextChoices):
        TUNING = "tuning", _("For tuning")
        HELD_OUT = "held_out", _("Held out")

    class Origin(models.TextChoices):
        REVIEW = "review", _("Review")
        IMPORT = "import", _("Import")
        SAMPLE = "sample", _("Sample library")
        HAND = "hand", _("By hand")
        RULES = "rules", _("Drafted by rules")
        MODEL = "model", _("Drafted by the language model")

    class State(models.TextChoices):
        READY = "ready", _("Ready")
        # Waits for somebody who accepts or rejects it; nothing is measured with it.
        DRAFT = "draft", _("Draft")
        # Kept, so that it is not proposed again.
        REJECTED = "rejected", _("Rejected")

    question_set = models.ForeignKey(QuestionSet, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    language = models.CharField(max_length=8)
    # Decided by the text, so that a question never moves from one to the other.
    split = models.CharField(max_length=8, choices=Split)
    origin = models.CharField(max_length=6, choices=Origin)
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    # The same question in another language; what answers that one answers this one, which has no judgements itself.
    parallel_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="parallels")
    # False: the documents have no answer, and saying so is right.
    is_answerable = models.BooleanField(default=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        # Of its hash: a long text does not fit into an index.
        constraints = [models.UniqueConstraint("question_set", MD5("text"), name="one_question_of_a_wording")]

    def __str__(self) -> str:
        return self.text[:80]


class Judgement(models.Model):
    """What a passage is worth for a question."""

    class Relevance(models.IntegerChoices):
        NONE = 0, _("Does not answer it")
        PART = 1, _("Answers a part of it")
        FULL = 2, _("Answers it")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="judgements")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    page = models.PositiveIntegerField()
    # In the document's text.
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    relevance = models.PositiveSmallIntegerField(choices=Relevance)
    # The document as a whole was judged, from its first character to its last.
    is_whole = models.BooleanField(default=False)
    # A newer version of the document does not say it like this any more; somebody has to look.
    is_outdated = models.BooleanField(default=False)

    class Meta:
        ordering = ["-relevance", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "document", "start", "end"], name="one_judgement_of_a_passage")
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.document_id} {self.relevance}"


class QuestionChange(models.Model):
    """What made a version of a question set out of the one before, and who did it."""

    class Kind(models.TextChoices):
        ADDED = "added", _("Added")
        EDITED = "edited", _("Edited")
        REMOVED = "removed", _("Removed")
        FOLLOWED = "followed", _("Moved to newer versions of documents")

    question_set = models.ForeignKey(QuestionSet, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    # How many questions at once, and the wording if it was one.
    count = models.PositiveIntegerField(default=1)
    text = models.TextField(blank=True)
    # Nobody: the portal itself.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version", "-pk"]

    def __str__(self) -> str:
        return f"{self.question_set_id} {self.version}: {self.kind}"


class QuestionImport(models.Model):
    """A file with questions that somebody is looking through before they come in."""

    class Layout(models.TextChoices):
        CSV = "csv", "CSV"
        BEIR = "beir", "BEIR"

    set_name = models.CharField(_("question set"), max_length=120)
    layout = models.CharField(max_length=4, choices=Layout)
    file_name = models.CharField(max_length=255)
    content = models.BinaryField()
    # Where its documents shall come in, if they shall.
    collection = models.ForeignKey(Collection, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.file_name
