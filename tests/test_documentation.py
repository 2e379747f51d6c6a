"""What the documents name is there, and what there is to be known stands in them."""

import argparse
import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import Resolver404, get_resolver, resolve

ROOT = Path(__file__).parents[1]
APPS = ("portal", "chat", "search", "documents")
OF_THE_ROOT = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
DOCUMENTS = [*OF_THE_ROOT, *sorted((ROOT / "docs").rglob("*.md"))]
# Decisions and measurements tell of their day; what they name may have changed since.
OF_TODAY = [path for path in DOCUMENTS if path.parent.name != "decisions" and path.name != "measurements.md"]
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
ADDRESS = re.compile(r"^(?:GET |POST |PATCH |PUT |DELETE )?(/[a-z][\w/.-]*)$")
VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
PLACES = r"portal|chat|search|documents|tests|docs|static|templates|benchmarks|locale|\.ci"

every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
every_document_of_today = pytest.mark.parametrize("path", OF_TODAY, ids=lambda path: path.name)


@cache
def read(path):
    return path.read_text("utf-8")


def code_in(path):
    """What stands in code type, a string for each span or line of a block."""
    for found in CODE.findall(read(path)):
        yield from found.strip("`").splitlines()


def named(pattern, text):
    return sorted(set(re.findall(pattern, text, re.MULTILINE)))


def read_by_settings():
    return named(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', read(ROOT / "portal" / "settings.py"))


# ── Variables


def read_by_containers():
    return named(r"\$\{([A-Z_]+)", read(ROOT / "docker-compose.yml"))


def test_every_variable_of_the_settings_stands_in_the_readme():
    assert named(r"^\| `([A-Z][A-Z_]+)` \|", read(ROOT / "README.md")) == read_by_settings()


def test_every_variable_that_anything_reads_stands_in_the_example():
    read_by_uvicorn = {"FORWARDED_ALLOW_IPS"}
    everything = {*read_by_settings(), *read_by_containers(), *read_by_uvicorn}

    assert named(r"^#?([A-Z][A-Z_]+)=", read(ROOT / ".env.example")) == sorted(everything)


@every_document_of_today
def test_documented_variables_exist(path):
    mentioned = {name for text in code_in(path) for name in VARIABLE.findall(text)}

    assert mentioned - known_variables() == set()


@cache
def known_variables():
    """Those of the settings, of the Makefile and of the containers, constants, and settings of Django and Celery."""
    sources = [*(path for app in APPS for path in (ROOT / app).rglob("*.py")), ROOT / "tests" / "environment.py"]
    constants = {name for path in sources for name in named(r"^_?([A-Z][A-Z0-9_]+)(?::[^=]+)? =", read(path))}
    others = [ROOT / name for name in ("Makefile", "docker-compose.yml", "Dockerfile", "portal/settings.py")]
    return {*read_by_settings(), *constants, *(name for path in others for name in VARIABLE.findall(read(path)))}


# ── Commands


def own_commands():
    return {name for name, app in get_commands().items() if app in APPS}


@cache
def options_of(name):
    app = get_commands()[name]
    return set(all_options(load_command_class(app, name).create_parser("manage.py", name)))


def all_options(parser):
    yield from parser._option_string_actions
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from all_options(one)


def commands_in(path):
    """(command, options) of each line of code that runs one."""
    for text in code_in(path):
        for call in re.split(r"manage\.py ", text)[1:]:
            name = re.match(r"\w+", call)
            if name:
                yield name[0], set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", call.partition("&&")[0]))


@every_document
def test_documented_commands_exist_and_have_these_options(path):
    for name, options in commands_in(path):
        assert name in get_commands()
        assert options <= options_of(name), name


def test_every_command_is_documented_with_every_option():
    documented = dict.fromkeys(own_commands(), frozenset())
    for name, options in commands_in(ROOT / "README.md"):
        documented[name] = documented.get(name, frozenset()) | options
    of_django = options_of("migrate")
    missing = {
        name: left
        for name in own_commands()
        if (left := {one for one in options_of(name) if one.startswith("--")} - of_django - documented[name])
    }

    assert own_commands() <= {name for name, _options in commands_in(ROOT / "README.md")}
    assert missing == {}


# ── make


def targets():
    return named(r"^([a-z0-9-]+):(?!=)", read(ROOT / "Makefile"))


@every_document
def test_documented_make_targets_exist(path):
    mentioned = {name for text in code_in(path) for name in re.findall(r"(?:^|\s)make ([a-z][a-z0-9-]*)", text)}

    assert mentioned <= set(targets())


def test_make_explains_every_target():
    explained = named(r"^([a-z0-9-]+):.*## ", read(ROOT / "Makefile"))
    phony = re.search(r"^\.PHONY: (.*)$", read(ROOT / "Makefile"), re.MULTILINE)[1].split()

    assert set(phony) - {"help"} == set(explained)


def test_every_target_is_documented():
    mentioned = {name for path in OF_TODAY for name in re.findall(r"make ([a-z0-9-]+)", read(path))}

    assert set(targets()) - {"help"} <= mentioned


# ── Files and addresses


@every_document
def test_documented_files_exist(path):
    mentioned = re.findall(rf"`((?:{PLACES})/[\w./-]+(?:\.\w+|/))`", read(path))

    assert [name for name in mentioned if not (ROOT / name).exists()] == []


@every_document
def test_links_between_documents_lead_somewhere(path):
    broken = []
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", read(path)):
        file, _hash, anchor = target.partition("#")
        goal = (path.parent / file).resolve() if file else path
        if not goal.exists() or (anchor and anchor not in anchors(goal)):
            broken.append(target)

    assert broken == []


@cache
def anchors(path):
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_document_of_today
def test_documented_addresses_exist(path):
    unknown = []
    for text in code_in(path):
        unknown += [address for address in ADDRESS.findall(text) if not is_address(address)]

    assert unknown == []


def is_address(address):
    """Whether something answers there, or below it."""
    try:
        resolve(address)
    except Resolver404:
        return any(route.startswith(address.strip("/")) for route in routes())
    return True


@cache
def routes():
    """All of Django's, and the door for assistants, which is none."""
    return {*routes_of(get_resolver().url_patterns, ""), "mcp"}


def routes_of(patterns, before):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        yield route
        yield from routes_of(getattr(pattern, "url_patterns", ()), route)


# ── Security


def test_each_test_that_the_page_of_security_names_is_there():
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in named(r"^(?:async )?def (test_\w+)", read(path))
    }
    claimed = named(r"`(test_\w+)`", read(ROOT / "docs" / "security.md"))

    assert [name for name in claimed if name not in there] == []
    assert len(claimed) > 50
