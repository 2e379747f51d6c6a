"""What people fill in about collections and uploads, and how they narrow a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, TypedDict

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from documents import relearning, vocabulary
from documents.failures import FailureCode, explain
from documents.library import NEWEST_FIRST, SORTS, Wish
from documents.media_types import KINDS, UPLOAD_SUFFIXES
from documents.models import Collection, Document
from documents.overlap import Span


class Days(TypedDict):
    """From when and until when a document is in effect."""

    effective_from: date | None
    effective_until: date | None


# Numbers of bad lines that one message names.
LISTED_LINES = 10


class CollectionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    class Meta:
        model = Collection
        fields = ("name", "description", "glossary", "own_words")
        widgets: ClassVar = {
            "description": forms.Textarea(attrs={"rows": 2}),
            "glossary": forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
            "own_words": forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        }
        labels: ClassVar = {
            "glossary": _("Glossary"),
            "own_words": _("Own words"),
        }
        help_texts: ClassVar = {
            "glossary": _(
                "Words that mean the same, one group on a line: VPN = 브이피엔 = 가상사설망. Who searches for one of"
                " them also finds the others."
            ),
            "own_words": _(
                "Names and products that no dictionary knows, one on a line. They are found as a whole, also with"
                " Korean particles behind them."
            ),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        documents = relearning.affected(self.instance).count() if self.instance.pk else 0
        if documents:
            self.fields["own_words"].help_text += " " + ngettext(
                "Saving a change of them indexes %(count)d document again; it can be searched meanwhile.",
                "Saving a change of them indexes %(count)d documents again; they can be searched meanwhile.",
                documents,
            ) % {"count": documents}

    def teaches_other_words(self) -> bool:
        """The own words are not the ones that the documents were indexed with; how they are written says nothing."""
        before, after = (
            set(vocabulary.own_words(text)) for text in (self.initial["own_words"], self.instance.own_words)
        )
        return before != after

    def clean_glossary(self) -> str:
        written: str = self.cleaned_data["glossary"]
        if lines := vocabulary.lines_that_are_no_groups(written):
            raise forms.ValidationError(
                ngettext(
                    "Line %(lines)s is no group of words: write two or more different words of 2 to 60 characters with"
                    " = between them, at most 20 on a line and 1,000 lines.",
                    "Lines %(lines)s are no groups of words: write two or more different words of 2 to 60 characters"
                    " with = between them, at most 20 on a line and 1,000 lines.",
                    len(lines),
                )
                % {"lines": _listed(lines)}
            )
        return written

    def clean_own_words(self) -> str:
        written: str = self.cleaned_data["own_words"]
        if lines := vocabulary.lines_that_are_no_words(written):
            raise forms.ValidationError(
                ngettext(
                    "Line %(lines)s is no word: write one word or name of 2 to 60 characters on each line, at most"
                    " 1,000 lines.",
                    "Lines %(lines)s are no words: write one word or name of 2 to 60 characters on each line, at most"
                    " 1,000 lines.",
                    len(lines),
                )
                % {"lines": _listed(lines)}
            )
        return written


def _listed(lines: Sequence[int]) -> str:
    """The first numbers; whoever mends them sees the next."""
    return ", ".join(map(str, lines[:LISTED_LINES])) + ("…" if len(lines) > LISTED_LINES else "")


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Cleans to a list. Empty files pass: each file is judged, and answered for, on its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=SeveralFilesInput(attrs={"accept": ",".join(UPLOAD_SUFFIXES)}), **options)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = list(data) if isinstance(data, (list, tuple)) else [data]
        return [super(SeveralFilesField, self).clean(file, initial) for file in files or [None]]


class EffectForm(forms.Form):
    """The days on which a document holds, both included."""

    effective_from = forms.DateField(
        label=_("In effect from"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    effective_until = forms.DateField(
        label=_("In effect until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = chosen.get("effective_from"), chosen.get("effective_until")
        if begins and ends and ends < begins:
            self.add_error("effective_until", _("The last day must not lie before the first one."))
        return chosen

    def days(self) -> "Days":
        chosen = self.cleaned_data
        return Days(effective_from=chosen["effective_from"], effective_until=chosen["effective_until"])


class ReplaceForm(EffectForm):
    upload = forms.FileField(
        label=_("File of the new version"),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ",".join(UPLOAD_SUFFIXES)}),
    )

    field_order = ("upload", "effective_from", "effective_until")


class UploadForm(EffectForm):
    uploads = SeveralFilesField(
        label=_("Files"),
        allow_empty_file=True,
        error_messages={"required": _("Choose at least one file.")},
    )


class LibraryForm(forms.Form):
    """The filter above a collection's documents. Whatever is not valid is left out."""

    text = forms.CharField(
        label=_("Title or file name"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("Type"), required=False)
    reason = forms.ChoiceField(label=_("Reason of the failure"), required=False)
    sort = forms.ChoiceField(
        required=False,
        choices=[(sign + name, name) for name in SORTS for sign in ("", "-")],
        widget=forms.HiddenInput,
    )
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["state"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, see above
            ("", _("All states")),
            (Document.State.READY, Document.State.READY.label),
            ("progress", _("In progress")),
            (Document.State.FAILED, Document.State.FAILED.label),
            (Document.State.SUPERSEDED, Document.State.SUPERSEDED.label),
        ]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("All types")),
            *((name, kind.label) for name, kind in KINDS.items()),
        ]
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            ("", _("All reasons")),
            *((code.value, explain(code).title) for code in FailureCode),
        ]

    def wish(self) -> Wish:
        self.is_valid()
        chosen = self.cleaned_data
        return Wish(
            text=chosen.get("text", ""),
            state=chosen.get("state", ""),
            kind=chosen.get("kind", ""),
            reason=chosen.get("reason", ""),
            sort=chosen.get("sort") or NEWEST_FIRST,
            page=chosen.get("page") or 1,
        )


class PoorPagesForm(forms.Form):
    """The filter above the poor pages. Whatever is not valid is left out."""

    collection = forms.ModelChoiceField(
        label=_("Collection"), queryset=Collection.objects.none(), required=False, empty_label=_("All collections")
    )
    page = forms.IntegerField(required=False, min_value=1)

    def __init__(self, data: Any, collections: "QuerySet[Collection]") -> None:
        super().__init__(data)
        self.fields["collection"].queryset = collections  # type: ignore[attr-defined]  # a ModelChoiceField, see above

    def chosen(self) -> tuple[int | None, int]:
        """The collection, if one was chosen, and the page of the list."""
        self.is_valid()
        collection = self.cleaned_data.get("collection")
        return collection.pk if collection else None, self.cleaned_data.get("page") or 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document somebody wants to be: on a page, in a part of a long one, or at a passage.

    `answer` is the one that cites the passage, if somebody comes from there.
    """

    page: int = 1
    part: int = 1
    marked: Span | None = None
    answer: int | None = None


class PlaceForm(forms.Form):
    page = forms.IntegerField(required=False, min_value=1)
    part = forms.IntegerField(required=False, min_value=1)
    start = forms.IntegerField(required=False, min_value=0)
    end = forms.IntegerField(required=False, min_value=1)
    answer = forms.IntegerField(required=False, min_value=1)

    def place(self) -> Place:
        self.is_valid()
        chosen = self.cleaned_data
        start, end = chosen.get("start"), chosen.get("end")
        marked = Span(0, start, end) if start is not None and end is not None and start < end else None
        return Place(chosen.get("page") or 1, chosen.get("part") or 1, marked, chosen.get("answer"))
