"""Who searches, and a shelf to search."""

import pytest

from tests.factories import make_collection, make_user


@pytest.fixture
def alice(db):
    return make_user("alice")


@pytest.fixture
def shelf(alice):
    return make_collection("Rules", readers=[alice])
