"""That all pages of the library are ours, and that nobody is offered what is not there."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client
from django.urls import get_resolver, reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def _views():
    for pattern in get_resolver("portal.accounts.urls").url_patterns:
        view = pattern.callback
        while not hasattr(view, "view_class") and hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        if hasattr(view, "view_class"):
            yield pattern.name, view.view_class


@pytest.mark.parametrize(("name", "view"), list(_views()))
def test_page_that_the_library_draws_is_drawn_with_our_template(name, view):
    if name in ("sign_out", "account_logout"):
        pytest.skip("It is reached by a form alone and shows nothing.")

    assert TEMPLATES in Path(get_template(view.template_name).origin.name).parents


@pytest.mark.parametrize("path", ["account/signup", "account/email", "accounts/signup/", "sign-up", "account/login/"])
def test_nobody_signs_up(client, path):
    client.force_login(make_user("ann"))

    assert client.get(f"/{path}").status_code == 404


def test_errors_of_forms_are_korean_for_who_reads_korean(client):
    ann = make_user("ann", language="ko")
    client.force_login(ann)
    fields = {"oldpassword": "correct horse", "password1": "ann", "password2": "other"}

    errors = client.post(reverse("change_password"), fields).context["form"].errors

    told = [error for field in errors.values() for error in field]
    assert told
    assert all(any("가" <= letter <= "힣" for letter in error) for error in told)


def test_cookies_hold_for_this_host_alone_under_https():
    """Settings are read once, so another process reads them anew."""
    program = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "portal.settings", "HTTPS": "true", "PORTAL_DATA_DIR": str(settings.MEDIA_ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert told.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "True", "True"]


@pytest.mark.parametrize("name", ["sign_in", "account_reset_password", "account_reset_password_done"])
def test_signed_out_pages_have_no_script_of_their_own(name):
    page = Client().get(reverse(name)).content.decode()

    assert page.count("<script") == 2
    assert "<style" not in page
