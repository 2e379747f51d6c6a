"""One running portal for all journeys, and people who come to it with a browser."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.visitor import Visitor
from tests.running_portal import ROOT, Portal, free_port, fresh_data_dir, wait_for

CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SCREENSHOTS = ROOT / "test-results"
WORK_RULES = ROOT / "portal" / "samples" / "library" / "hr" / "work-rules-ko.pdf"


@dataclass(frozen=True)
class Shelf:
    """A collection with one searchable document that everybody may ask about who may read it."""

    collection: str
    document: str


@pytest.fixture(scope="session", autouse=True)
def database_beside_browser():
    """The browser's event loop runs in the thread of the tests, where Django would refuse them their database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def portal():
    with fresh_data_dir() as data_dir:
        running = Portal(data_dir, free_port())
        wait_for(running.runs, timeout_s=180)
        yield running
        running.stop()


@pytest.fixture(scope="session")
def chromium():
    if not Path(CHROMIUM).is_file():
        pytest.skip(f"There is no Chromium at {CHROMIUM}. Install it, or name it in the variable CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def admin_session(chromium, portal):
    """What the browser of the signed-in admin remembers."""
    visitor = Visitor(chromium, portal.address)
    visitor.sign_in("admin", portal.first_password)
    visitor.page.wait_for_url(f"{portal.address}/")
    visitor.add_person("charlie")
    state = visitor.context.storage_state()
    visitor.close()
    return state


@pytest.fixture(scope="session")
def shelf(chromium, portal, admin_session):
    visitor = Visitor(chromium, portal.address, storage_state=admin_session)
    collection = visitor.make_collection("인사 규정")
    visitor.upload(collection, WORK_RULES)
    document = visitor.wait_until_searchable(WORK_RULES.name)
    visitor.close()
    return Shelf(collection, document)


@pytest.fixture
def visit(request, chromium, portal):
    """Makes visitors. No browser may have complained, and one that failed is photographed."""
    visitors = []

    def come(**options):
        visitors.append(Visitor(chromium, portal.address, **options))
        return visitors[-1]

    yield come
    for number, visitor in enumerate(visitors, 1):
        if getattr(request.node, "has_failed", False):
            name = re.sub(r"\W+", "-", request.node.name)
            visitor.page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png", full_page=True)
        visitor.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def admin(visit, admin_session):
    return visit(storage_state=admin_session)


@pytest.fixture
def charlie(visit, admin_session):
    """Somebody who may read nothing yet."""
    visitor = visit()
    visitor.sign_in("charlie")
    visitor.page.wait_for_url(f"{visitor.address}/")
    return visitor


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.has_failed = report.failed
    return report


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
