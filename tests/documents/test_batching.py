"""Texts of several threads are encoded together, and nobody pays for another's text."""

import threading

import numpy as np
import pytest

from documents.embedding.batching import TAKEN_AT_ONCE, Batcher


class Lengths:
    """Encodes a text as its length; the first call waits for `gate`, as a busy model would."""

    def __init__(self):
        self.gate = threading.Event()
        self.batches = []

    def __call__(self, texts):
        self.batches.append(list(texts))
        if len(self.batches) == 1:
            assert self.gate.wait(10)
        if "poison" in texts:
            raise ValueError("poison")
        return np.array([[len(text)] for text in texts], dtype=np.float32)


@pytest.fixture
def model():
    return Lengths()


def in_threads(batcher, model, calls):
    """What each call returned or raised; all but the first come in while that is computed."""
    outcomes = [None] * len(calls)

    def call(number, texts):
        try:
            outcomes[number] = batcher.encode(texts).ravel().tolist()
        except ValueError as error:
            outcomes[number] = str(error)

    threads = [threading.Thread(target=call, args=item) for item in enumerate(calls)]
    threads[0].start()
    while not model.batches:
        threading.Event().wait(0.005)
    for thread in threads[1:]:
        thread.start()
    while len(batcher._waiting) < sum(map(len, calls[1:])):
        threading.Event().wait(0.005)
    model.gate.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    return outcomes


def test_what_waits_is_encoded_together_and_everybody_gets_his_own(model):
    outcomes = in_threads(Batcher(model), model, [["a"], ["bb", "ccc"], ["dddd"]])

    assert outcomes == [[1.0], [2.0, 3.0], [4.0]]
    assert len(model.batches) == 2
    assert sorted(model.batches[1]) == ["bb", "ccc", "dddd"]


def test_one_callers_error_is_not_the_others(model):
    outcomes = in_threads(Batcher(model), model, [["a"], ["poison"], ["bb"]])

    assert outcomes == [[1.0], "poison", [2.0]]


def test_much_is_taken_in_bearable_portions(model):
    model.gate.set()

    vectors = Batcher(model).encode(["x" * length for length in range(2 * TAKEN_AT_ONCE + 1)])

    assert vectors.ravel().tolist() == list(range(2 * TAKEN_AT_ONCE + 1))
    assert [len(batch) for batch in model.batches] == [TAKEN_AT_ONCE, TAKEN_AT_ONCE, 1]


def test_interrupted_computation_leaves_nobody_waiting():
    def interrupted(texts):
        raise KeyboardInterrupt

    batcher = Batcher(interrupted)

    with pytest.raises(KeyboardInterrupt):
        batcher.encode(["a"])
    assert not batcher._waiting
