"""The periodic task, with a thread that really commits."""

import time

import pytest

from documents.models import Generation
from search import tasks
from search.bench import runs
from search.bench.rows import of_generation
from search.bench.wishes import Wishes
from tests.factories import make_collection
from tests.index_rows import indexed_rows
from tests.search.test_evaluation import TOPICS


@pytest.mark.slow
def test_periodic_task_begins_a_run_in_a_thread_of_its_own(transactional_db):
    indexed_rows(make_collection(), list(TOPICS.values()))
    run = runs.begin([of_generation(Generation.objects.active())], Wishes({}), None)

    tasks.run_evaluations()

    deadline = time.monotonic() + 60
    while run.state != "done" and time.monotonic() < deadline:
        time.sleep(0.1)
        run.refresh_from_db()
    assert run.state == "done"
    run.delete()
