"""How far a document is on its way to being searchable, in words and as a share. Pure, but for the words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.models import Document, IndexJob

UNDER_WAY = (Document.State.WAITING, Document.State.READING, Document.State.INDEXING)
# Where each stage begins on the way from 0 to 1; most of the time goes into vectors.
_BEGINS = {
    IndexJob.Stage.EXTRACT: 0.05,
    IndexJob.Stage.WINDOW: 0.25,
    IndexJob.Stage.EMBED: 0.3,
    IndexJob.Stage.SWAP: 0.95,
}
# Stages that count: pages that are recognised from pictures, passages that get a vector.
_ENDS = {IndexJob.Stage.EXTRACT: 0.25, IndexJob.Stage.EMBED: 0.95}
# A job that was handed in longer ago than this, and that nobody took, is worth a word.
_LONG_WAIT_S = 20


@dataclass(frozen=True, slots=True)
class Progress:
    label: str
    detail: str = ""
    share: float = 0.0

    @property
    def percent(self) -> int:
        return round(100 * self.share)


def progress_of(document: Document, job: IndexJob | None, now: datetime) -> Progress:
    """Describe a document that is on its way; `job` is its job in the active generation."""
    if job is None or job.state == IndexJob.State.QUEUED:
        return Progress(_("Received"), _reason_to_wait(job, now), 0.02)
    stage = IndexJob.Stage(job.stage)
    counted = job.progress_total > 0 and stage in _ENDS
    done = job.progress_done / job.progress_total if counted else 0.0
    begin = _BEGINS[stage]
    count = _("%(done)s of %(total)s") % {"done": job.progress_done, "total": job.progress_total}
    share = begin + done * (_ENDS.get(stage, begin) - begin)
    return Progress(str(stage.label), count if counted else "", share)


def _reason_to_wait(job: IndexJob | None, now: datetime) -> str:
    if job is None:
        return ""
    if job.not_before and job.not_before > now:
        seconds = round((job.not_before - now).total_seconds())
        return ngettext(
            "did not work, tries again in %(count)s second",
            "did not work, tries again in %(count)s seconds",
            seconds,
        ) % {"count": seconds}
    if (now - job.created_at).total_seconds() > _LONG_WAIT_S:
        return _("waits for a free worker")
    return _("next in line")


@dataclass(frozen=True, slots=True)
class Pace:
    """What a collection still has to do, and how long that will take at the pace of the last minutes."""

    searchable: int
    in_progress: int
    failed: int
    minutes_left: int | None

    @property
    def total(self) -> int:
        return self.searchable + self.in_progress + self.failed


def pace_of(states: dict[str, int], finished_at: Iterable[datetime], now: datetime, window_s: int) -> Pace:
    """`states` counts documents by state; `finished_at` are the jobs finished within the last `window_s`."""
    finished = list(finished_at)
    in_progress = sum(states.get(state, 0) for state in UNDER_WAY)
    left = None
    if in_progress and len(finished) > 1:
        span_s = max((now - min(finished)).total_seconds(), 1.0)
        left = max(1, round(in_progress * min(span_s, window_s) / len(finished) / 60))
    return Pace(
        searchable=states.get(Document.State.READY, 0),
        in_progress=in_progress,
        failed=states.get(Document.State.FAILED, 0),
        minutes_left=left,
    )
