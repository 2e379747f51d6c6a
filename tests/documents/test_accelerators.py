"""Engines beside torch give the same vectors, and say what is missing when they are not installed."""

import sys

import numpy as np
import pytest

from documents.embedding.accelerators import has_bf16
from documents.embedding.local import BUNDLED_MODEL, load, model_folder
from documents.embedding.vectors import checked
from documents.failure_codes import FailureCode, IndexingFailure

TEXTS = ["Annual leave is fifteen days.", "연차 휴가는 15일입니다.", "VPN " * 300]


def vectors(settings, backend):
    """As an embedder hands them out: in half precision the model's own are not quite of length one."""
    settings.EMBEDDING_BACKEND = backend
    model = load(model_folder(BUNDLED_MODEL))
    return checked(model.encode(TEXTS, show_progress_bar=False), len(TEXTS), model.get_embedding_dimension())


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["onnx", "openvino"])
def test_engines_give_the_vectors_of_torch(settings, backend):
    cosines = np.einsum("ij,ij->i", vectors(settings, backend), vectors(settings, "torch"))

    assert cosines == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)


def test_engine_that_is_not_installed_is_named(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    settings.EMBEDDING_BACKEND = "onnx"

    with pytest.raises(IndexingFailure, match="EMBEDDING_BACKEND=onnx") as caught:
        load(model_folder(BUNDLED_MODEL))

    assert caught.value.code == FailureCode.MODEL_MISSING


@pytest.mark.parametrize(
    ("cpuinfo", "expected"),
    [
        ("processor\t: 0\nflags\t\t: fpu avx2 avx512_bf16\n", True),
        ("processor\t: 0\nFeatures\t: fp asimd bf16\n", True),
        ("processor\t: 0\nflags\t\t: fpu avx2\n", False),
        ("", False),
    ],
)
def test_half_precision_is_for_processors_that_have_it(tmp_path, cpuinfo, expected):
    path = tmp_path / "cpuinfo"
    path.write_text(cpuinfo)

    assert has_bf16(path) is expected
    assert not has_bf16(tmp_path / "absent")
