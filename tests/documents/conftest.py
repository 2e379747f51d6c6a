"""Who visits the pages of the library."""

import pytest

from tests.factories import make_user


@pytest.fixture
def alice(client):
    alice = make_user("alice")
    client.force_login(alice)
    return alice
