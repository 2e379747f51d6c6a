"""An admin has everything embedded with another model, lets it answer, and goes back, while the portal runs."""

import re
import subprocess

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import PATIENCE_MS
from tests.running_portal import ROOT, manage
from tests.tiny_models import tiny_model

LIST = "/documents/models/releases/"


@pytest.fixture(scope="module")
def added_model(portal, tmp_path_factory):
    """A tiny model in the catalogue of the portal, and the name that pages show."""
    folder = tiny_model(tmp_path_factory.mktemp("models") / "tiny")
    row = {"provider": "sentence-transformers", "dimensions": 32, "max_tokens": 64, "licence": "open-source"}
    code = f"from documents.models import EmbeddingModel; EmbeddingModel.objects.create(name={str(folder)!r}, **{row})"
    subprocess.run(manage(portal.data_dir, "shell", "-c", code), cwd=ROOT, check=True, capture_output=True)
    return str(folder)


def test_another_model_is_foretold_released_activated_and_undone(admin, shelf, added_model):
    page = admin.page
    admin.open(f"{LIST}new")
    page.get_by_label("Embedding model").select_option(label=added_model)
    page.get_by_role("button", name="Choose this model").click()
    page.get_by_label("Window, in tokens").fill("64")
    page.get_by_role("button", name="Make a forecast").click()
    page.get_by_role("button", name="Begin the release").click()
    page.wait_for_url(re.compile(rf"{LIST}\d+$"))
    release = admin.path

    gate = page.get_by_role("link", name="Compare and let it answer")
    expect(gate).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="Forecast, and what happened")).to_be_visible()
    gate.click()
    confirmation = page.get_by_label("Type “")
    if confirmation.is_visible():
        confirmation.fill(added_model)
    page.get_by_role("button", name="Let it answer").click()

    expect(page.get_by_role("status")).to_contain_text("answers from now on")
    assert admin.status_of("/search?q=연차") == 200
    page.get_by_role("button", name="Go back to this one").click()
    expect(page.get_by_role("region", name="Answers now")).to_contain_text("all-MiniLM-L6-v2")
    admin.open(release)
    page.get_by_text("Drop it", exact=True).click()
    page.get_by_role("button", name="Drop it for good").click()
    expect(page.get_by_role("status")).to_contain_text("dropped")


def test_pages_of_releases_fit_a_phone(visit, admin_session):
    visitor = visit(storage_state=admin_session, viewport={"width": 320, "height": 640})

    for path in (LIST, f"{LIST}new", f"{LIST}new?model=1"):
        visitor.open(path)
        assert visitor.overflow() == 0
