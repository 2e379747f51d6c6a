"""The broker loses everything, hangs, is away or delivers twice: messages are hints, the job rows are the truth."""

import os
import signal
import time

import pytest
from django.utils import timezone

from documents import ingestion, integrity, reconciling, upkeep
from documents.models import Chunk, Heartbeat, IndexJob
from documents.tasks import reconcile_jobs
from portal import processes
from tests.environment import BROKER_DIR
from tests.factories import make_collection
from tests.faults.steering import all_ready, answers, count, running, second, uploaded, wait_for

QUEUE = "celery"


@pytest.mark.slow
def test_messages_that_are_lost_are_sent_again_by_the_clock(services, broker):
    with running(services["worker"]) as worker, running(services["beat"]):
        wait_for(lambda: broker.llen(QUEUE) == 0)
        os.kill(worker.pid, signal.SIGSTOP)
        uploaded(make_collection(), 3)
        broker.flushall()
        IndexJob.objects.update(hinted_at=timezone.now() - reconciling.HINT_AFTER)
        os.kill(worker.pid, signal.SIGCONT)

        wait_for(lambda: all_ready(3))

    assert list(integrity.findings()) == []


@pytest.mark.slow
def test_documents_that_came_while_the_broker_was_away_are_taken_up_by_the_next_worker(services, settings):
    begin = time.monotonic()
    uploaded(make_collection(), 2)
    assert time.monotonic() - begin < 6
    assert set(IndexJob.objects.values_list("state", "hinted_at")) == {("queued", None)}

    with running(processes.broker(BROKER_DIR)), running(services["worker"]):
        wait_for(lambda: all_ready(2))


@pytest.mark.slow
def test_broker_that_hangs_delays_nobody_and_is_used_again(services, broker):
    with running(services["worker"]):
        uploaded(make_collection(), 1)
        wait_for(lambda: count("done") == 1)

        os.kill(broker.process.pid, signal.SIGSTOP)
        begin = time.monotonic()
        uploaded(make_collection("Meanwhile"), 1)
        assert time.monotonic() - begin < 3
        os.kill(broker.process.pid, signal.SIGCONT)

        wait_for(lambda: answers(broker))
        upkeep.run()
        wait_for(lambda: all_ready(2))


def test_message_that_was_lost_on_the_way_is_sent_again(transactional_db, broker, settings):
    uploaded(make_collection(), 1)
    assert broker.llen(QUEUE) == 1
    broker.delete(QUEUE)

    upkeep.run(is_restart=True)

    assert broker.llen(QUEUE) == 1


@pytest.mark.slow
def test_message_that_comes_five_times_is_work_for_once(services, broker):
    document, *_others = uploaded(make_collection(), 1)
    for _time in range(4):
        ingestion.hint(list(document.jobs.values_list("pk", flat=True)))
    assert broker.llen(QUEUE) == 5

    with running(services["worker"]):
        wait_for(lambda: broker.llen(QUEUE) == 0 and count("done") == 1)

    assert IndexJob.objects.get().attempt == 1
    assert Chunk.objects.count() == 1


@pytest.mark.slow
def test_two_clocks_make_no_double_work(services, broker):
    with running(services["worker"]), running(services["beat"]), running(second(services["beat"])):
        uploaded(make_collection(), 5)
        wait_for(lambda: all_ready(5))

    assert set(IndexJob.objects.values_list("attempt", flat=True)) == {1}


@pytest.mark.slow
def test_upkeep_does_not_wait_behind_documents(services, broker):
    uploaded(make_collection(), 40)
    reconcile_jobs.delay()

    with running(services["worker"]):
        wait_for(Heartbeat.objects.exists)

        assert count("queued") > 20
