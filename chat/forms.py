"""What people may send to the chat."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Collection

if TYPE_CHECKING:
    from django.http import QueryDict

    from documents.models.collection import type_Reader

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


def asked_collections(sent: "QueryDict", reader: "type_Reader") -> list[int]:
    """The collections that shall be asked, of those that the person may read; nothing if it is all of them."""
    wanted = set(sent.getlist("collection"))
    readable = list(Collection.objects.visible_to(reader).order_by("pk").values_list("pk", flat=True))
    chosen = [key for key in readable if str(key) in wanted]
    return chosen if len(chosen) < len(readable) else []
