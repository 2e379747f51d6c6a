"""What the shell around every page shows: navigation, the person, language, appearance, version."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from chat import gaps
from portal.models import User
from portal.version import VERSION

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    value: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name_local: str


@dataclass(frozen=True, slots=True)
class Shell:
    person: str
    is_admin: bool
    theme: str
    themes: tuple[ThemeChoice, ...]
    languages: tuple[Language, ...]
    # Asked for only where a page has the navigation.
    browse: Callable[[], tuple[NavigationItem, ...]]
    version: str


def shell(request: HttpRequest) -> dict[str, Shell]:
    user = getattr(request, "user", None) or AnonymousUser()
    theme = user.theme if isinstance(user, User) else User.Theme.SYSTEM
    return {
        "shell": Shell(
            person=str(user),
            is_admin=user.is_staff,
            theme=theme,
            themes=tuple(ThemeChoice(value, label, value == theme) for value, label in _theme_labels()),
            languages=_languages(),
            browse=partial(_browse, request, user),
            version=VERSION,
        )
    }


def _languages() -> tuple[Language, ...]:
    codes = [code for code, _name in settings.LANGUAGES]
    return tuple(Language(code, get_language_info(code)["name_local"]) for code in codes)


def _theme_labels() -> list[tuple[str, str]]:
    return [(theme.value, str(theme.label)) for theme in User.Theme]


def _browse(request: HttpRequest, user: "type_Reader") -> tuple[NavigationItem, ...]:
    is_admin = user.is_staff
    match = request.resolver_match
    area, page = (match.namespace, match.view_name) if match else ("", "")
    watches = is_admin and page == "documents:ingestion"
    items = [
        NavigationItem(_("Search"), reverse("search:results"), page == "search:results"),
        NavigationItem(_("Documents"), reverse("documents:collection_list"), area == "documents" and not watches),
    ]
    if gaps.may_see(user):
        items.append(NavigationItem(_("Unanswered questions"), reverse("chat:gap_list"), page == "chat:gap_list"))
    if is_admin:
        items.append(NavigationItem(_("Dashboard"), reverse("dashboard"), page == "dashboard"))
        items.append(NavigationItem(_("Review"), reverse("chat:review_queue"), _is_review(request)))
        items.append(NavigationItem(_("Ingestion"), reverse("documents:ingestion"), watches))
        items.append(NavigationItem(_("Trust in the model"), reverse("search:trust"), page == "search:trust"))
        items.append(NavigationItem(_("Audit"), reverse("audit"), page == "audit"))
        items.append(NavigationItem(_("People"), reverse("people:person_list"), area == "people"))
    return tuple(items)


def _is_review(request: HttpRequest) -> bool:
    """All pages of the review desk, whichever app they belong to."""
    return request.path.startswith(reverse("chat:review_queue"))
