"""Asking for the workers never holds up who looks, and one answer serves all."""

import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from documents import liveness, tasks
from documents.liveness import Crew, Lookout, Worker
from documents.models import Heartbeat

CREW = Crew(True, (Worker("reader", 7, 2), Worker("other", 8, 4)))


def test_one_answer_serves_all_who_look_within_seconds():
    asked = []
    lookout = Lookout(lambda: asked.append(1) or CREW)

    seen = [lookout.crew(), lookout.crew(), lookout.crew()]

    assert (seen, len(asked)) == ([CREW] * 3, 1)
    assert CREW.threads == 6


def test_broker_that_hangs_holds_nobody_up():
    released = threading.Event()
    lookout = Lookout(lambda: released.wait(10) and CREW)
    begin = time.monotonic()

    assert lookout.crew(patience_s=0.1) is None
    assert lookout.crew(patience_s=0) is None
    assert time.monotonic() - begin < 1

    released.set()
    assert lookout.crew(patience_s=5) == CREW


def test_answer_from_a_while_ago_is_shown_while_the_next_is_awaited(monkeypatch):
    answers = [CREW]
    hold = threading.Event()
    lookout = Lookout(lambda: answers.pop() if answers else (hold.wait(10), Crew(broker_answers=False))[1])
    lookout.crew()
    monkeypatch.setattr(liveness, "FRESH_S", 0.0)

    assert lookout.crew() == CREW
    monkeypatch.setattr(liveness, "STALE_S", 0.0)
    assert lookout.crew(patience_s=0) is None
    hold.set()


def test_failed_question_is_asked_again(monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda failure: None)
    outcomes = [CREW, None]

    def ask():
        outcome = outcomes.pop()
        if outcome is None:
            raise RuntimeError
        return outcome

    lookout = Lookout(ask)

    assert lookout.crew() is None
    assert lookout.crew() == CREW


def test_worker_knows_its_jobs_by_host_and_process():
    worker = Worker("reader", 7, 2)

    assert worker.has("reader:7:1700000000.00")
    assert not worker.has("reader:70:1700000000.00")
    assert not worker.has("")


@pytest.mark.django_db
def test_upkeep_leaves_its_time():
    assert liveness.last_beat() is None
    assert liveness.clock_is_silent()

    tasks.reconcile_jobs()
    tasks.reconcile_jobs(is_restart=True)

    assert abs(timezone.now() - liveness.last_beat()) < timedelta(minutes=1)
    assert not liveness.clock_is_silent()
    Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(minutes=3))
    assert liveness.clock_is_silent()
