"""Data directories for real servers."""

import pytest

from tests.running_portal import fresh_data_dir


@pytest.fixture(scope="module")
def data_dir():
    """One data directory for the tests of a module, since making a database takes longer than starting it."""
    with fresh_data_dir() as path:
        yield path
