"""Who lets another generation answer passes here: one that was measured as worse needs a second word."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from documents.audit import Event
from documents.models import Generation
from documents.releases import activation
from documents.releases.errors import ReleaseError
from search import comparison

if TYPE_CHECKING:
    from documents.models.collection import type_Reader


def needs_confirmation(generation: Generation) -> bool:
    """Whether it was measured as worse than the one that answers now, beyond the interval.

    Going back to the one before needs none.
    """
    ready = Generation.objects.filter(state=Generation.State.READY, activated_at__isnull=False)
    if generation == ready.order_by("-activated_at").first():
        return False
    found = comparison.latest(generation)
    return found is not None and found.is_worse


def activate(generation: Generation, by: "type_Reader | None", confirmation: str = "") -> None:
    """Make it the one that answers. `confirmation` is the model's name, typed by somebody who knows that it is worse.

    Raises ReleaseError if it cannot be activated, or if that word is missing.
    """
    is_worse, name = needs_confirmation(generation), generation.model.name
    if is_worse and confirmation.strip() != name:
        raise ReleaseError(
            _("It was measured as worse than the one that answers now. Type the model's name to confirm: %(name)s")
            % {"name": name}
        )
    activation.activate(generation, by, Event.ACTIVATED_THOUGH_WORSE if is_worse else Event.ACTIVATED)
