"""What the address of the search page may hold. Whatever is not valid is left out."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from documents.media_types import KINDS
from documents.models import Collection
from documents.sent_keys import key_of
from search.queries import MAX_LENGTH
from search.retrieval import Mode
from search.wishes import MOST, STEP, Wish

if TYPE_CHECKING:
    from django.http import QueryDict

LANGUAGES = {"ko": _("Korean"), "en": _("English")}


class SearchForm(forms.Form):
    q = forms.CharField(required=False)
    after = forms.DateField(
        label=_("From this day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    before = forms.DateField(
        label=_("Before this day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    mode = forms.ChoiceField(required=False, choices=[(mode.value, mode.value) for mode in Mode])
    show = forms.IntegerField(required=False, min_value=STEP, max_value=MOST)

    def __init__(self, data: "QueryDict", collections: "QuerySet[Collection]") -> None:
        super().__init__(data)
        self._several = data
        self._collections = collections

    def wish(self) -> Wish:
        self.is_valid()
        chosen: dict[str, Any] = self.cleaned_data
        return Wish(
            q=chosen.get("q", "")[:MAX_LENGTH],
            type=tuple(kind for kind in KINDS if kind in self._several.getlist("type")),
            collection=self._known_collections(),
            language=tuple(code for code in LANGUAGES if code in self._several.getlist("language")),
            after=chosen.get("after"),
            before=chosen.get("before"),
            mode=Mode(chosen.get("mode") or Mode.HYBRID),
            show=chosen.get("show") or STEP,
        )

    def _known_collections(self) -> tuple[int, ...]:
        """Those that the person may read; others are left out as if they did not exist."""
        asked = [key for key in map(key_of, self._several.getlist("collection")) if key is not None]
        if not asked:
            return ()
        return tuple(self._collections.filter(pk__in=asked).order_by("name").values_list("pk", flat=True))
