"""What reviewers send: what the queue is narrowed to, and what they say of an answer."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import risk
from chat.models import Answer, Review, Verdict
from chat.review.queueing import Status, Wishes
from chat.review.reviews import Opinion
from documents.models import Collection

if TYPE_CHECKING:
    from django.http import QueryDict

    from documents.models.collection import type_Reader

_MARK = re.compile(r"\[(\d{1,3})\]")
LONGEST_NOTE = 4_000
LONGEST_ANSWER = 20_000
DEFAULT_SET = gettext_lazy("Reviewed questions")


class QueueForm(forms.Form):
    """What is unknown or damaged in the address counts as not chosen."""

    status = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    collection = forms.TypedChoiceField(label=gettext_lazy("Collection"), required=False, coerce=int, empty_value=None)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    model = forms.ChoiceField(label=gettext_lazy("Model"), required=False)
    since = forms.DateField(
        label=gettext_lazy("Asked since"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Asked until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, sent: "QueryDict", reader: "type_Reader") -> None:
        super().__init__(sent, auto_id="filter-%s")
        shelves = Collection.objects.visible_to(reader).order_by("name").values_list("pk", "name")
        models = Answer.objects.exclude(model="").order_by("model").values_list("model", flat=True).distinct()
        self._offer("status", status_labels())
        self._offer("reason", {"": _("All reasons"), **risk.labels()})
        self._offer("collection", {"": _("All collections"), **{str(pk): name for pk, name in shelves}})
        self._offer("language", {"": _("All languages"), "ko": _("Korean"), "en": _("English")})
        self._offer(
            "model", {"": _("All models"), "-": _("Quoted from the documents")} | {name: name for name in models}
        )

    def wishes(self) -> Wishes:
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return Wishes(**chosen)

    def _offer(self, name: str, labels: Mapping[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker what is declared above
        field.choices = list(labels.items())


class ReviewForm(forms.Form):
    """One reviewer's opinion, all of it in one request."""

    verdict = forms.ChoiceField(
        choices=Review.Verdict.choices,
        error_messages={"required": gettext_lazy("Say whether the answer is good, needs a correction, or is wrong.")},
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=LONGEST_NOTE)
    corrected = forms.CharField(label=gettext_lazy("Corrected answer"), required=False, max_length=LONGEST_ANSWER)
    is_refusal = forms.BooleanField(required=False)
    wants_second = forms.BooleanField(required=False)
    as_question = forms.BooleanField(required=False)
    question_set = forms.CharField(label=gettext_lazy("Question set"), required=False, max_length=120)

    def __init__(
        self, answer: Answer, sent: "QueryDict | None" = None, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(sent, initial=dict(initial or {}))
        self.numbers = {passage["number"] for passage in answer.passages}
        self.citations = [citation.pk for citation in answer.citations.all()]
        for pk in self.citations:
            self.fields[field_of(pk)] = forms.ChoiceField(choices=Verdict.Value.choices, required=False)

    def clean_corrected(self) -> str:
        text: str = self.cleaned_data["corrected"].replace("\r\n", "\n").strip()
        unknown = sorted({int(number) for number in _MARK.findall(text)} - self.numbers)
        if unknown:
            marks = ", ".join(f"[{number}]" for number in unknown)
            raise forms.ValidationError(_("%(marks)s is not a source of this answer.") % {"marks": marks})
        return text

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        text = said.get("corrected", "")
        if text and said.get("verdict") == Review.Verdict.GOOD:
            self.add_error(
                "corrected", _("A good answer needs no correction. Choose another verdict, or empty this field.")
            )
        if text and not _MARK.search(text) and not said.get("is_refusal"):
            self.add_error(
                "corrected",
                _("Name at least one source, for example [1], or tick that the documents do not answer this."),
            )
        return said

    def opinion(self) -> Opinion:
        said = self.cleaned_data
        judged = {pk: said[field_of(pk)] for pk in self.citations if said[field_of(pk)]}
        return Opinion(said["verdict"], judged, said["note"].strip(), said["corrected"], said["wants_second"])


def field_of(citation_id: int) -> str:
    return f"citation-{citation_id}"


def status_labels() -> dict[str, str]:
    return {
        Status.OPEN: _("Waiting"),
        Status.MINE: _("Mine"),
        Status.REVIEWED: _("Reviewed"),
        Status.ALL: _("All"),
    }
