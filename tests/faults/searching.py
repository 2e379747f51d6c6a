"""A person who goes on searching while the index is exchanged, and what came of it."""

import threading
import time
from dataclasses import dataclass, field

from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from documents.models import Chunk
from search.retrieval import SearchFailed, find_passages

EVERY_S = 0.2
# Of so many searches one is the whole page.
PAGE_EVERY = 5


@dataclass
class Searching:
    """`answered` is (seconds, generation) of each search; what must not be stands in `wrong`."""

    reader: object
    questions: list
    answered: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self):
        self._client = Client()
        self._client.force_login(self.reader)
        self._thread = threading.Thread(target=self._go_on, name="searching")
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._stop.set()
        self._thread.join()

    @property
    def generations(self):
        """Which ones answered, in order."""
        return list(dict.fromkeys(generation for _seconds, generation in self.answered))

    def _go_on(self):
        number = 0
        while not self._stop.is_set():
            began = time.monotonic()
            self._search(number)
            number += 1
            self._stop.wait(max(EVERY_S - (time.monotonic() - began), 0))
        connection.close()

    def _search(self, number):
        question = self.questions[number % len(self.questions)]
        began = time.monotonic()
        try:
            if number % PAGE_EVERY:
                self._ask(question, began)
            else:
                self._look(question)
        except (DatabaseError, SearchFailed) as error:
            self.wrong.append(f"{question}: {error!r}")

    def _ask(self, question, began):
        found = find_passages(question, self.reader)
        self.answered.append((time.monotonic() - began, found.generation_id))
        chunks = Chunk.objects.filter(id__in=[hit.chunk_id for hit in found.hits])
        origins = set(chunks.values_list("generation", flat=True))
        if not found.hits or found.degraded or not origins <= {found.generation_id}:
            self.wrong.append(f"{question}: {len(found.hits)} hits, {found.degraded!r} failed, from {origins}")

    def _look(self, question):
        page = self._client.get(reverse("search:results"), {"q": question})
        if page.status_code != 200 or b"<mark" not in page.content:
            self.wrong.append(f"{question}: page {page.status_code}")
