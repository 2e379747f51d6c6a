"""Pages of rights. Staff give and take them; editors of a collection see whom it is open to."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import audit, rights
from documents.audit import Event
from documents.models import Collection, Document
from documents.rights import Role
from documents.sent_keys import key_of
from documents.views.requests import PersonRequest
from documents.views.staff import staff_only
from portal.models import User
from portal.people.directory import found_people
from portal.returning import way_back
from portal.rights import listing, spreadsheets
from portal.rights.explaining import Explained, explain, phrase
from portal.rights.forms import NarrowForm, RightForm, WhyForm

# People of one name that are explained at once.
EXPLAINED = 5


@require_safe
def collection_access(request: PersonRequest, collection_id: int) -> HttpResponse:
    """The rights that were given, and by a name whom else they may be given to."""
    collection = _looked_after(request, collection_id)
    form = NarrowForm(request.GET)
    text, page = form.wish()
    found = listing.holders(collection, text, page)
    context = {
        **_about(request, collection),
        "form": form,
        "text": text,
        "rows": found.rows,
        "page": found.page,
        "offered": listing.offered(collection, text) if text and request.user.is_staff else [],
    }
    return render(request, "rights/collection.html", context)


@require_safe
def collection_people(request: PersonRequest, collection_id: int) -> HttpResponse:
    """Everybody who may read the collection and why; and for one name, why they may or may not."""
    collection = _looked_after(request, collection_id)
    form, why = NarrowForm(request.GET), WhyForm(request.GET)
    text, page = form.wish()
    readers, turned = listing.readers(collection, text, page)
    context = {
        **_about(request, collection),
        "form": form,
        "text": text,
        "rows": [(reader, [phrase(reason) for reason in reader.reasons]) for reader in readers],
        "page": turned,
        "who": why.asked(),
        "explained": _explained(why.asked(), collection) if request.user.is_staff else [],
    }
    return render(request, "rights/collection_people.html", context)


@require_safe
@staff_only
def collection_export(request: PersonRequest, collection_id: int) -> HttpResponse:
    collection = get_object_or_404(Collection.objects.visible_to(request.user), pk=collection_id)
    audit.record(Event.EXPORTED, request.user, what="rights", collection=collection.pk, name=collection.name)
    return _csv(spreadsheets.people_as_csv(collection), f"collection-{collection.pk}-people.csv")


@require_POST
@staff_only
def set_right(request: PersonRequest, collection_id: int) -> HttpResponse:
    collection = get_object_or_404(Collection.objects.visible_to(request.user), pk=collection_id)
    form = RightForm(request.POST)
    holder = form.holder()
    if holder is None:
        messages.error(request, _("This person or group is no longer there. Look for the name again."))
    else:
        _set(collection, holder, form.chosen(), request)
    return redirect(way_back(request, reverse("rights:collection", args=[collection.pk])))


def _set(collection: Collection, holder: User | Group, role: Role | None, request: PersonRequest) -> None:
    if role:
        rights.give(collection, holder, role, request.user)
    else:
        rights.take(collection, holder, request.user)
    messages.success(request, _news(holder, role))


@require_safe
@staff_only
def person_access(request: PersonRequest, person_id: int) -> HttpResponse:
    """What one person may read, and why."""
    person = get_object_or_404(User, pk=person_id)
    form = NarrowForm(request.GET)
    text, number = form.wish()
    page = Paginator(listing.readable(person, text), listing.ROWS).get_page(number)
    shelves = listing.shelves(person, list(page))
    context = {
        "person": person,
        "form": form,
        "text": text,
        "page": page,
        "rows": [(shelf, [phrase(reason) for reason in shelf.reasons]) for shelf in shelves],
        "total": Collection.objects.filter(is_scratch=False).count(),
    }
    return render(request, "rights/person.html", context)


@require_safe
@staff_only
def person_export(request: PersonRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(User, pk=person_id)
    audit.record(Event.EXPORTED, request.user, what="rights", person=person.pk, name=str(person))
    return _csv(spreadsheets.collections_as_csv(person), f"person-{person.pk}-collections.csv")


def _looked_after(request: PersonRequest, collection_id: int) -> Collection:
    """The collection, for those who may change its documents."""
    collection = get_object_or_404(Collection.objects.visible_to(request.user), pk=collection_id)
    if not Collection.objects.writable_by(request.user).filter(pk=collection.pk).exists():
        raise PermissionDenied
    return collection


def _about(request: PersonRequest, collection: Collection) -> dict[str, object]:
    return {
        "collection": collection,
        "counts": listing.counts(collection),
        "document": _document(request, collection),
        "may_give": request.user.is_staff,
    }


def _document(request: PersonRequest, collection: Collection) -> Document | None:
    """The document that somebody comes from, if it lies in this collection."""
    key = key_of(request.GET.get("document", ""))
    return None if key is None else Document.objects.filter(pk=key, collection=collection).first()


def _explained(name: str, collection: Collection) -> list[Explained]:
    return explain(list(found_people(name)[:EXPLAINED]), collection) if name else []


def _news(holder: User | Group, role: Role | None) -> str:
    """What holds now, in one sentence."""
    if isinstance(holder, Group):
        words = {
            Role.READER: _("The group “%(name)s” may read this collection now."),
            Role.EDITOR: _("The group “%(name)s” may read and change this collection now."),
            None: _("The right of the group “%(name)s” has been taken."),
        }
    else:
        words = {
            Role.READER: _("%(name)s may read this collection now."),
            Role.EDITOR: _("%(name)s may read and change this collection now."),
            None: _("The right of %(name)s has been taken."),
        }
    return words[role] % {"name": holder}


def _csv(lines: Iterable[str], name: str) -> HttpResponse:
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
