"""How much script the page of an answer makes a browser load."""

import gzip
import re
from pathlib import PurePosixPath

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from documents.models import Document
from tests.chat.shelf import cited_answer, shelves

pytestmark = pytest.mark.django_db

BUDGET_BYTES = 100_000
# What a module imports, by its own name: at its beginning, or when it is needed.
_IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")


def scripts_of(page):
    """Path below static/ -> text, of all scripts that the page names and those that they import."""
    left = re.findall(r'<script[^>]*\bsrc="/static/([^"]+)"', page)
    assert left, "The page names no script."
    assert len(left) == page.count("<script"), "A script stands in the page itself."
    found = {}
    while left:
        path = left.pop()
        if path not in found:
            with open(finders.find(path), encoding="utf-8") as file:
                found[path] = file.read()
            folder = PurePosixPath(path).parent
            left += [str(folder / name.removeprefix("./")) for name in _IMPORTED.findall(found[path])]
    return found


def test_answer_page_loads_little_script(client):
    world = shelves()
    answer = cited_answer(world.bob, ("Annual leave is 15 days.", Document.objects.get(title="Leave")))
    client.force_login(world.bob)
    page = client.get(reverse("chat:conversation", args=[answer.message.conversation_id])).content.decode()

    scripts = scripts_of(page)

    assert settings.STATIC_URL == "/static/"
    assert {"js/app.js", "js/answer-stream.js"} <= scripts.keys()
    sizes = {path: len(gzip.compress(text.encode())) for path, text in scripts.items()}
    assert sum(sizes.values()) <= BUDGET_BYTES, sizes
