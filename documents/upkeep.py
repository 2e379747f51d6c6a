"""Every half minute: take back lost work, send lost messages, let versions take effect, keep the BM25 pivots true."""

from datetime import timedelta

from documents import file_removal, ingestion, reconciling, replacement, weighing
from documents.models import Generation, IndexJob
from documents.releases import completion, planning, standing


def run(*, is_restart: bool = False) -> None:
    """Safe to run twice or at the same time in two processes.

    A worker that was killed took the messages along that it had fetched: after a restart all are sent again.
    """
    ingestion.hint(reconciling.reconcile(timedelta(0) if is_restart else reconciling.HINT_AFTER))
    replacement.take_effect()
    standing.catch_up()
    completion.tend()
    planning.remind()
    file_removal.clear()
    refresh_pivots()


def refresh_pivots() -> None:
    """Not while documents are coming in: the mean would move again. One that is being built is seen to apart."""
    for generation in Generation.objects.complete():
        if not IndexJob.objects.filter(generation=generation).unfinished().exists():
            weighing.refresh_pivots(generation)
