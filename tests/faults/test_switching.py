"""Three models in turn while somebody searches and workers are killed: nothing fails, nothing is empty or mixed."""

import hashlib
import os
import time

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from documents import integrity, jobs
from documents.extraction.media_types import PPTX
from documents.generations import Plan
from documents.models import Chunk, Document, Generation, IndexJob, Page
from documents.models.document import PAGE_SEPARATOR
from documents.releases import activation, building
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user
from tests.faults.searching import Searching
from tests.faults.steering import running, wait_for
from tests.tiny_models import tiny_model, tiny_row

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("broker")]

DOCUMENTS, SLIDES = 100, 20
TOPICS = [
    "leave",
    "travel",
    "parking",
    "canteen",
    "security",
    "training",
    "overtime",
    "invoices",
    "laptops",
    "visitors",
]
LONGEST_BACK_S = 1.0


def slides(number):
    """Twenty slides, each of which is a window; at a shorter window it is two."""
    for slide in range(SLIDES):
        topic, other = TOPICS[slide % 10], TOPICS[(slide + number) % 10]
        yield (
            f"Rule {number}.{slide} is about {topic} and holds for everybody in department {number}. "
            f"Whoever asks for {topic} gets an answer within {slide + 2} days; a copy goes to {other}. "
        )


def uploaded_library(shelf):
    for number in range(DOCUMENTS):
        texts = list(slides(number))
        content = "".join(texts).encode()
        document = document_row(
            shelf,
            title=f"Rules {number}",
            media_type=PPTX,
            state=Document.State.WAITING,
            chunk_count=0,
            sha256=hashlib.sha256(content).hexdigest(),
            file=default_storage.save(f"documents/{number}", ContentFile(content)),
        )
        offset = 0
        for page, text in enumerate(texts, start=1):
            Page.objects.create(document=document, number=page, text=text, offset=offset)
            offset += len(text) + len(PAGE_SEPARATOR)
        jobs.queue(document)


def done(generation):
    return generation.jobs.filter(state=IndexJob.State.DONE).count()


def is_ready(generation):
    generation.refresh_from_db()
    return generation.state == Generation.State.READY


def killed_once(services, generation):
    """Let a worker begin, kill it in the middle, and let the next one go on."""
    with running(services["worker"]) as worker:
        wait_for(lambda: done(generation) >= 10)
        os.kill(worker.pid, 9)
        worker.wait()
    assert 0 < done(generation) < DOCUMENTS


def released(services, plan):
    generation = building.begin(plan, None)
    killed_once(services, generation)
    with running(services["worker"]):
        wait_for(lambda: is_ready(generation))
    activation.activate(generation, None)
    return generation


def test_three_models_in_turn_while_somebody_searches(services, tmp_path):
    shelf = make_collection()
    uploaded_library(shelf)
    first = Generation.objects.active()
    with running(services["worker"]):
        wait_for(lambda: done(first) == DOCUMENTS)
    assert Chunk.objects.filter(generation=first).count() == DOCUMENTS * SLIDES

    with Searching(make_user(staff=True), [f"Who answers about {topic}?" for topic in TOPICS]) as searching:
        try:
            second = released(services, Plan(first.model, window_tokens=32, overlap_tokens=4))
            assert Chunk.objects.filter(generation=second).count() > 1.5 * DOCUMENTS * SLIDES
            tiny = tiny_row(tiny_model(tmp_path / "tiny", dimensions=32))
            third = released(services, Plan(tiny, window_tokens=64, overlap_tokens=4))
            searched = len(searching.answered)
            wait_for(lambda: len(searching.answered) > searched + 5)

            began = time.monotonic()
            activation.activate(second, None)
            took_s = time.monotonic() - began
            wait_for(lambda: searching.answered[-1][1] == second.pk)
            activation.activate(first, None)
            wait_for(lambda: searching.answered[-1][1] == first.pk)
        finally:
            if Generation.objects.active() != first:
                activation.activate(first, None)

    assert searching.wrong == []
    assert searching.generations == [first.pk, second.pk, third.pk]
    assert took_s < LONGEST_BACK_S
    assert list(integrity.findings()) == []
    building.retire(third)
    assert list(integrity.findings()) == []
