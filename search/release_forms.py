"""What staff fill in to have documents embedded in another way."""

from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from documents.generations import OVERLAP, WINDOW_TOKENS, Plan
from documents.models import EmbeddingModel, Generation
from documents.releases import checks
from documents.releases.errors import ReleaseError


class ReleaseForm(forms.Form):
    """Of one model, whose sizes it offers. An overlap that is left empty is the usual share of the window."""

    window = forms.IntegerField(label=_("Window, in tokens"), min_value=1)
    overlap = forms.IntegerField(label=_("Overlap, in tokens"), min_value=0, required=False)
    dimensions = forms.TypedChoiceField(label=_("Numbers in a vector"), coerce=int)
    quantisation = forms.ChoiceField(
        label=_("How vectors are searched"), choices=Generation.Quantisation.choices, widget=forms.RadioSelect
    )

    def __init__(self, model: EmbeddingModel, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._model = model
        sizes = sorted({model.dimensions, *model.shorter_dimensions}, reverse=True)
        self.fields["dimensions"].choices = [(size, str(size)) for size in sizes]  # type: ignore[attr-defined]
        self.fields["window"].initial = WINDOW_TOKENS
        self.fields["overlap"].widget.attrs["placeholder"] = str(round(WINDOW_TOKENS * OVERLAP))
        self.fields["quantisation"].initial = Generation.Quantisation.HALF
        self.fields["window"].help_text = self._window_help()
        self.fields["overlap"].help_text = now_(
            "What a window repeats of the one before it, so that no thought is cut in two. Left empty: 15 % of it."
        )
        self.fields["dimensions"].help_text = self._dimensions_help()
        self.fields["quantisation"].help_text = now_(
            "One bit for each number makes the search index much smaller; the best candidates are compared exactly"
            " afterwards. It pays from some hundred thousand passages and long vectors on."
        )

    def _window_help(self) -> str:
        return now_(
            "Documents are cut into passages of so much text. Short ones point precisely, long ones know more of what"
            " surrounds them. This model reads %(most)s tokens at once; longer passages are read in parts and averaged."
        ) % {"most": self._model.max_tokens}

    def _dimensions_help(self) -> str:
        if self._model.shorter_dimensions:
            return now_("Fewer take less disk and memory and are compared faster, at some cost in quality.")
        return now_("This model has one size only.")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors:
            if found.get("overlap") is None:
                found["overlap"] = round(found["window"] * OVERLAP)
            self.cleaned_data = found
            try:
                checks.refuse(self.plan)
            except ReleaseError as error:
                raise forms.ValidationError(str(error)) from error
        return found

    @property
    def plan(self) -> Plan:
        chosen = self.cleaned_data
        return Plan(self._model, chosen["window"], chosen["overlap"], chosen["dimensions"], chosen["quantisation"])
