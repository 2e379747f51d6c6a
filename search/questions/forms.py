"""What staff send about question sets: files that shall come in, and drafts that shall be made."""

from typing import TYPE_CHECKING

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents.models import Collection
from search.models import QuestionImport, QuestionSet
from search.questions.rows import MOST_BYTES

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from documents.models.collection import type_Reader

# Drafts that are made at once: as many as somebody looks through in one go.
MOST_DRAFTS = 100


class _SetForm(forms.Form):
    """Names a set that exists, or a new one."""

    name = forms.CharField(
        label=_("Question set"),
        max_length=120,
        help_text=_("A set that exists, or the name of a new one."),
        widget=forms.TextInput({"list": "set-names", "autocomplete": "off"}),
    )

    def names(self) -> list[str]:
        return list(QuestionSet.objects.values_list("name", flat=True))


class ImportForm(_SetForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV with the columns question, document, page, quote, relevance; or a BEIR folder as a ZIP file."),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.zip"}),
    )
    collection = forms.ModelChoiceField(
        Collection.objects.none(),
        label=_("Documents of a BEIR folder"),
        required=False,
        empty_label=_("are in the portal already"),
        help_text=_("Choose a collection if its documents shall be added to the portal first."),
    )

    field_order = ("file", "name", "collection")

    def __init__(self, reader: "type_Reader", *args: object, **values: object) -> None:
        super().__init__(*args, **values)  # type: ignore[arg-type]  # what a form takes
        shelves = self.fields["collection"]
        assert isinstance(shelves, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        shelves.queryset = Collection.objects.writable_by(reader)

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than %(size)s MB. Split it in two.") % {"size": MOST_BYTES // 10**6}
            )
        return file

    def kept(self, reader: "AbstractUser") -> QuestionImport:
        """The file as a row, until somebody has looked through it."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        content = file.read()
        is_packed = content.startswith(b"PK\x03\x04")
        return QuestionImport.objects.create(
            set_name=self.cleaned_data["name"],
            layout=QuestionImport.Layout.BEIR if is_packed else QuestionImport.Layout.CSV,
            file_name=(file.name or "")[-255:],
            content=content,
            collection=self.cleaned_data["collection"] if is_packed else None,
            given_by_id=int(reader.pk),
        )


class DraftForm(_SetForm):
    collection = forms.ModelChoiceField(Collection.objects.none(), label=_("From the documents in"))
    count = forms.IntegerField(label=_("How many at most"), min_value=1, max_value=MOST_DRAFTS, initial=20)

    def __init__(self, reader: "type_Reader", *args: object, **values: object) -> None:
        super().__init__(*args, **values)  # type: ignore[arg-type]  # what a form takes
        shelves = self.fields["collection"]
        assert isinstance(shelves, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        shelves.queryset = Collection.objects.visible_to(reader)
