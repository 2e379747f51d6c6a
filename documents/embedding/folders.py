"""Folders with sentence-transformers models: what they say of themselves, and why one may not be loaded.

Only their JSON files are read here; no code and no pickled object of a folder is ever run.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

_LIBRARY = "sentence_transformers."
# Numbers above this mean that a tokenizer knows no limit.
_NO_LIMIT = 1_000_000
_OLD_POOLINGS = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "first",
    "pooling_mode_lasttoken": "last",
}
_POOLINGS = {"mean": "mean", "cls": "first", "lasttoken": "last"}


class Fault(StrEnum):
    """Why a folder is not loaded; the values go to the log, the words of `explain` to people."""

    NOT_THERE = "no such folder"
    NO_MODEL = "no sentence-transformers model (modules.json is missing or broken)"
    OWN_CODE = "asks to run code of its own"
    PICKLED = "its weights are pickled, which could run code; only safetensors are loaded"
    NO_FAST_TOKENIZER = "no fast tokenizer (tokenizer.json)"


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """What a folder tells; 0 and "" where it does not."""

    dimensions: int
    max_tokens: int
    pooling: str
    architecture: str
    query_prefix: str
    passage_prefix: str
    size_mb: int


def named(name: str) -> Path:
    """The folder of that absolute path, or of that name below MODELS_DIR."""
    return settings.MODELS_DIR / name


def fault_of(folder: Path) -> Fault | None:
    """The first thing that stands against loading the folder; None if nothing does."""
    if not folder.is_dir() or folder == settings.MODELS_DIR:
        return Fault.NOT_THERE
    modules, config = _modules(folder), _json(folder / "config.json")
    if not modules or not config:
        return Fault.NO_MODEL
    if not all(str(module.get("type", "")).startswith(_LIBRARY) for module in modules) or _needs_own_code(config):
        return Fault.OWN_CODE
    if not any(folder.glob("*.safetensors")):
        return Fault.PICKLED
    return None if (folder / "tokenizer.json").is_file() else Fault.NO_FAST_TOKENIZER


def explain(fault: Fault) -> str:
    """What is wrong and what to do, for the person who wants to use the folder."""
    words = {
        Fault.NOT_THERE: _("There is no such folder on this machine. Copy the model's files there first."),
        Fault.NO_MODEL: _(
            "This folder holds no sentence-transformers model: modules.json or config.json is missing or broken."
            " Copy all files of the model."
        ),
        Fault.OWN_CODE: _(
            "This model asks to run program code out of its folder. That is never done here; choose another model."
        ),
        Fault.PICKLED: _(
            "The weights are not stored as safetensors. Other forms can carry program code and are not opened."
            " Get the file model.safetensors, or convert the model."
        ),
        Fault.NO_FAST_TOKENIZER: _(
            "The folder has no tokenizer.json. Without it texts cannot be cut to the model's window; save the model's"
            " fast tokenizer there."
        ),
    }
    return words[fault]


def read(folder: Path) -> FolderFacts:
    """What the JSON files of a folder without fault say."""
    config, described = _json(folder / "config.json"), _json(folder / "config_sentence_transformers.json")
    poolings = _json(folder / _pooling_path(folder) / "config.json")
    prompts = _mapping(described.get("prompts"))
    return FolderFacts(
        dimensions=_dimensions(folder, config, poolings),
        max_tokens=_max_tokens(folder, config),
        pooling=_pooling(poolings),
        architecture=_architecture(config),
        query_prefix=_prompt(prompts, ("query", "search_query")),
        passage_prefix=_prompt(prompts, ("document", "passage", "search_document")),
        size_mb=round(sum(file.stat().st_size for file in folder.glob("*.safetensors")) / 1e6),
    )


def is_new_enough(minimum: str) -> bool:
    """Whether the installed sentence-transformers is of this version or a later one; "" is any."""
    return _numbers(_installed()) >= _numbers(minimum)


@cache
def _installed() -> str:
    return version("sentence-transformers")


def _numbers(said: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", said)[:3]]


def _needs_own_code(config: Mapping[str, Any]) -> bool:
    """Some folders carry code that the installed library has learned since; then that is not needed."""
    if "auto_map" not in config:
        return False
    from transformers import CONFIG_MAPPING

    return config.get("model_type") not in CONFIG_MAPPING


def _modules(folder: Path) -> list[Mapping[str, Any]]:
    modules = _read_json(folder / "modules.json")
    return [_mapping(module) for module in modules] if isinstance(modules, list) else []


def _pooling_path(folder: Path) -> str:
    paths = [str(module.get("path", "")) for module in _modules(folder)]
    # A path out of the folder is not followed.
    return next((Path(path).name for path in paths if path.endswith("_Pooling")), "1_Pooling")


def _dimensions(folder: Path, config: Mapping[str, Any], pooling: Mapping[str, Any]) -> int:
    """Of the last dense layer if there is one, else what comes out of the pooling."""
    dense = [_json(path / "config.json").get("out_features") for path in sorted(folder.glob("*_Dense"))]
    pooled = pooling.get("embedding_dimension") or pooling.get("word_embedding_dimension")
    return _whole([*reversed(dense), pooled, config.get("hidden_size")])


def _max_tokens(folder: Path, config: Mapping[str, Any]) -> int:
    """What the model was set to; never more than it has positions for."""
    said = _json(folder / "sentence_bert_config.json").get("max_seq_length")
    by_tokenizer = _json(folder / "tokenizer_config.json").get("model_max_length")
    positions = _whole([config.get("max_position_embeddings")])
    wanted = _whole([said, by_tokenizer]) or positions
    return min(wanted, positions) if positions else wanted


def _pooling(config: Mapping[str, Any]) -> str:
    mode = _POOLINGS.get(str(config.get("pooling_mode", "")))
    return mode or next((name for key, name in _OLD_POOLINGS.items() if config.get(key)), "")


def _architecture(config: Mapping[str, Any]) -> str:
    """By the name of the class: ...ForCausalLM generate text, Bert and its kin read in both directions."""
    names = " ".join(str(name) for name in config.get("architectures") or [])
    if "CausalLM" in names:
        return "decoder"
    return "encoder" if re.search(r"bert", names, re.IGNORECASE) else ""


def _prompt(prompts: Mapping[str, Any], names: Sequence[str]) -> str:
    return next((str(prompts[name]) for name in names if prompts.get(name)), "")


def _whole(candidates: Sequence[object]) -> int:
    return next((number for number in candidates if isinstance(number, int) and 0 < number < _NO_LIMIT), 0)


def _json(path: Path) -> Mapping[str, Any]:
    return _mapping(_read_json(path))


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
