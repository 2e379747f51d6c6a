"""What is done every half minute: take back lost work, send lost messages, keep the BM25 pivots true."""

from documents import ingestion, jobs, weighing
from documents.models import Generation, IndexJob


def run() -> None:
    """Safe to run twice or at the same time in two processes."""
    ingestion.hint(jobs.reconcile())
    refresh_pivots()


def refresh_pivots() -> None:
    """Not while documents are coming in: the mean would move again."""
    for generation in Generation.objects.live():
        if not IndexJob.objects.filter(generation=generation).unfinished().exists():
            weighing.refresh_pivots(generation)
