"""What somebody fills in for a new access token."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.models import ApiToken, User
from portal.tokens.keys import LONGEST_DAYS, MOST_TOKENS

DAYS = 90


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What it is for, so that you recognise it later: a program, a computer."),
        error_messages={"required": _("Give the token a name.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that the token may do.")},
    )
    days = forms.IntegerField(
        label=_("Days until it expires"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=DAYS,
    )

    def __init__(self, data: Any, person: User) -> None:
        super().__init__(data, initial={"scopes": [ApiToken.Scope.READ]})
        self._person = person
        self.fields["days"].help_text = gettext("At most %(days)s. After that you make a new one.") % {
            "days": LONGEST_DAYS
        }
        # Whatever the token says, only staff measure.
        offered = [choice for choice in ApiToken.Scope.choices if person.is_staff or choice[0] != "evaluate"]
        self.fields["scopes"].choices = offered  # type: ignore[attr-defined]  # a MultipleChoiceField, see above

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if ApiToken.objects.filter(person=self._person, revoked_at=None).count() >= MOST_TOKENS:
            raise forms.ValidationError(
                _("You have %(count)s tokens. Revoke those that you no longer need first."),
                params={"count": MOST_TOKENS},
            )
        return cleaned
