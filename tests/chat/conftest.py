"""A small library that can be asked, and a language model server."""

from types import SimpleNamespace

import pytest
from django.test import override_settings

from chat.models import Citation
from documents.models import Page
from tests import leavings
from tests.documents.rows import document_row
from tests.factories import indexed_document, make_answer, make_citation, make_collection, make_user, source_of
from tests.llm_server import LanguageModelServer, Script

LEAVE = "Annual leave\n\nEvery employee receives 15 days of annual leave. Unused annual leave lapses on 31 December."
VPN = "Remote access\n\nThe VPN session lasts ten hours. Maintenance of the VPN is on Tuesdays."


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker, tmp_path_factory):
    """alice edits the rules, bob reads them, charlie is an outsider.

    Committed, so that web server threads see it too, once for a module, since reading documents takes a while.
    """
    with django_db_blocker.unblock(), leavings.removed():
        with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
            library = _filled()
        yield library


def _filled() -> SimpleNamespace:
    people = {name: make_user(name) for name in ("alice", "bob", "charlie")}
    collection = make_collection(readers=[people["bob"]], editors=[people["alice"]])
    leave = indexed_document(collection, LEAVE, title="Leave", file_name="leave.txt")
    vpn = indexed_document(collection, VPN, title="Network", file_name="vpn.txt")
    return SimpleNamespace(**people, collection=collection, leave=leave, vpn=vpn)


@pytest.fixture(scope="session")
def one_server():
    with LanguageModelServer() as server:
        yield server


@pytest.fixture
def model(one_server, settings):
    """A language model is configured; tests exchange `model.script`."""
    one_server.script = Script()
    one_server.requests.clear()
    settings.LLM_BASE_URL = one_server.base_url
    settings.LLM_MODEL = "test-model"
    return one_server


@pytest.fixture
def ann(client):
    """She reviews, and so does ben."""
    person = make_user("ann", staff=True)
    client.force_login(person)
    return person


@pytest.fixture
def ben():
    return make_user("ben", staff=True)


@pytest.fixture
def document():
    found = document_row(make_collection("Handbook"), title="Work rules", media_type="text/plain")
    Page.objects.create(document=found, number=1, text="Fifteen days.", offset=0)
    return found


@pytest.fixture
def answer(ben, document):
    found = make_answer(ben, "How many days of leave?", passages=[source_of(document)])
    make_citation(found, document, finding=Citation.Finding.UNVERIFIED, support=0.4, features={"words": 0.5})
    return found
