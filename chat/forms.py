"""What people may send to the chat."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.models import Feedback
from documents.models import Collection

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import QueryDict

LONGEST_QUESTION = 2_000
LONGEST_COMMENT = 2_000


class QuestionForm(forms.Form):
    question = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 1, "maxlength": LONGEST_QUESTION}),
        error_messages={"required": _("Type a question first.")},
    )
    # A key of the page: sent twice, it asks once.
    form_key = forms.UUIDField(required=False)
    # The question that this one is asked after.
    after = forms.IntegerField(required=False)

    @property
    def key(self) -> "UUID | None":
        key: UUID | None = self.cleaned_data.get("form_key")
        return key


class GapFilterForm(forms.Form):
    """What unanswered questions are narrowed to. Whatever is not valid is left out."""

    state = forms.ChoiceField(label=_("State"), choices=[("open", _("Open")), ("closed", _("Closed"))], required=False)
    collection = forms.ModelChoiceField(
        label=_("Collection"), queryset=Collection.objects.none(), required=False, empty_label=_("All collections")
    )

    def __init__(self, data: "QueryDict", collections: "QuerySet[Collection]") -> None:
        super().__init__(data)
        self.fields["collection"].queryset = collections  # type: ignore[attr-defined]  # a ModelChoiceField, see above
        self.is_valid()

    @property
    def chosen(self) -> Collection | None:
        found: Collection | None = self.cleaned_data.get("collection")
        return found

    @property
    def is_open(self) -> bool:
        return self.cleaned_data.get("state") != "closed"


class TitleForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)


class FeedbackForm(forms.Form):
    """`helpful` is empty when an opinion is taken back."""

    helpful = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no"), ("", "")], required=False)
    reason = forms.ChoiceField(choices=[("", ""), *Feedback.Reason.choices], required=False)
    comment = forms.CharField(max_length=LONGEST_COMMENT, required=False)
