"""Where the tokens of a text begin: by a model's own tokenizer, or estimated where a service keeps that to itself."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# An endless word without a space is one unknown token to a tokenizer; it counts as one for so many characters.
LONGEST_TOKEN = 32
# Characters that are counted at once: the tokenizer takes 200 times their memory.
COUNTED_AT_ONCE = 100_000

# Thousandths of a token that a character is taken for. On the high side of what byte pairs (cl100k) make of prose, as
# a window that is a little short does no harm.
LATIN, DIGIT, MARK, HANGUL, OTHER = 270, 450, 600, 1300, 900
# Counted once by the endpoint itself, to correct the estimate.
SAMPLES = {
    "other": "The portal answers questions from the documents of a company. Every sentence of an answer names the page"
    " that it rests on, so that a reader can check it. Questions that the documents do not answer are told as such.",
    "hangul": "포털은 회사의 문서를 바탕으로 질문에 답합니다. 답변의 모든 문장은 근거가 되는 쪽을 밝히므로 읽는 사람이"
    " 직접 확인할 수 있습니다. 문서에서 답을 찾을 수 없는 질문은 그렇다고 알려 드립니다.",
}
# What a sample tells of other texts is not exact.
MARGIN = 1.05


class TokenCounter(Protocol):
    def starts(self, text: str) -> Sequence[int]:
        """Start offset of every token of the text, in order."""
        ...


class ExactCounter:
    """Counts by a tokenizer of the `tokenizers` library, which must neither cut nor pad."""

    def __init__(self, tokenizer: "Tokenizer") -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer

    def starts(self, text: str) -> Sequence[int]:
        starts = array("L")
        for block in _blocks(text):
            offsets = self._tokenizer.encode(text[block.start : block.stop], add_special_tokens=False).offsets
            for start, end in offsets:
                starts.extend(range(block.start + start, block.start + max(end, start + 1), LONGEST_TOKEN))
        return starts


class EstimatingCounter:
    """Counts by kind of character. `rates` correct it: hangul, and all other, as many times the estimate."""

    def __init__(self, rates: Mapping[str, float]) -> None:
        self._hangul, self._other = rates.get("hangul", 1.0), rates.get("other", 1.0)

    def starts(self, text: str) -> Sequence[int]:
        ends = np.cumsum(self._weights(text))
        counts = np.diff(-(-ends // 1000), prepend=0)
        starts: list[int] = np.repeat(np.arange(len(counts)), counts).tolist()
        return starts

    def _weights(self, text: str) -> "np.ndarray":
        hangul, other = _kinds(text)
        return np.rint(hangul * self._hangul + other * self._other).astype(np.int64)


def counter_of_file(path: Path) -> ExactCounter:
    from tokenizers import Tokenizer

    return ExactCounter(Tokenizer.from_file(str(path)))


def measured_rates(counted: Mapping[str, int]) -> dict[str, float]:
    """The rates under which the estimate of each of SAMPLES is what the endpoint `counted`."""
    sums = {name: [float(part.sum()) / 1000 for part in _kinds(text)] for name, text in SAMPLES.items()}
    other = counted["other"] / sums["other"][1]
    hangul = (counted["hangul"] - other * sums["hangul"][1]) / sums["hangul"][0]
    return {"other": round(max(other, 0.1) * MARGIN, 3), "hangul": round(max(hangul, 0.1) * MARGIN, 3)}


def _kinds(text: str) -> "tuple[np.ndarray, np.ndarray]":
    """Thousandths of a token for each character, those of Hangul and Chinese characters apart from all other."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    is_hangul = ((codes >= 0x1100) & (codes < 0x1200)) | ((codes >= 0x3040) & (codes < 0xD7B0))
    other = np.full(len(codes), OTHER)
    other[codes < 0x250] = LATIN
    other[codes < 0x80] = MARK
    letters = codes | 0x20
    other[(letters >= ord("a")) & (letters <= ord("z"))] = LATIN
    other[(codes >= ord("0")) & (codes <= ord("9"))] = DIGIT
    other[(codes <= 0x20) | (codes == 0xA0) | is_hangul] = 0
    return np.where(is_hangul, HANGUL, 0), other


def _blocks(text: str) -> Iterator[range]:
    """Where to cut a long text for counting: between words, as tokenizers do, unless a word is endless."""
    low = 0
    while len(text) - low > COUNTED_AT_ONCE:
        middle = low + COUNTED_AT_ONCE // 2
        space = max(text.rfind(" ", middle, low + COUNTED_AT_ONCE), text.rfind("\n", middle, low + COUNTED_AT_ONCE))
        high = space if space >= 0 else low + COUNTED_AT_ONCE
        yield range(low, high)
        low = high
    yield range(low, len(text))
