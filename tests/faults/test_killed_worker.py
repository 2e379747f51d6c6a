"""Workers that are killed, stopped and paused in the middle of their work: nothing is lost or there twice."""

import os
import signal

import psutil
import pytest
from django.utils import timezone

from documents import integrity
from documents.models import Chunk, Document, IndexJob
from tests.factories import accepted_document, make_collection
from tests.faults.steering import all_ready, count, running, second, uploaded, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("broker")]

DOCUMENTS = 20


def assert_sound(documents):
    assert all_ready(documents)
    assert Chunk.objects.count() == documents
    assert list(integrity.findings()) == []


def test_documents_survive_a_killed_worker(services):
    uploaded(make_collection(), DOCUMENTS)

    with running(services["worker"]):
        wait_for(lambda: count("done") >= 3 and count("running") >= 1)
    assert 0 < count("done") < DOCUMENTS

    with running(services["worker"]):
        wait_for(lambda: count("done") == DOCUMENTS)
    assert_sound(DOCUMENTS)


def test_worker_killed_while_it_embeds_costs_one_attempt(services, sabotaged):
    struck = sabotaged("kill")
    uploaded(make_collection(), 1)

    with running(services["worker"]) as worker:
        wait_for(lambda: worker.poll() is not None)
    assert struck.exists()
    assert count("running") == 1

    with running(services["worker"]):
        wait_for(lambda: count("done") == 1)
    assert IndexJob.objects.get().attempt == 2
    assert_sound(1)


def test_worker_that_is_asked_to_stop_ends_its_work_or_leaves_it_to_the_next(services, sabotaged):
    sabotaged("slow")
    uploaded(make_collection(), 3)

    with running(services["worker"]) as worker:
        wait_for(lambda: count("running") >= 1)
        os.kill(worker.pid, signal.SIGTERM)
        wait_for(lambda: worker.poll() is not None)

    with running(services["worker"]):
        wait_for(lambda: count("done") == 3)
    assert max(IndexJob.objects.values_list("attempt", flat=True)) <= 2
    assert_sound(3)


def test_worker_that_slept_through_its_lease_writes_nothing(services, sabotaged):
    sabotaged("slow")
    uploaded(make_collection(), 1)

    with running(services["worker"]) as sleeper:
        wait_for(lambda: count("running") == 1 and IndexJob.objects.get().stage == IndexJob.Stage.EMBED)
        os.kill(sleeper.pid, signal.SIGSTOP)
        IndexJob.objects.update(lease_until=timezone.now())
        with running(second(services["worker"])):
            wait_for(lambda: count("done") == 1)
            done = IndexJob.objects.values().get()
            os.kill(sleeper.pid, signal.SIGCONT)
            wait_for(lambda: "lease lost" in services["worker"].log.read_text("utf-8"))

    assert IndexJob.objects.values().get() == done
    assert done["attempt"] == 2
    assert_sound(1)


def test_memory_that_runs_out_frees_the_worker_and_the_job_is_tried_again(services, sabotaged):
    sabotaged("memory")
    first, *_others = uploaded(make_collection(), 3)

    with running(services["worker"]):
        wait_for(lambda: count("done") >= 2)
        waiting = IndexJob.objects.exclude(state=IndexJob.State.DONE)
        assert [job.error_code for job in waiting] == ["out_of_memory"]
        waiting.update(not_before=None, hinted_at=None)

    with running(services["worker"]):
        wait_for(lambda: count("done") == 3)
    assert Document.objects.get(pk=first.pk).error_code == ""
    assert_sound(3)


def test_memory_of_a_worker_stays(services):
    shelf = make_collection()
    with running(services["worker"]) as worker:
        uploaded(shelf, 40)
        wait_for(lambda: count("done") == 40)
        first = _resident(worker.pid)
        for number in range(160):
            accepted_document(shelf, f"Notice {number}. 공지 {number}입니다.", file_name=f"notice-{number}.txt")
        wait_for(lambda: count("done") == 200, timeout_s=300)

        assert _resident(worker.pid) < 1.1 * first


def _resident(pid):
    return psutil.Process(pid).memory_info().rss
