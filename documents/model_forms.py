"""What staff fill in about embedding models."""

import re
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.postgres.forms import SimpleArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.embedding import addresses, folders
from documents.models import EmbeddingModel

KEY_NAME = re.compile(r"[A-Z][A-Z0-9_]*_API_KEY")
# pgvector's largest half-precision vector.
MOST_DIMENSIONS = 16_000
LEAST_TOKENS = 16
PREFIXES = ("query_prefix", "passage_prefix")
CONTRACT = ("key_name", "price_per_million_tokens", "requests_per_minute", "tokens_per_minute", "retires_on")
FACTS = ("languages", "licence", "licence_name", "source_url", "retires_on")
SIZES = ("dimensions", "shorter_dimensions", "max_tokens")

DAY: dict[str, forms.Widget] = {"retires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

_LABELS = {
    "name": _("Name"),
    "query_name": _("Name for questions"),
    "base_url": _("Address"),
    "key_name": _("Name of the key"),
    "dimensions": _("Dimensions"),
    "shorter_dimensions": _("Shorter sizes"),
    "max_tokens": _("Context window (tokens)"),
    "query_prefix": _("Before every question"),
    "passage_prefix": _("Before every passage"),
    "languages": _("Languages"),
    "licence": _("Kind of licence"),
    "licence_name": _("Licence"),
    "source_url": _("Where this is written"),
    "requests_per_minute": _("Requests a minute"),
    "tokens_per_minute": _("Tokens a minute"),
    "price_per_million_tokens": _("Price of a million tokens"),
    "retires_on": _("Last day"),
    "minimum_version": _("Oldest sentence-transformers"),
}
_HELP = {
    "name": _("As the service calls the model."),
    "query_name": _("Only if the service has another model for questions."),
    "base_url": _("The part before /embeddings, such as https://api.example.com/v1."),
    "key_name": _("The variable in the portal's environment that holds the key; it ends in _API_KEY. Empty: no key."),
    "shorter_dimensions": _("Sizes that its vectors may be cut to, with commas between them; if it was made for that."),
    "query_prefix": _("Kept as it is, spaces and lines too."),
    "languages": _("Codes with commas between them, such as ko, en."),
    "retires_on": _("The day from which it must not be used any more, if one is announced."),
    "requests_per_minute": _("What the service allows; empty: no limit."),
}


class PlainArray(SimpleArrayField):
    """Numbers or codes with commas between them; spaces do not matter."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(item) for item in value) if isinstance(value, list) else value


def _field(field: "models.Field[Any, Any]", **options: Any) -> forms.Field | None:
    if isinstance(field, models.URLField):
        options["assume_scheme"] = "https"
    return field.formfield(**options)


class _ModelForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for name, field in self.fields.items():
            field.label, field.help_text = _LABELS[name], _HELP.get(name, "")
            if name in PREFIXES and isinstance(field, forms.CharField):
                field.strip = False
                field.widget = forms.Textarea(attrs={"rows": 2})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in PREFIXES:
            if name in cleaned:
                cleaned[name] = cleaned[name].replace("\r\n", "\n")
        return cleaned

    def clean_dimensions(self) -> int:
        dimensions: int = self.cleaned_data["dimensions"]
        if not 1 <= dimensions <= MOST_DIMENSIONS:
            raise forms.ValidationError(_("Vectors of this size cannot be stored."))
        return dimensions

    def clean_max_tokens(self) -> int:
        tokens: int = self.cleaned_data["max_tokens"]
        if tokens < LEAST_TOKENS:
            raise forms.ValidationError(
                _("The context window must have %(least)s tokens at least."), params={"least": LEAST_TOKENS}
            )
        return tokens

    def clean_shorter_dimensions(self) -> list[int]:
        whole = self.cleaned_data.get("dimensions") or MOST_DIMENSIONS
        sizes: list[int] = self.cleaned_data["shorter_dimensions"] or []
        if not all(1 <= size < whole for size in sizes):
            raise forms.ValidationError(_("Shorter sizes must be smaller than the dimensions."))
        return sorted(set(sizes), reverse=True)

    def clean_key_name(self) -> str:
        name: str = self.cleaned_data["key_name"]
        if name and not KEY_NAME.fullmatch(name):
            raise forms.ValidationError(
                _("Give the name of a variable in capital letters that ends in _API_KEY, never the key itself.")
            )
        return name

    def clean_base_url(self) -> str:
        base_url: str = self.cleaned_data["base_url"].rstrip("/")
        if not base_url:
            raise forms.ValidationError(_("A service needs an address."))
        if addresses.fault_of(base_url):
            raise forms.ValidationError(
                _("This address is not asked. Give the http or https address of a service, without a key in it.")
            )
        return base_url


class EndpointForm(_ModelForm):
    shorter_dimensions = PlainArray(forms.IntegerField(), required=False)
    languages = PlainArray(forms.CharField(max_length=5), required=False)

    class Meta:
        model = EmbeddingModel
        fields = ("name", "query_name", "base_url", *CONTRACT[:1], *SIZES, *PREFIXES, *CONTRACT[1:4], *FACTS)
        widgets = DAY
        formfield_callback = _field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        same = EmbeddingModel.objects.filter(name=cleaned.get("name"), base_url=cleaned.get("base_url"))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("This model is in the catalogue already."))
        return cleaned

    def save(self, commit: bool = True) -> EmbeddingModel:
        self.instance.provider = EmbeddingModel.Provider.OPENAI
        saved: EmbeddingModel = super().save(commit)
        return saved


class FolderForm(_ModelForm):
    """What the folder says of itself stands in it already."""

    shorter_dimensions = PlainArray(forms.IntegerField(), required=False)
    languages = PlainArray(forms.CharField(max_length=5), required=False)

    class Meta:
        model = EmbeddingModel
        fields = (*SIZES, *PREFIXES, "minimum_version", *FACTS)
        widgets = DAY
        formfield_callback = _field

    def save(self, commit: bool = True) -> EmbeddingModel:
        self.instance.provider = EmbeddingModel.Provider.SENTENCE_TRANSFORMERS
        saved: EmbeddingModel = super().save(commit)
        return saved


class ContractForm(_ModelForm):
    """All that may change below an index, and of a model that the portal came with."""

    class Meta:
        model = EmbeddingModel
        fields = CONTRACT
        widgets = DAY
        formfield_callback = _field


class LastDayForm(_ModelForm):
    """The same of a model on disk."""

    class Meta:
        model = EmbeddingModel
        fields = ("retires_on",)
        widgets = DAY
        formfield_callback = _field


class FolderChoice(forms.Form):
    """First which folder, then what it says."""

    folder = forms.CharField(
        label=_("Folder"),
        max_length=200,
        help_text=_("The name of a folder where models lie, or an absolute path on the machine of the portal."),
        widget=forms.TextInput(attrs={"list": "folders", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_folder(self) -> str:
        name = str(self.cleaned_data["folder"]).rstrip("/")
        if fault := folders.fault_of(folders.named(name)):
            raise forms.ValidationError(folders.explain(fault))
        if EmbeddingModel.objects.filter(name=name, provider=EmbeddingModel.Provider.SENTENCE_TRANSFORMERS).exists():
            raise forms.ValidationError(_("This folder is in the catalogue already."))
        return name


def facts_of_folder(name: str) -> EmbeddingModel:
    """A row that is not stored, with what the folder says."""
    facts = folders.read(folders.named(name))
    return EmbeddingModel(
        name=name,
        dimensions=facts.dimensions,
        max_tokens=facts.max_tokens,
        pooling=facts.pooling,
        architecture=facts.architecture,
        query_prefix=facts.query_prefix,
        passage_prefix=facts.passage_prefix,
        size_mb=facts.size_mb or None,
        licence=EmbeddingModel.Licence.OPEN_WEIGHTS,
    )


def folders_to_add() -> list[str]:
    """Names of folders where models lie that can be loaded and have no row yet."""
    if not settings.MODELS_DIR.is_dir():
        return []
    known = set(EmbeddingModel.objects.values_list("name", flat=True))
    found = sorted(path for path in Path(settings.MODELS_DIR).iterdir() if path.name not in known)
    return [path.name for path in found if folders.fault_of(path) is None]
