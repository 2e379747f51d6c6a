"""What the address of the audit page may hold. Whatever is not valid is left out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.audit import trail
from portal.audit.trail import Wish


class TrailForm(forms.Form):
    event = forms.ChoiceField(label=_("Event"), required=False)
    words = forms.CharField(
        label=_("Person, address or words"), required=False, widget=forms.TextInput({"type": "search"})
    )
    first_day = forms.DateField(
        label=_("From this day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Up to this day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came
        self.fields["event"].choices = trail.choices()  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        self.is_valid()
        return Wish(**{name: value for name, value in self.cleaned_data.items() if value})
