"""No word that a person sees is written where it cannot be translated: attributes, forms, messages, scripts."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("portal", "chat", "search", "documents")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
MODULES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)

WORD = re.compile(r"[^\W\d_]{2,}")
# Attributes that are read out or shown; data-label stands before the cell of a table on a phone.
SPOKEN = "aria-label|aria-description|aria-roledescription|aria-valuetext|title|placeholder|alt|data-label|summary"
ATTRIBUTE = re.compile(rf"\b(?:{SPOKEN})=\"([^\"]*)\"")
# Of formats, units and measures: the same in every language.
NAMES = {"nDCG", "MRR", "recall", "ms"}

# What becomes text of a form, and the functions whose first or second argument is said to somebody.
SHOWN_KEYWORDS = {"label", "help_text", "empty_label", "verbose_name", "verbose_name_plural"}
MESSAGES = {"success", "error", "warning", "info"}


def _found(paths: Iterable[Path], look: Callable[[str], list[Any]]) -> dict[str, list[Any]]:
    """What is noticed in these files, by file."""
    return {str(path.relative_to(ROOT)): found for path in paths if (found := look(path.read_text("utf-8")))}


def unmarked_attributes(source: str) -> list[str]:
    """Words in attributes of a template, outside of any tag and variable."""
    source = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", source, flags=re.DOTALL)
    source = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", source, flags=re.DOTALL)
    return [word for value in ATTRIBUTE.findall(source) for word in WORD.findall(value) if word not in NAMES]


def _is_words(node: ast.expr | None) -> bool:
    """A text with words in it that nothing translates, also as a formatted one."""
    if isinstance(node, ast.JoinedStr):
        return any(_is_words(part) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(WORD.search(node.value))


def _said(call: ast.Call) -> Iterator[ast.expr]:
    """Arguments of a call that somebody will read; what is noted on a column nobody does."""
    if getattr(getattr(call.func, "value", None), "id", "") != "models":
        yield from (one.value for one in call.keywords if one.arg in SHOWN_KEYWORDS)
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "ValidationError":
        yield from call.args[:1]
    if name in MESSAGES and isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "messages":
        yield from call.args[1:2]
    if name == "add_error":
        yield from call.args[1:2]


def unmarked_words(source: str) -> list[int]:
    """Lines of a module on which a form or a message gets words that nothing translates."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if any(_is_words(argument) for argument in _said(call))]


# A text with words that is put where people see it; what comes from the server comes by data attributes.
_TEXT = r"""(?:"[^"\n]*[^\W\d_]{2,}[^"\n]*"|'[^'\n]*[^\W\d_]{2,}[^'\n]*')"""
SHOWN_BY_SCRIPTS = re.compile(
    rf"(?:\.(?:textContent|innerText|placeholder|title|alt|ariaLabel)\s*=\s*{_TEXT}"
    rf"|setAttribute\(\"(?:{SPOKEN})\",\s*{_TEXT}"
    rf"|(?:alert|confirm|prompt|append|prepend|replaceChildren|createTextNode|setCustomValidity)\(\s*{_TEXT})"
)


def test_attributes_of_templates_are_translated():
    assert _found(TEMPLATES, unmarked_attributes) == {}


def test_forms_and_messages_are_translated():
    assert _found(MODULES, unmarked_words) == {}


# Attributes for programs want the form that is the same everywhere, and a trail its seconds.
_FIXED = {"c", "H:i:s", "DATE_FORMAT", "DATETIME_FORMAT", "TIME_FORMAT"}
_DATES = re.compile(r'(value="{{ [\w.]+)?\|date:"([^"]+)"')


def days_in_one_form_for_all(source: str) -> list[str]:
    """Forms of days that are the same in every language, outside of fields."""
    shown = [form for in_field, form in _DATES.findall(source) if not in_field]
    return [form for form in shown if form not in _FIXED]


def test_days_are_shown_in_the_form_of_the_language():
    assert _found(TEMPLATES, days_in_one_form_for_all) == {}


def test_scripts_show_only_what_the_server_has_translated():
    assert _found(SCRIPTS, SHOWN_BY_SCRIPTS.findall) == {}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('<a title="Close {{ name }}">', ["Close"]),
        ('<a title="{% translate "Close" %}" aria-label="{{ name }} · 3">', []),
        ('<img alt="{% blocktranslate %}Page {{ n }}{% endblocktranslate %}">', []),
    ],
)
def test_words_in_attributes_are_noticed(source, words):
    assert unmarked_attributes(source) == words


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('messages.error(request, "Try again")', [1]),
        ('messages.error(request, _("Try again"))', []),
        ('forms.CharField(label=f"Name of {thing}")', [1]),
        ('forms.CharField(label=_("Name"))', []),
        ('raise forms.ValidationError("Wrong")', [1]),
        ('logger.error("broke", name)', []),
    ],
)
def test_words_of_forms_and_messages_are_noticed(source, lines):
    assert unmarked_words(source) == lines


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('place.textContent = "Copied";', True),
        ("place.textContent = this.dataset.copied;", False),
        ('place.setAttribute("aria-label", "Close");', True),
        ('place.setAttribute("class", "closed");', False),
    ],
)
def test_words_in_scripts_are_noticed(source, is_found):
    assert bool(SHOWN_BY_SCRIPTS.search(source)) is is_found
