"""How far a document is on its way to being searchable, in words and as a share. Pure, but for the words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from documents import waiting
from documents.models import Document, IndexJob

# Two quick documents in a second are no pace.
SHORTEST_SPAN_S = 30.0
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


@dataclass(frozen=True, slots=True)
class Progress:
    label: str
    detail: str = ""
    share: float = 0.0

    @property
    def percent(self) -> int:
        return round(100 * self.share)


def progress_of(job: IndexJob | None, situation: waiting.Situation) -> Progress:
    """Describe a document that is on its way by its job in the active generation."""
    if job is None or waiting.waits(job, situation.now):
        return Progress(_("Received"), waiting.words(waiting.decide(job, situation)).short, 0.02)
    stage = IndexJob.Stage(job.stage)
    counted = job.progress_total > 0 and stage in _ENDS
    done = job.progress_done / job.progress_total if counted else 0.0
    begin = _BEGINS[stage]
    count = _("%(done)s of %(total)s") % {
        "done": number_format(job.progress_done, force_grouping=True),
        "total": number_format(job.progress_total, force_grouping=True),
    }
    share = begin + done * (_ENDS.get(stage, begin) - begin)
    return Progress(str(stage.label), count if counted else "", share)


@dataclass(frozen=True, slots=True)
class Pace:
    """What still has to be done, and how long that will take at the pace of the last minutes."""

    searchable: int
    in_progress: int
    failed: int
    # How many documents end in a minute; unknown while not even two have.
    per_minute: float | None

    @property
    def minutes_left(self) -> int | None:
        if not self.in_progress or not self.per_minute:
            return None
        return max(1, round(self.in_progress / self.per_minute))

    @property
    def hours_left(self) -> int | None:
        """Only where minutes would be too many to grasp."""
        return round(self.minutes_left / 60) if self.minutes_left and self.minutes_left >= 120 else None

    @property
    def total(self) -> int:
        return self.searchable + self.in_progress + self.failed


def pace_of(states: dict[str, int], finished_at: Iterable[datetime], now: datetime, window_s: int) -> Pace:
    """`states` counts documents by state; `finished_at` are the jobs finished within the last `window_s`."""
    finished = list(finished_at)
    per_minute = None
    if len(finished) > 1:
        span_s = max((now - min(finished)).total_seconds(), SHORTEST_SPAN_S)
        per_minute = 60 * len(finished) / min(span_s, window_s)
    return Pace(
        searchable=states.get(Document.State.READY, 0),
        in_progress=sum(states.get(state, 0) for state in UNDER_WAY),
        failed=states.get(Document.State.FAILED, 0),
        per_minute=per_minute,
    )
