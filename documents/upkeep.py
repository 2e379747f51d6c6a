"""Every half minute: take back lost work, send lost messages, let versions take effect, keep the BM25 pivots true."""

from datetime import timedelta

from documents import ingestion, reconciling, replacement, weighing
from documents.models import Generation, IndexJob


def run(*, is_restart: bool = False) -> None:
    """Safe to run twice or at the same time in two processes.

    A worker that was killed took the messages along that it had fetched: after a restart all are sent again.
    """
    ingestion.hint(reconciling.reconcile(timedelta(0) if is_restart else reconciling.HINT_AFTER))
    replacement.take_effect()
    refresh_pivots()


def refresh_pivots() -> None:
    """Not while documents are coming in: the mean would move again."""
    for generation in Generation.objects.live():
        if not IndexJob.objects.filter(generation=generation).unfinished().exists():
            weighing.refresh_pivots(generation)
