"""What is told at every start: models that an index is made with and that will not be there much longer."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError

WITHDRAWN = "documents.W001"
RETIRES = "documents.W002"


@checks.register(checks.Tags.database)
def models_stay(
    app_configs: Any, databases: Sequence[str] | None = None, **_others: object
) -> list[checks.CheckMessage]:
    """Runs with `check --database default` and before migrations, as all checks do that read the database."""
    from documents import withdrawal

    if not databases:
        return []
    try:
        return [_told(model.name, model.days_left, is_gone=model.is_withdrawn) for model in withdrawal.retiring()]
    except DatabaseError:
        # Before the first migration there is nothing to read.
        return []


def _told(name: str, days_left: int | None, *, is_gone: bool) -> checks.CheckMessage:
    hint = "Build an index with another model: see docs/models.md."
    if is_gone:
        return checks.Warning(
            f"The embedding model {name} was withdrawn; search goes by words alone.", hint, id=WITHDRAWN
        )
    return checks.Warning(f"The embedding model {name} retires in {days_left} days.", hint, id=RETIRES)
