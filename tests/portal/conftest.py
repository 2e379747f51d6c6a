"""Data directories for real servers."""

import shutil
import tempfile
from pathlib import Path

import pytest

from portal import embedded, postgres


@pytest.fixture(scope="module")
def data_dir():
    """One data directory for the tests of a module, since making a database takes longer than starting it.

    Not below pytest's own directory: each session of pytest shuts that one to other accounts, and when the
    tests are run by root, the servers run under another account.
    """
    folder = Path(tempfile.mkdtemp(prefix="portal-"))
    path = folder / "자료 of mine"
    yield path
    postgres.stop(embedded.database_server(path))
    shutil.rmtree(embedded.socket_dir(path), ignore_errors=True)
    shutil.rmtree(folder)
