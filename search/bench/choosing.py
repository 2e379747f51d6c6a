"""The form on which somebody chooses what to measure, and with which questions."""

from itertools import product
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import EmbeddingModel, Generation
from search.bench.rows import Row, candidate, of_generation
from search.bench.tables import name_of, short_name
from search.bench.wishes import Wishes, versions
from search.models import QuestionSet

WINDOWS = (128, 256, 384, 512)
SAMPLE, LEAST_SAMPLE, MOST_SAMPLE = 1000, 50, 20_000
QUESTIONS, MOST_QUESTIONS = 300, 5_000
MOST_ROWS = 12
# What stands for all numbers of a model's vectors.
WHOLE = "whole"

_several = forms.CheckboxSelectMultiple


class BenchForm(forms.Form):
    generations = forms.MultipleChoiceField(label=gettext_lazy("Indexes that exist"), required=False, widget=_several)
    models = forms.MultipleChoiceField(label=gettext_lazy("Models to try"), required=False, widget=_several)
    windows = forms.MultipleChoiceField(
        label=gettext_lazy("Length of a window, in tokens"),
        required=False,
        widget=_several,
        choices=[(size, str(size)) for size in WINDOWS],
    )
    sizes = forms.MultipleChoiceField(label=gettext_lazy("Numbers of a vector"), required=False, widget=_several)
    sets = forms.MultipleChoiceField(label=gettext_lazy("Questions"), required=False, widget=_several)
    sample = forms.IntegerField(
        label=gettext_lazy("Windows to try models on"),
        help_text=gettext_lazy("Documents that answer a question are always among them; others are chosen at random."),
        min_value=LEAST_SAMPLE,
        max_value=MOST_SAMPLE,
        initial=SAMPLE,
    )
    limit = forms.IntegerField(
        label=gettext_lazy("Questions at most"), min_value=1, max_value=MOST_QUESTIONS, initial=QUESTIONS
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self._generations = {
            str(one.pk): one
            for one in Generation.objects.filter(
                is_scratch=False, state__in=[Generation.State.ACTIVE, Generation.State.READY], chunk_count__gt=0
            ).select_related("model")
        }
        self._models = {str(one.pk): one for one in _usable_models()}
        self._offer()

    def rows(self) -> list[Row]:
        """What was chosen; a size only with models that offer it."""
        found = [of_generation(self._generations[key]) for key in self.cleaned_data["generations"]]
        for key, window in product(self.cleaned_data["models"], self.cleaned_data["windows"]):
            model = self._models[key]
            for size in self.cleaned_data["sizes"]:
                if size == WHOLE or int(size) in model.shorter_dimensions:
                    found.append(candidate(model, int(window), None if size == WHOLE else int(size)))
        return found

    def wishes(self) -> Wishes:
        sets = versions([int(key) for key in self.cleaned_data["sets"]] or None)
        return Wishes(sets, self.cleaned_data["sample"], self.cleaned_data["limit"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self._refuse_too_few_and_too_many()
        return cleaned

    def _refuse_too_few_and_too_many(self) -> None:
        count = len(self.rows())
        if not count:
            self.add_error(
                None, _("Choose an index that exists, or a model with a length of windows and a number of numbers.")
            )
        if count > MOST_ROWS:
            self.add_error(
                None,
                _("These are %(count)s rows, and %(most)s can be measured at once. Choose fewer models or lengths.")
                % {"count": count, "most": MOST_ROWS},
            )

    def _offer(self) -> None:
        """What there is to choose; first the index that answers, all questions, and whole vectors."""
        active = [key for key, one in self._generations.items() if one.state == Generation.State.ACTIVE]
        sets = [(str(one.pk), one) for one in QuestionSet.objects.all()]
        sizes = sorted({size for one in self._models.values() for size in one.shorter_dimensions}, reverse=True)
        self._choices("generations", [(key, _generation_name(one)) for key, one in self._generations.items()], active)
        self._choices("models", [(key, short_name(one.name)) for key, one in self._models.items()], [])
        self._choices("sets", [(key, str(one.name)) for key, one in sets], [key for key, _one in sets])
        self._choices("sizes", [(WHOLE, _("all of the model's")), *((str(of), str(of)) for of in sizes)], [WHOLE])
        self.fields["windows"].initial = ["512"]

    def _choices(self, name: str, choices: list[tuple[str, str]], initial: list[str]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = choices
            field.initial = initial


def _usable_models() -> list[EmbeddingModel]:
    """Those that can be asked from here."""
    return [one for one in EmbeddingModel.objects.filter(withdrawn_at=None).order_by("name") if _is_here(one)]


def _is_here(model: EmbeddingModel) -> bool:
    if model.provider != EmbeddingModel.Provider.SENTENCE_TRANSFORMERS:
        return not model.key_name or bool(settings.MODEL_KEYS.get(model.key_name))
    from documents.embedding.local import model_folder
    from documents.failure_codes import IndexingFailure

    try:
        model_folder(model.name)
    except IndexingFailure:
        return False
    return True


def _generation_name(generation: Generation) -> str:
    name = name_of(
        {
            "number": generation.pk,
            "model_name": short_name(generation.model.name),
            "window_tokens": generation.window_tokens,
            "dimensions": generation.dimensions,
            "quantisation": generation.quantisation,
        }
    )
    return f"{name} ({generation.get_state_display()})"
