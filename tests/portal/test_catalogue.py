"""The Korean catalogue is complete, certain and compiled, without a gettext program to compile it with.

`manage.py makemessages -l ko --no-wrap --no-obsolete --add-location file` collects the texts anew.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "locale" / "ko" / "LC_MESSAGES"
APPS = ("portal", "chat", "search", "documents")
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext"}
PLACEHOLDER = re.compile(r"%\((\w+)\)\w")


def _python_files() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def _python_texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            position = 0 if node.func.id in MARKS else 1 if node.func.id in WITH_CONTEXT else None
            if position is not None and isinstance(node.args[position], ast.Constant):
                yield node.args[position].value


def _templates() -> list[Path]:
    """Of pages, and of mails and messages."""
    return [path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt")]


def _template_texts(path: Path) -> Iterator[str]:
    source = templatize(path.read_text(encoding="utf-8"))
    for call in re.findall(r"""gettext\((u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))""", source):
        yield ast.literal_eval(call)


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE / "django.po"))


def test_every_text_in_code_and_templates_is_in_the_catalogue(catalogue):
    used = {text for path in _python_files() for text in _python_texts(path)}
    used |= {text for path in _templates() for text in _template_texts(path)}

    assert len(used) > 100
    assert used - {entry.msgid for entry in catalogue} == set()


def test_every_text_is_translated_and_none_is_a_guess(catalogue):
    untranslated = [entry.msgid for entry in catalogue if not entry.translated()]
    guessed = [entry.msgid for entry in catalogue if entry.fuzzy]

    assert untranslated == []
    assert guessed == []


def test_compiled_catalogue_says_the_same(catalogue):
    compiled = polib.mofile(str(CATALOGUE / "django.mo"))

    assert {_key(entry): _said(entry) for entry in compiled} == {_key(entry): _said(entry) for entry in catalogue}


def test_translations_keep_the_placeholders(catalogue):
    wrong = [
        entry.msgid
        for entry in catalogue
        for said in _said(entry)
        if not set(PLACEHOLDER.findall(said)) <= set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        or set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)) - set(PLACEHOLDER.findall(said))
    ]

    assert wrong == []


def test_every_literal_in_a_template_is_marked_for_translation():
    found = {
        str(path.relative_to(ROOT)): words
        for path in _templates()
        if (words := _unmarked_words(path.read_text(encoding="utf-8")))
    }

    assert found == {}


# Of formats, units and measures: the same in every language.
NAMES = {
    "SHA",
    "doctype",
    "CSV",
    "JSON",
    "BEIR",
    "MB",
    "USD",
    "nDCG",
    "MRR",
    "recall",
    "OpenAPI",
    "OpenAI",
    "REST",
    "MCP",
}


def _unmarked_words(source: str) -> list[str]:
    """Words that stand between tags, outside of any translation."""
    source = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", source, flags=re.DOTALL)
    source = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<(kbd|code)>.*?</\1>|&\w+;", "", source, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", source)
    return [word for word in re.findall(r"[^\W\d_]{2,}", text) if word not in NAMES]


def _key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def _said(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
