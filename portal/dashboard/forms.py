"""What the address of the dashboard may hold. Whatever is not valid is left out."""

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import Collection
from portal.dashboard.figures import Wish
from portal.dashboard.span import Span, last_days

if TYPE_CHECKING:
    from django.http import QueryDict

    from documents.models.collection import type_Reader

USUAL_DAYS = 30
CHOICES = (7, USUAL_DAYS, 90, 365)
# Of a time that somebody chose themselves.
LONGEST_DAYS = 5 * 366
# No question is older. From much earlier days none could be counted back: the calendar begins with year 1.
EARLIEST_END = date(2000, 1, 1)


class DashboardForm(forms.Form):
    """Own days go before a number of days. A time that would be too long or has not come yet is cut."""

    first_day = forms.DateField(
        label=_("From this day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Up to this day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[MinValueValidator(EARLIEST_END)],
    )
    collection = forms.ModelChoiceField(
        Collection.objects.none(), label=_("Collection"), required=False, empty_label=_("All collections")
    )
    days = forms.TypedChoiceField(
        choices=[(str(days), str(days)) for days in CHOICES], coerce=int, required=False, empty_value=None
    )

    def __init__(self, sent: "QueryDict", reader: "type_Reader") -> None:
        super().__init__(sent, auto_id="dashboard-%s")
        shelves = self.fields["collection"]
        assert isinstance(shelves, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what is declared above
        shelves.queryset = Collection.objects.visible_to(reader).order_by("name")

    def wish(self) -> Wish:
        self.is_valid()
        return Wish(self._span(), self.cleaned_data.get("collection"))

    @property
    def chosen_days(self) -> int | None:
        """One of CHOICES, if the time is one of these and not own days."""
        self.is_valid()
        if self._has_own_days():
            return None
        days: int | None = self.cleaned_data.get("days")
        return days or USUAL_DAYS

    def _has_own_days(self) -> bool:
        return bool(self.cleaned_data.get("first_day") or self.cleaned_data.get("last_day"))

    def _span(self) -> Span:
        today = timezone.localdate()
        if not self._has_own_days():
            return last_days(self.chosen_days or USUAL_DAYS, today)
        last = min(self.cleaned_data.get("last_day") or today, today)
        longest = last_days(LONGEST_DAYS, last)
        first = self.cleaned_data.get("first_day") or last_days(USUAL_DAYS, last).first
        return Span(max(min(first, last), longest.first), last)
