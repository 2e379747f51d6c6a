"""What somebody wants to be measured, as it is kept with the run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from search.models import QuestionSet


@dataclass(frozen=True, slots=True)
class Wishes:
    """`sets`: question set -> its version then; none means all that can be asked. `sample` counts windows, None takes
    all documents; `limit` counts questions."""

    sets: Mapping[int, int]
    sample: int | None = None
    limit: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "sets": {str(key): version for key, version in self.sets.items()},
            "sample": self.sample,
            "limit": self.limit,
        }


def from_json(stored: Mapping[str, Any]) -> Wishes:
    sets = {int(key): version for key, version in stored.get("sets", {}).items()}
    return Wishes(sets, stored.get("sample"), stored.get("limit"))


def versions(keys: list[int] | None = None) -> dict[int, int]:
    """Question set -> its version now, of these sets or of all."""
    sets = QuestionSet.objects.all() if keys is None else QuestionSet.objects.filter(pk__in=keys)
    return dict(sets.order_by("pk").values_list("pk", "version"))
