"""Generations as staff see them: what they were made with, how they do, what they weigh, and what can be done now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Generation
from documents.releases import progress, sizes
from documents.releases.progress import Outcome, Progress, Stage
from search import comparison, durations
from search.comparison import Comparison
from search.forms import LANGUAGES

# After a change people are shown the way back for so long.
WAY_BACK_SHOWN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Trust:
    language: str
    percent: int


@dataclass(frozen=True)
class Row:
    """One generation. What costs statements is asked for when a page shows it."""

    generation: Generation

    @property
    def trust(self) -> list[Trust]:
        measured = self.generation.calibration
        return [Trust(str(name), round(100 * measured[code])) for code, name in LANGUAGES.items() if code in measured]

    @cached_property
    def disk_bytes(self) -> int:
        return sizes.bytes_of(self.generation)

    @cached_property
    def progress(self) -> Progress:
        return progress.progress_of(self.generation)

    @property
    def left(self) -> str:
        return durations.words(self.progress.left_s) if self.progress.left_s else ""

    @cached_property
    def outcome(self) -> Outcome | None:
        return progress.outcome_of(self.generation)

    @property
    def foretold(self) -> str:
        return durations.words(self.outcome.foretold.seconds) if self.outcome else ""

    @property
    def took(self) -> str:
        return durations.words(self.outcome.took_s) if self.outcome else ""

    @property
    def time_error(self) -> str:
        return _percent(self.outcome.took_s, self.outcome.foretold.seconds) if self.outcome else ""

    @cached_property
    def comparison(self) -> Comparison | None:
        return comparison.latest(self.generation)

    @property
    def is_compared(self) -> bool:
        return self.comparison is not None

    @cached_property
    def stage(self) -> Stage:
        return self.progress.stage

    @property
    def held(self) -> "list[Held]":
        """What was foretold beside what happened."""
        return list(_held(self.outcome)) if self.outcome else []

    @property
    def steps(self) -> "list[Step]":
        """The way from the first document to a generation that can answer, with where it stands."""
        return list(_steps(self))

    @property
    def is_on_its_way(self) -> bool:
        """Whether something happens by itself that is worth looking at again."""
        moving = self.stage in (Stage.DOCUMENTS, Stage.INDEXES, Stage.CALIBRATION)
        return moving or (self.stage is Stage.READY and not self.is_compared)


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    # done, now, or later
    state: str


@dataclass(frozen=True, slots=True)
class Held:
    """One figure of a forecast; the difference as a share of what was foretold."""

    label: str
    foretold: str
    happened: str
    difference: str


def _held(outcome: Outcome) -> Iterator[Held]:
    told = outcome.foretold
    yield Held(
        _("Duration"),
        durations.words(told.seconds),
        durations.words(outcome.took_s),
        _percent(outcome.took_s, told.seconds),
    )
    yield Held(_("Passages"), str(told.windows), str(outcome.windows), _percent(outcome.windows, told.windows))
    yield Held(
        _("Disk"),
        filesizeformat(told.disk_bytes),
        filesizeformat(outcome.disk_bytes),
        _percent(outcome.disk_bytes, told.disk_bytes),
    )
    copied = [f"{100 * share:.0f} %" for share in (told.copied_share, outcome.copied_share)]
    yield Held(_("Copied, not computed"), copied[0], copied[1], "")


def _percent(happened: float, foretold: float) -> str:
    return f"{100 * (happened / foretold - 1):+.0f} %".replace("-", "−") if foretold else ""


_ORDER = (Stage.DOCUMENTS, Stage.INDEXES, Stage.CALIBRATION, Stage.READY)


def _steps(row: Row) -> "list[Step]":
    labels = (
        _("Embed the documents"),
        _("Build the search indexes"),
        _("Measure the trust in the model"),
        _("Compare it with the one that answers"),
    )
    held = {Stage.PAUSED: Stage.DOCUMENTS, Stage.DECISION: Stage.DOCUMENTS}
    stage = held.get(row.stage, row.stage)
    now = _ORDER.index(stage) if stage in _ORDER else len(_ORDER)
    if stage is Stage.READY and row.is_compared:
        now = len(_ORDER)
    states = ["done"] * now + ["now"] + ["later"] * len(_ORDER)
    return [Step(label, state) for label, state in zip(labels, states, strict=False)]


@dataclass(frozen=True, slots=True)
class Overview:
    """All generations: the one that answers, those on their way, those that could answer, and what was."""

    active: Row
    building: list[Row]
    ready: list[Row]
    retired: list[Row]

    @property
    def is_on_its_way(self) -> bool:
        return any(row.is_on_its_way for row in self.building)


def overview() -> Overview:
    found = Generation.objects.filter(is_scratch=False).select_related("model", "created_by").order_by("-pk")
    rows: dict[str, list[Row]] = {state: [] for state in Generation.State.values}
    for generation in found:
        rows[generation.state].append(Row(generation))
    state = Generation.State
    return Overview(rows[state.ACTIVE][0], rows[state.BUILDING], rows[state.READY], rows[state.RETIRED])


def way_back() -> Generation | None:
    """The one that answered before, for a while after a change; None if there is none."""
    active = Generation.objects.active()
    if active.activated_at is None or timezone.now() - active.activated_at > WAY_BACK_SHOWN:
        return None
    before = Generation.objects.filter(state=Generation.State.READY, is_scratch=False, activated_at__isnull=False)
    return before.select_related("model").order_by("-activated_at").first()


def being_built() -> Row | None:
    found = Generation.objects.filter(state=Generation.State.BUILDING, is_scratch=False).select_related("model")
    generation = found.first()
    return Row(generation) if generation else None
