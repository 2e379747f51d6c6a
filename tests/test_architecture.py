"""Rules of the house that a tool can hold: sizes, names, a light start."""

import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
from django.core.management import call_command

from portal.version import VERSION

ROOT = Path(__file__).parents[1]
APPS = ("portal", "chat", "search", "documents")
WANTED_LINES = 300
REFUSED_LINES = 500
# Files beyond what is wanted. A number here may only become smaller; below 300 the line goes.
LONG_FILES: dict[str, int] = {}
NAMES_THAT_SAY_NOTHING = {
    "base", "common", "core", "helpers", "lib", "managers", "misc", "selectors", "services", "shared", "tools", "util",
    "utils",
}  # fmt: skip
WORD = re.compile(r"[\w-]+")
SLOW_TO_IMPORT = {"torch", "transformers", "sentence_transformers", "tokenizers", "kiwipiepy", "openai", "pypdfium2"}
IMPORT = re.compile(r"""^\s*(?:import|export)\b(?:[^"'`;]*?\bfrom\s*)?["']([^"']+)["'](;?)""", re.MULTILINE)


def _lines_of_files() -> dict[str, int]:
    folders = (*APPS, "tests", "static", "benchmarks")
    paths = chain.from_iterable(
        (ROOT / folder).rglob(f"*.{kind}") for folder in folders for kind in ("py", "js", "css")
    )
    return {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in paths}


def test_files_stay_small():
    too_long = {path: count for path, count in _lines_of_files().items() if count > WANTED_LINES}

    assert too_long.keys() == LONG_FILES.keys()
    assert all(count <= min(LONG_FILES[path], REFUSED_LINES) for path, count in too_long.items()), too_long


def test_modules_are_named_after_the_domain():
    paths = chain.from_iterable((ROOT / app).rglob("*.py") for app in APPS)
    names = {path: path.parent.name if path.stem == "__init__" else path.stem for path in paths}
    nondescript = [path for path, name in names.items() if set(name.split("_")) & NAMES_THAT_SAY_NOTHING]

    assert nondescript == []


def test_every_class_has_a_rule_or_a_reader_and_every_rule_a_writer():
    templates, scripts = _text("templates/**/*.html"), _text("static/js/*.js")
    styles = re.sub(r"/\*.*?\*/", "", _text("static/css/**/*.css"), flags=re.DOTALL)
    rules = set(re.findall(r"\.([a-z][\w-]*)", styles))
    # Of "tag--{{ state }}" there is only the beginning.
    begun = {rule: found[0] if (found := re.match(r".*(--|__)", rule)) else rule for rule in rules}
    lines = re.findall(r'\bclass="([^"]*)"', re.sub(r"{%.*?%}", " ", re.sub(r"{{.*?}}", "", templates)))
    readers = set(WORD.findall(scripts + _text("tests/**/test_*.py")))
    writers = set(WORD.findall(templates + scripts + _text(*(f"{app}/**/*.py" for app in APPS))))

    assert set(" ".join(lines).split()) - rules - set(begun.values()) - readers == set()
    assert {rule for rule in rules if not {rule, begun[rule]} & writers} == set()


def _text(*patterns: str) -> str:
    paths = chain.from_iterable(ROOT.glob(pattern) for pattern in patterns)
    return "\n".join(path.read_text("utf-8") for path in paths)


def test_start_loads_no_model_library():
    program = (
        "import sys, django; django.setup(); import portal.urls, portal.celery, documents.tasks, search.tasks;"
        f"print(sorted({SLOW_TO_IMPORT!r} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_script_modules_import_in_the_way_that_gets_hashed_names():
    """The static storage rewrites relative imports that end with a semicolon, and skips others without a word."""
    scripts = {path: IMPORT.findall(path.read_text("utf-8")) for path in (ROOT / "static" / "js").rglob("*.js")}
    found = [(path, name, end) for path, imports in scripts.items() for name, end in imports]

    assert found
    assert [row for row in found if not row[1].startswith(("./", "../")) or row[2] != ";"] == []


def test_version_is_the_newest_of_the_changelog():
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert [name for name in headings if name != "Unreleased"][0] == VERSION
