"""Whether the portal could do its work now, part by part: what a load balancer and a person on call ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from documents import liveness
from documents.embedding.embedders import embedder_of
from documents.failure_codes import IndexingFailure
from documents.models import Generation

OK = "ok"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Part -> "ok", or in a few technical words what is wrong with it.

    Without workers or a broker, questions are still answered; without the model, by words alone.
    """

    parts: dict[str, str]

    @property
    def can_answer(self) -> bool:
        return self.parts["database"] == OK

    @property
    def is_whole(self) -> bool:
        return set(self.parts.values()) == {OK}


def look() -> Readiness:
    """Takes at most about four seconds, whatever hangs; longer only if the model has to be loaded first."""
    parts = {"database": _said(_database)}
    if parts["database"] == OK:
        parts |= {"model": _said(_model), "clock": _said(_clock)}
    return Readiness(parts | _crew())


def _said(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, InterfaceError, IndexingFailure, Generation.DoesNotExist) as error:
        return f"{type(error).__name__}: {error}"[:200].strip()


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        return OK if cursor.fetchone() else "the extension vector is missing"


def _model() -> str:
    embedder_of(Generation.objects.active())
    return OK


def _clock() -> str:
    beaten = liveness.last_beat()
    if beaten is None:
        return "upkeep has never run"
    silence = timezone.now() - beaten
    return f"no upkeep for {silence // timedelta(seconds=1)} s" if liveness.clock_is_silent() else OK


def _crew() -> dict[str, str]:
    crew = liveness.lookout.crew()
    if crew is None:
        return {"broker": "no answer yet", "workers": "no answer yet"}
    broker = OK if crew.broker_answers else "does not answer"
    return {"broker": broker, "workers": OK if crew.workers else "none answers"}
