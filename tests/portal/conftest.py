"""Data directories for real servers, a small library that programs ask, and a provider of single sign-on."""

import pytest
from django.core.cache import caches

from tests.chat.conftest import library, model, one_server  # noqa: F401 - fixtures, for all tests of this folder
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.running_portal import fresh_data_dir


@pytest.fixture(scope="module")
def data_dir():
    """One data directory for the tests of a module, since making a database takes longer than starting it."""
    with fresh_data_dir() as path:
        yield path


@pytest.fixture(scope="module")
def running_provider():
    with Provider() as provider:
        yield provider


@pytest.fixture
def provider(running_provider, settings):
    running_provider.reset()
    caches["process"].clear()
    settings.OIDC_ISSUER, settings.OIDC_NAME = running_provider.issuer, "Acme"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    settings.OIDC_ADDS_PEOPLE = True
    return running_provider
