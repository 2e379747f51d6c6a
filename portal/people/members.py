"""The members of a group, added and removed one by one: a group may have thousands, and two may change it at once."""

from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import audit
from documents.audit import Event
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from portal.models import User
from portal.people.directory import ROWS, found_people
from portal.people.forms import PeopleFilterForm
from portal.returning import way_back

# People who are no members that are offered for one name.
OFFERED = 20


@require_safe
@staff_only
def member_list(request: PersonRequest, group_id: int) -> HttpResponse:
    """The members, and by a name who else may become one."""
    group = get_object_or_404(Group, pk=group_id)
    form = PeopleFilterForm(request.GET)
    text, number = form.wish()
    found = found_people(text)
    page = Paginator(found.filter(groups=group), ROWS).get_page(number)
    offered = found.filter(is_active=True).exclude(groups=group)[:OFFERED] if text else []
    context = {"group": group, "form": form, "text": text, "page": page, "offered": offered}
    return render(request, "portal/people_members.html", context)


@require_POST
@staff_only
def set_member(request: PersonRequest, group_id: int, person_id: int) -> HttpResponse:
    """Make the person a member, or no longer one."""
    group, person = get_object_or_404(Group, pk=group_id), get_object_or_404(User, pk=person_id)
    if request.POST.get("member") == "yes":
        person.groups.add(group)
        audit.record(Event.GROUP_CHANGED, request.user, group=group.pk, name=group.name, added=[str(person)])
        news = _("%(person)s is a member of “%(group)s” now.")
    else:
        person.groups.remove(group)
        audit.record(Event.GROUP_CHANGED, request.user, group=group.pk, name=group.name, removed=[str(person)])
        news = _("%(person)s is no longer a member of “%(group)s”.")
    messages.success(request, news % {"person": person, "group": group.name})
    return redirect(way_back(request, reverse("people:member_list", args=[group.pk])))
