"""What administrators fill in about people and groups."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import AbstractUser, Group
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import addresses
from portal.models import User


class PeopleFilterForm(forms.Form):
    """The filter above the list of people. Whatever is not valid is left out."""

    text = forms.CharField(
        label=_("Name or user name"), required=False, max_length=150, widget=forms.TextInput({"type": "search"})
    )
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def wish(self) -> tuple[str, int]:
        self.is_valid()
        return self.cleaned_data.get("text", ""), self.cleaned_data.get("page") or 1


class PasswordField(forms.CharField):
    """Shown while it is typed: it is not the administrator's own, and somebody must be told it."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Password"),
            help_text=_("Leave it empty to have one made up; it is then shown to you once."),
            required=False,
            strip=False,
            widget=forms.TextInput(
                {"autocomplete": "off", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
            ),
        )


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """Rights of a person. `administrator` is who fills it in and cannot lock themselves out."""

    full_name = forms.CharField(label=_("Full name"), required=False, max_length=150)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("They can sign in with it. Enter only what you are certain of: it counts as verified."),
        required=False,
        max_length=254,
    )

    class Meta:
        model = User
        fields = ("is_active", "is_staff", "groups")
        widgets: ClassVar = {"groups": forms.CheckboxSelectMultiple}
        labels: ClassVar = {
            "is_active": _("May sign in"),
            "is_staff": _("Administrator"),
            "groups": _("Groups"),
        }
        help_texts: ClassVar = {
            "is_active": _("Whoever is switched off is signed out at once; their conversations stay."),
            "is_staff": _("Manages people and groups, and reads and changes all collections."),
            "groups": "",
        }

    field_order = ("username", "full_name", "email", "password", "is_active", "is_staff", "groups")

    def __init__(self, *args: Any, administrator: AbstractUser, **options: Any) -> None:
        super().__init__(*args, **options)
        self.administrator = administrator
        self.initial["full_name"], self.initial["email"] = self.instance.get_full_name(), self.instance.email

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email and addresses.is_taken(email, self.instance):
            raise forms.ValidationError(_("Somebody has this e-mail address already. Enter another one."))
        return email

    def clean_is_active(self) -> bool:
        return self._kept("is_active", _("You cannot switch yourself off. Ask another administrator to do it."))

    def clean_is_staff(self) -> bool:
        return self._kept(
            "is_staff", _("You cannot take this right from yourself. Ask another administrator to do it.")
        )

    def _kept(self, right: str, refusal: Any) -> bool:
        wanted: bool = self.cleaned_data[right]
        if self.instance == self.administrator and not wanted:
            raise forms.ValidationError(refusal)
        return wanted

    def store(self) -> User:
        """Write what the form shows and nothing else: a password or a sign-in may come in between."""
        person: User = self.save(commit=False)
        # One field for the whole name: which part of it comes first differs between languages.
        person.first_name, person.last_name = self.cleaned_data["full_name"], ""
        with transaction.atomic():
            person.save(update_fields=("first_name", "last_name", "is_active", "is_staff") if person.pk else None)
            self.save_m2m()
            # What stands there already may be an address that nobody has answered for.
            if "email" in self.changed_data:
                addresses.enter(person, self.cleaned_data["email"])
        return person


class NewPersonForm(PersonForm):
    password = PasswordField()

    class Meta(PersonForm.Meta):
        fields = ("username", "is_staff", "groups")
        field_classes: ClassVar = {"username": UsernameField}
        labels: ClassVar = {**PersonForm.Meta.labels, "username": _("User name")}
        help_texts: ClassVar = {
            **PersonForm.Meta.help_texts,
            "username": _("To sign in with: letters, digits and @ . + - _, for example the e-mail address."),
        }

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("Somebody has this user name already. Choose another one."))
        return name

    def clean(self) -> dict[str, Any]:
        filled: dict[str, Any] = super().clean() or self.cleaned_data
        person = User(username=filled.get("username", ""), first_name=filled.get("full_name", ""))
        _check_password(self, person)
        return filled


class NewPasswordForm(forms.Form):
    password = PasswordField()

    def __init__(self, person: User, data: Any) -> None:
        super().__init__(data)
        self.person = person

    def clean(self) -> None:
        _check_password(self, self.person)


def _check_password(form: forms.BaseForm, person: User) -> None:
    password = form.cleaned_data.get("password")
    if not password:
        return
    try:
        password_validation.validate_password(password, person)
    except forms.ValidationError as error:
        form.add_error("password", error)


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    class Meta:
        model = Group
        fields = ("name",)
        error_messages: ClassVar = {
            "name": {"unique": _("There is a group of this name already. Choose another name.")},
        }
