"""A real web server on the database of the tests, and browsers that read its streams."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import uvicorn
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from chat import conversations
from chat.models import Answer
from portal.handler import Handler

QUESTION = "How many days of annual leave does an employee receive?"


@contextmanager
def web_server(application=None):
    """The portal, or a part of it, on a free port, in a thread of its own; gives out its address."""
    web = uvicorn.Server(uvicorn.Config(application or Handler(), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    while not web.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}"
    web.should_exit = True
    thread.join(10)


def committed(function, *args):
    """Run in a thread, whose connection is not in the test's transaction: the server has to see the result."""

    def run():
        try:
            return function(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def asked(user) -> Answer:
    conversation = committed(conversations.start, user, QUESTION)
    return Answer.objects.get(message__conversation=conversation)


def signed_in(user) -> Client:
    client = Client()
    committed(client.force_login, user)
    return client


def browser(server, user) -> httpx2.Client:
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    return httpx2.Client(base_url=server, cookies={settings.SESSION_COOKIE_NAME: session}, timeout=20)


class Window:
    """One stream as a browser reads it, bit by bit."""

    def __init__(self, response):
        self.headers, self.status_code = response.headers, response.status_code
        self._parts = response.iter_text()
        self.text = ""

    def read_to(self, name):
        """Return what has come when the first event of this name has."""
        while f"event: {name}" not in self.text:
            self.text += next(self._parts)
        return self.text

    def next_event(self, name):
        """Wait for one more event of this name."""
        known = self.text.count(f"event: {name}")
        while self.text.count(f"event: {name}") == known:
            self.text += next(self._parts)

    def read(self):
        self.text += "".join(self._parts)
        return self.text

    def events(self):
        """All events, in order."""
        return [_event(frame) for frame in self.read().split("\n\n") if "event: " in frame]


@contextmanager
def stream(server, user, answer, language="en"):
    address = reverse("chat:answer_stream", args=[answer.pk])
    headers = {"Accept-Language": language}
    with browser(server, user) as web, web.stream("GET", address, headers=headers) as response:
        yield Window(response)


def _event(frame: str) -> tuple[str, dict]:
    lines = dict(line.split(": ", 1) for line in frame.splitlines())
    return lines["event"], json.loads(lines["data"])


def wait_for(condition, seconds=5.0) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def held_connections() -> int:
    with connection.cursor() as cursor:
        # Within a transaction the first look would be repeated.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]
