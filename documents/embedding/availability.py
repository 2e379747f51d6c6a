"""Whether a model of the catalogue could be used on this machine now, in words; asks neither model nor endpoint."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from documents.embedding import folders
from documents.embedding.endpoint import key_of
from documents.embedding.local import BUNDLED_MODEL
from documents.models import EmbeddingModel


@dataclass(frozen=True, slots=True)
class Availability:
    """`obstacle` is empty if nothing stands in the way; else what does, and what to do."""

    label: str
    obstacle: str = ""

    @property
    def is_usable(self) -> bool:
        return not self.obstacle


def availability_of(model: EmbeddingModel) -> Availability:
    if model.is_withdrawn:
        return Availability(_("withdrawn"), _withdrawn(model))
    return _of_endpoint(model) if model.is_endpoint else _of_folder(model)


def _withdrawn(model: EmbeddingModel) -> str:
    said = (
        _("Its endpoint answers that it does not have this model any more.")
        if model.withdrawn_at
        else _("Its last day has come.")
    )
    next_step = _("Choose another model and build a new index with it. Until then search goes by words alone.")
    return f"{said} {next_step}"


def _of_endpoint(model: EmbeddingModel) -> Availability:
    if model.key_name and not key_of(model.key_name):
        words = _("Its key is not set: put %(name)s into the environment of the portal and start it again.")
        return Availability(_("no key"), words % {"name": model.key_name})
    return Availability(_("key is set") if model.key_name else _("needs no key"))


def _of_folder(model: EmbeddingModel) -> Availability:
    if model.name == BUNDLED_MODEL:
        return Availability(_("comes with the portal"))
    folder = folders.named(model.name)
    fault = folders.fault_of(folder)
    if fault is folders.Fault.NOT_THERE:
        words = _("Put the folder of the model under %(folder)s; all its files, with the weights as safetensors.")
        return Availability(_("not on this machine"), words % {"folder": folder})
    if fault:
        return Availability(_("cannot be loaded"), folders.explain(fault))
    if not folders.is_new_enough(model.minimum_version):
        words = _("It needs sentence-transformers %(version)s or newer. Update the library.")
        return Availability(_("library too old"), words % {"version": model.minimum_version})
    return Availability(_("on this machine") if folder.is_relative_to(settings.MODELS_DIR) else str(folder))
