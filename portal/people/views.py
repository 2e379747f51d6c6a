"""Pages of people and groups. Only staff know that they exist."""

from django.contrib import messages
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from documents import audit
from documents.audit import Event
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from portal.accounts import second_factor
from portal.models import User
from portal.passwords import new_password
from portal.people.administrators import acting_administrator
from portal.people.directory import listed_groups, listed_people, opened_by
from portal.people.forms import GroupForm, NewPasswordForm, NewPersonForm, PeopleFilterForm, PersonForm


@require_safe
@staff_only
def person_list(request: PersonRequest) -> HttpResponse:
    form = PeopleFilterForm(request.GET)
    text, page = form.wish()
    return render(request, "portal/people.html", {"form": form, "text": text, "page": listed_people(text, page)})


@never_cache
@require_http_methods(["GET", "POST"])
@staff_only
def person_create(request: PersonRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None, administrator=request.user)
    if not form.is_valid():
        return render(request, "portal/people_person.html", {"form": form})
    password = _give_password(form.instance, form.cleaned_data["password"])
    person = form.store()
    _record(Event.PERSON_ADDED, request, person)
    return _told(request, person, password, _("%(name)s can sign in now.") % {"name": person})


@require_http_methods(["GET", "POST"])
@staff_only
def person_edit(request: PersonRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(User, pk=person_id)
    form = PersonForm(request.POST or None, instance=person, administrator=request.user)
    if form.is_valid():
        with acting_administrator(request.user):
            form.store()
            _record(Event.PERSON_CHANGED, request, person)
        messages.success(request, _("%(name)s has been saved.") % {"name": person})
        return redirect("people:person_list")
    # The form has written into its instance; the page names the person as they are stored.
    stored = User.objects.get(pk=person_id)
    context = {"form": form, "person": stored, "has_second_factor": second_factor.is_set_up(stored)}
    return render(request, "portal/people_person.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_only
def person_password(request: PersonRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(User, pk=person_id)
    if person == request.user:
        return redirect("change_password")
    form = NewPasswordForm(person, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "portal/people_password.html", {"form": form, "person": person})
    password = _give_password(person, form.cleaned_data["password"])
    person.save(update_fields=["password"])
    audit.record(Event.PASSWORD_CHANGED, request.user, person=person.pk, name=str(person))
    return _told(request, person, password, _("%(name)s has a new password.") % {"name": person})


@require_http_methods(["GET", "POST"])
@staff_only
def person_second_factor(request: PersonRequest, person_id: int) -> HttpResponse:
    """Take the second factor from somebody who has lost it; one's own is removed in the account."""
    person = get_object_or_404(User, pk=person_id)
    if person == request.user:
        return redirect("mfa_index")
    if request.method != "POST":
        return render(request, "portal/people_second_factor.html", {"person": person})
    if second_factor.remove(person, request.user):
        messages.success(request, _("%(name)s now signs in without a second factor.") % {"name": person})
    return redirect("people:person_edit", person.pk)


def _record(event: Event, request: PersonRequest, person: User) -> None:
    groups = sorted(person.groups.values_list("name", flat=True))
    rights = {"is_staff": person.is_staff, "is_active": person.is_active, "groups": groups}
    audit.record(event, request.user, person=person.pk, name=str(person), **rights)


def _give_password(person: User, typed: str) -> str:
    """Return the password if it was made up here and somebody must be told it."""
    made_up = "" if typed else new_password()
    person.set_password(typed or made_up)
    return made_up


def _told(request: PersonRequest, person: User, password: str, news: str) -> HttpResponse:
    """Show a password that was made up in this very answer: it is kept nowhere to be shown again."""
    if password:
        context = {"person": person, "password": password, "news": news}
        return render(request, "portal/people_password_shown.html", context)
    messages.success(request, news)
    return redirect("people:person_list")


@require_safe
@staff_only
def group_list(request: PersonRequest) -> HttpResponse:
    return render(request, "portal/people_groups.html", {"groups": listed_groups()})


@require_http_methods(["GET", "POST"])
@staff_only
def group_create(request: PersonRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    if form.is_valid():
        return _saved(request, form)
    return render(request, "portal/people_group.html", {"form": form})


@require_http_methods(["GET", "POST"])
@staff_only
def group_edit(request: PersonRequest, group_id: int) -> HttpResponse:
    form = GroupForm(request.POST or None, instance=get_object_or_404(Group, pk=group_id))
    if form.is_valid():
        return _saved(request, form)
    stored = Group.objects.get(pk=group_id)
    context = {"form": form, "group": stored, "opened": opened_by(stored), "member_count": stored.user_set.count()}
    return render(request, "portal/people_group.html", context)


def _saved(request: PersonRequest, form: GroupForm) -> HttpResponse:
    group = form.save()
    audit.record(Event.GROUP_CHANGED, request.user, group=group.pk, name=group.name)
    messages.success(request, _("The group “%(name)s” has been saved.") % {"name": group.name})
    return redirect("people:member_list", group.pk)


@require_http_methods(["GET", "POST"])
@staff_only
def group_delete(request: PersonRequest, group_id: int) -> HttpResponse:
    group = get_object_or_404(Group, pk=group_id)
    if request.method == "POST":
        audit.record(Event.GROUP_DELETED, request.user, group=group.pk, name=group.name)
        group.delete()
        messages.success(request, _("“%(name)s” has been deleted.") % {"name": group.name})
        return redirect("people:group_list")
    context = {"group": group, "member_count": group.user_set.count(), "opened": opened_by(group)}
    return render(request, "portal/people_group_delete.html", context)
