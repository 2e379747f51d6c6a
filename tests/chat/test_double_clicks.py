"""Clicks that really come at the same moment, each in a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from django.db import connection

from chat import conversations
from chat.models import Message
from tests.factories import make_user


def test_clicks_at_the_same_moment_ask_once(transactional_db):
    bob, key = make_user("bob"), uuid4()

    def click(_number):
        try:
            return conversations.start(bob, "How long?", form_key=key).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(click, range(4)))

    assert len(made) == 1
    assert Message.objects.filter(text="How long?").count() == 1
