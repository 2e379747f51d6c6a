"""Runs a model's transformer in a faster engine than torch, with the same vectors. Only for the processor.

The transformer is converted when it is loaded (a few seconds for a small model), so that there is one file to check
and to trust: the model's own.
"""

import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import numpy as np
from django.conf import settings

from documents.failure_codes import FailureCode, IndexingFailure

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

INPUTS = ("input_ids", "attention_mask")
OUTPUT = "last_hidden_state"
# What Linux calls a processor's instructions for half-precision numbers.
BF16_FLAGS = frozenset(("avx512_bf16", "amx_bf16", "bf16"))

# From the two inputs, int64 of shape (texts, tokens), to hidden states, float32 of shape (texts, tokens, dimensions).
Engine = Callable[[np.ndarray, np.ndarray], np.ndarray]


def has_bf16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Tell whether this processor computes with bfloat16, which is then faster than float32."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.lower().startswith(("flags", "features"))), "")
    return not BF16_FLAGS.isdisjoint(flags.split())


def accelerate(model: "SentenceTransformer", backend: str) -> None:
    """Let `onnx` or `openvino` compute the model's transformer; `torch` leaves it as it is.

    Raises IndexingFailure(MODEL_MISSING) if the engine is not installed.
    """
    if backend == "torch":
        return
    transformer = cast("torch.nn.Module", model[0].auto_model)
    try:
        engine = _ENGINES[backend](transformer)
    except ImportError as error:
        detail = f"EMBEDDING_BACKEND={backend} needs the packages of the extra of that name: {error}"
        raise IndexingFailure(FailureCode.MODEL_MISSING, detail) from error
    transformer.forward = _forward(engine)


def _forward(engine: Engine) -> "Callable[..., dict[str, torch.Tensor]]":
    import torch

    def forward(input_ids: torch.Tensor, attention_mask: torch.Tensor, **_unused: object) -> dict[str, torch.Tensor]:
        return {OUTPUT: torch.from_numpy(engine(input_ids.numpy(), attention_mask.numpy()))}

    return forward


def _traceable(transformer: "torch.nn.Module") -> "torch.nn.Module":
    """The transformer with two inputs and one output, as converters want it."""
    import torch

    class Traceable(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.transformer(input_ids=input_ids, attention_mask=attention_mask)[OUTPUT]
            return cast(torch.Tensor, states)

    return Traceable().eval()


def _example() -> "tuple[torch.Tensor, torch.Tensor]":
    import torch

    ids = torch.arange(1, 13).reshape(2, 6)
    return ids, torch.ones_like(ids)


def _as_onnx(transformer: "torch.nn.Module") -> bytes:
    """The transformer in the exchange format that both engines read; OpenVINO's own converter reports its use home."""
    import torch

    sizes = {0: "texts", 1: "tokens"}
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        # The older exporter needs no further packages; its successor needs three.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _traceable(transformer),
            _example(),
            f"{folder}/model.onnx",
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_axes=dict.fromkeys((*INPUTS, OUTPUT), sizes),
            dynamo=False,
        )
        return Path(folder, "model.onnx").read_bytes()


def _openvino_engine(transformer: "torch.nn.Module") -> Engine:
    import openvino

    core = openvino.Core()
    threads = {"INFERENCE_NUM_THREADS": settings.EMBEDDING_THREADS, "NUM_STREAMS": settings.EMBEDDING_THREADS}
    compiled = core.compile_model(core.read_model(_as_onnx(transformer)), "CPU", threads)
    local = threading.local()

    def compute(input_ids: np.ndarray, attention_mask: np.ndarray) -> np.ndarray:
        if not hasattr(local, "request"):
            local.request = compiled.create_infer_request()
        # The result lies in a buffer of the engine that the next call writes over.
        return np.array(local.request.infer(dict(zip(INPUTS, (input_ids, attention_mask), strict=True)))[0])

    return compute


def _onnx_engine(transformer: "torch.nn.Module") -> Engine:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(_as_onnx(transformer), options, providers=["CPUExecutionProvider"])

    def compute(input_ids: np.ndarray, attention_mask: np.ndarray) -> np.ndarray:
        feed = dict(zip(INPUTS, (input_ids, attention_mask), strict=True))
        return cast(np.ndarray, session.run([OUTPUT], feed)[0])

    return compute


_ENGINES: "dict[str, Callable[[torch.nn.Module], Engine]]" = {"onnx": _onnx_engine, "openvino": _openvino_engine}
