"""Conversations as Markdown, as a page to print and for the clipboard."""

import pytest
from django.urls import reverse

from chat.export import harmless
from tests.chat.shelf import BOARD, LEAVE, cited_answer, shelves

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    world = shelves()
    client.force_login(world.bob)
    return world


def exported(client, answer, name="conversation_markdown") -> str:
    return client.get(reverse(f"chat:{name}", args=[answer.message.conversation_id])).content.decode()


def test_markdown_has_question_answer_and_numbered_references(client, world):
    answer = cited_answer(world.bob, (LEAVE, world.leave))

    text = exported(client, answer)

    assert text.startswith("# How many days?\n\nSaved from Knowledge Portal on ")
    assert f"{LEAVE}[1]" in text
    address = f"http://testserver/documents/{world.leave.pk}?start=0&end=24&answer={answer.pk}#passage"
    assert f"- [1] Leave, text: “{LEAVE}” <{address}>" in text


def test_it_is_offered_under_the_title(client, world):
    answer = cited_answer(world.bob, (LEAVE, world.leave), question="연차 며칠?")

    response = client.get(reverse("chat:conversation_markdown", args=[answer.message.conversation_id]))

    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%EC%97%B0")


@pytest.mark.parametrize("name", ["conversation_markdown", "conversation_print"])
def test_closed_sources_are_in_no_export(client, world, name):
    answer = cited_answer(world.bob, (LEAVE, world.leave), (BOARD, world.minutes))
    world.board.readers.clear()

    text = exported(client, answer, name)

    assert LEAVE in text
    assert "Busan" not in text
    assert "Minutes" not in text
    assert "may no longer read" in text


def test_page_to_print_lists_the_references_with_their_links(client, world):
    answer = cited_answer(world.bob, (LEAVE, world.leave))

    html = exported(client, answer, "conversation_print")

    assert "<b>[1]</b>" in html
    place = f"/documents/{world.leave.pk}?start=0&amp;end=24&amp;answer={answer.pk}#passage"
    assert f'href="http://testserver{place}"' in html


def test_copy_is_text_for_people_and_text_with_html_for_the_clipboard(client, world):
    address = reverse("chat:answer_copy", args=[cited_answer(world.bob, (LEAVE, world.leave)).pk])

    text = client.get(address, headers={"accept": "text/html,*/*"})
    both = client.get(address, headers={"accept": "application/json"}).json()

    assert text["Content-Type"].startswith("text/plain")
    assert text.content.decode() == both["text"]
    assert "<p>Annual leave is 15 days.[1]</p>" in both["html"]


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://evil.example/p.png)",
        "[x](javascript:alert(1))",
        "[1](http://evil.example)",
        "[x][y]\n\n[y]: http://evil.example",
        "<img src=x onerror=alert(1)>",
        "\\![x](http://evil.example)",
        "\\\\<script>alert(1)</script>",
        "<http://evil.example>",
        "![x]\n(http://evil.example)",
    ],
)
def test_markdown_that_others_draw_has_no_links_images_or_tags(client, world, text):
    from markdown_it import MarkdownIt

    answer = cited_answer(world.bob, (LEAVE, world.leave), before=f"{text}\n\n", model="m")

    drawn = MarkdownIt("commonmark").render(exported(client, answer).split("Sources:")[0])

    assert not [tag for tag in ("<a", "<img", "<script") if tag in drawn]


def test_harmless_text_keeps_its_words():
    assert harmless("2 * 3 [sic] a_b") == "2 * 3 [sic] a_b"
