"""What the addresses of these pages may hold, and what their buttons send."""

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from documents.rights import Role
from portal.models import User


class NarrowForm(forms.Form):
    """What a list is narrowed to. Whatever is not valid is left out."""

    text = forms.CharField(label=_("Name"), required=False, max_length=150, widget=forms.TextInput({"type": "search"}))
    page = forms.IntegerField(required=False, min_value=1)

    def wish(self) -> tuple[str, int]:
        self.is_valid()
        return self.cleaned_data.get("text", ""), self.cleaned_data.get("page") or 1


class WhyForm(forms.Form):
    who = forms.CharField(
        label=_("Name or user name"), required=False, max_length=150, widget=forms.TextInput({"type": "search"})
    )

    def asked(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("who", ""))


class RightForm(forms.Form):
    """A person or a group, and the role they shall have; no role takes what they have."""

    person = forms.ModelChoiceField(User.objects.all(), required=False)
    group = forms.ModelChoiceField(Group.objects.all(), required=False)
    role = forms.ChoiceField(choices=[("", ""), (Role.READER, Role.READER), (Role.EDITOR, Role.EDITOR)], required=False)

    def holder(self) -> User | Group | None:
        """None if what was sent names nobody."""
        if not self.is_valid():
            return None
        found: User | Group | None = self.cleaned_data["person"] or self.cleaned_data["group"]
        return found

    def chosen(self) -> Role | None:
        role = self.cleaned_data["role"]
        return Role(role) if role else None
