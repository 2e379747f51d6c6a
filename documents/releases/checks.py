"""Whether a release can be carried out as planned, before anything is begun."""

import shutil

from django.conf import settings
from django.utils.translation import gettext as _

from documents.embedding.local import model_folder
from documents.failure_codes import IndexingFailure
from documents.failures import explain
from documents.generations import BYTES_BESIDE_EMBEDDING, WINDOW_TOKENS, Plan
from documents.models import EmbeddingModel, Generation
from documents.releases.errors import ReleaseError

# Shorter ones hold hardly a sentence beside their context.
LEAST_WINDOW = 32
# A window that is longer than the model takes is embedded in parts; the mean of more of them says little.
LONGEST_IN_PARTS = 2 * WINDOW_TOKENS
# What pgvector's index takes of half-precision numbers, and of bits.
MOST_NUMBERS = 4_000
MOST_BITS = 16_000
# Left over for documents that come in meanwhile.
SPARE_DISK = 1.2
MIB = 1 << 20


def refuse(plan: Plan, disk_bytes: int = 0) -> None:
    """Raise ReleaseError with the first thing that stands against the plan; `disk_bytes` as it was foretold, if so."""
    for check in (_model, _window, _overlap, _dimensions):
        check(plan)
    _disk(plan, disk_bytes)


def _model(plan: Plan) -> None:
    model = plan.model
    if model.is_withdrawn:
        raise ReleaseError(
            _("%(model)s was withdrawn by its provider and computes nothing any more. Choose another model.")
            % {"model": model.name}
        )
    if model.provider == EmbeddingModel.Provider.OPENAI:
        _key(model)
    else:
        _files(model)


def _key(model: EmbeddingModel) -> None:
    if model.key_name and not settings.MODEL_KEYS.get(model.key_name):
        raise ReleaseError(
            _("The key of %(model)s is missing. Set %(variable)s in the environment, and start the portal again.")
            % {"model": model.name, "variable": model.key_name}
        )


def _files(model: EmbeddingModel) -> None:
    try:
        model_folder(model.name)
    except IndexingFailure as failure:
        words = explain(failure.code)
        raise ReleaseError(f"{words.title}. {words.reason} {words.next_step}") from failure


def _window(plan: Plan) -> None:
    longest = max(plan.model.max_tokens, LONGEST_IN_PARTS)
    if not LEAST_WINDOW <= plan.window_tokens <= longest:
        raise ReleaseError(
            _("A window of %(window)s tokens does not suit %(model)s. Choose between %(least)s and %(longest)s.")
            % {"window": plan.window_tokens, "model": plan.model.name, "least": LEAST_WINDOW, "longest": longest}
        )


def _overlap(plan: Plan) -> None:
    if not 0 <= plan.overlap_tokens < plan.window_tokens / 2:
        raise ReleaseError(
            _("Windows that overlap by half or more repeat everything. Choose less than %(most)s tokens.")
            % {"most": plan.window_tokens // 2}
        )


def _dimensions(plan: Plan) -> None:
    model, wanted = plan.model, plan.generation().dimensions
    allowed = sorted({model.dimensions, *model.shorter_dimensions}, reverse=True)
    if wanted not in allowed:
        raise ReleaseError(
            _("%(model)s has no vectors of %(wanted)s numbers. Choose one of: %(allowed)s.")
            % {"model": model.name, "wanted": wanted, "allowed": ", ".join(map(str, allowed))}
        )
    is_binary = plan.quantisation == Generation.Quantisation.BINARY
    most = MOST_BITS if is_binary else MOST_NUMBERS
    if wanted > most:
        raise ReleaseError(
            _("Vectors of %(wanted)s numbers are too long for an index. Choose %(most)s or fewer, or one bit for each.")
            % {"wanted": wanted, "most": most}
        )


def _disk(plan: Plan, foretold: int) -> None:
    needed = round(SPARE_DISK * (foretold or _disk_bytes(plan)))
    free = shutil.disk_usage(_existing_folder()).free
    if free < needed:
        raise ReleaseError(
            _(
                "The disk has %(free)s MB left, and this release needs about %(needed)s MB. Make room, or retire a"
                " generation that you do not need any more."
            )
            % {"free": free // MIB, "needed": needed // MIB}
        )


def _existing_folder() -> str:
    folder = settings.PORTAL_DATA_DIR
    while not folder.exists():
        folder = folder.parent
    return str(folder)


def _disk_bytes(plan: Plan) -> int:
    """As many tokens as the active generation has, cut into windows of the planned size."""
    active = Generation.objects.active()
    windows = active.chunk_count * active.window_tokens / plan.window_tokens
    return round(windows * (BYTES_BESIDE_EMBEDDING + 4 * plan.generation().dimensions))
