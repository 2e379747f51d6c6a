"""What is said about a document on its way, and how long a collection still takes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from documents.models import IndexJob
from documents.progress import pace_of, progress_of
from documents.waiting import Situation

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def job(**values):
    return IndexJob(**{"state": IndexJob.State.RUNNING, "created_at": NOW, **values})


def progress(one):
    return progress_of(one, Situation(NOW))


def test_waiting_document_has_been_received_and_says_what_it_waits_for():
    waiting = progress(job(state=IndexJob.State.QUEUED, not_before=NOW + MINUTE))

    assert (waiting.label, waiting.detail) == ("Received", "did not work, tries again in 60 seconds")


def test_vectors_are_counted():
    counting = progress(job(stage=IndexJob.Stage.EMBED, progress_done=120, progress_total=340))

    assert (counting.label, counting.detail) == ("Computing vectors", "120 of 340")


def test_progress_only_grows_from_stage_to_stage():
    half_way = job(stage=IndexJob.Stage.EMBED, progress_done=1, progress_total=2)
    shares = [
        progress(one).share
        for one in (
            None,
            job(stage=IndexJob.Stage.EXTRACT),
            job(stage=IndexJob.Stage.WINDOW),
            job(stage=IndexJob.Stage.EMBED),
            half_way,
            job(stage=IndexJob.Stage.SWAP),
        )
    ]

    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1


def test_time_left_follows_the_pace_of_the_last_minutes():
    finished = [NOW - 2 * MINUTE + timedelta(seconds=12 * n) for n in range(10)]

    pace = pace_of({"ready": 10, "waiting": 20}, finished, NOW, window_s=300)

    assert (pace.searchable, pace.in_progress, pace.total) == (10, 20, 30)
    assert (pace.per_minute, pace.minutes_left) == (5, 4)


def test_long_way_is_told_in_hours():
    finished = [NOW - MINUTE, NOW]

    assert pace_of({"waiting": 200}, finished, NOW, window_s=300).hours_left is None
    assert pace_of({"waiting": 300}, finished, NOW, window_s=300).hours_left == 2


@pytest.mark.parametrize("states", [{"ready": 3}, {"ready": 1, "failed": 2}])
def test_nothing_in_progress_means_no_time_left(states):
    assert pace_of(states, [NOW, NOW], NOW, window_s=300).minutes_left is None


def test_one_finished_document_is_no_pace():
    assert pace_of({"waiting": 5}, [NOW], NOW, window_s=300).minutes_left is None
