"""A measurement whose worker is killed is ended by the next one, and its half-made index is gone."""

import os
import signal

import pytest

from documents.models import Generation
from search import tasks
from search.bench import runs
from search.bench.rows import candidate, of_generation
from search.bench.wishes import Wishes
from search.models import EvaluationRun
from tests.factories import make_collection
from tests.faults.steering import all_ready, running, uploaded, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("broker")]

DOCUMENTS = 4


@pytest.fixture
def run():
    active = Generation.objects.active()
    run = runs.begin([of_generation(active), candidate(active.model, 128)], Wishes({}, sample=200), None)
    yield run
    EvaluationRun.objects.filter(pk=run.pk).delete()


def test_killed_measurement_is_taken_up_again(services, run):
    uploaded(make_collection(), DOCUMENTS)
    with running(services["worker"]) as worker:
        wait_for(lambda: all_ready(DOCUMENTS))
        tasks.run_evaluations.delay()
        wait_for(lambda: fresh(run).scratch_id)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    left = fresh(run)
    kept = left.rows.get(position=0).measured_at

    with running(services["worker"]):
        tasks.run_evaluations.delay()
        wait_for(lambda: fresh(run).state == EvaluationRun.State.DONE)

    assert fresh(run).attempt == 2
    assert kept
    assert left.rows.get(position=0).measured_at == kept
    assert left.rows.get(position=1).measured_at
    assert not Generation.objects.filter(is_scratch=True).exists()


def fresh(run):
    return EvaluationRun.objects.get(pk=run.pk)
