"""What people may send to the chat."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_QUESTION = 2_000


class QuestionForm(forms.Form):
    question = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 1, "maxlength": LONGEST_QUESTION}),
        error_messages={"required": _("Type a question first.")},
    )


class TitleForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
