"""What can go wrong with an answer: a closed list of codes, and plain words for each."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class FailureCode(StrEnum):
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    KEY_REFUSED = "key_refused"
    UNKNOWN_MODEL = "unknown_model"
    BUSY = "busy"
    MODEL_FAULT = "model_fault"
    BAD_REQUEST = "bad_request"
    NOT_A_MODEL = "not_a_model"
    BROKEN_REPLY = "broken_reply"
    EMPTY = "empty"
    CUT = "cut"
    TRUNCATED = "truncated"
    FILTERED = "filtered"
    SEARCH_FAILED = "search_failed"
    INTERNAL = "internal"


class AnswerFailure(Exception):
    """An answer could not be written, or not to its end. `detail` is for the log, never for the reader."""

    def __init__(self, code: FailureCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Explanation:
    what: str
    next_step: str


def explain(code: str) -> Explanation:
    """Return what happened and what to do, in the reader's language."""
    explanations = _explanations()
    return explanations.get(code, explanations[FailureCode.INTERNAL])


def _explanations() -> dict[str, Explanation]:
    again = _("Ask again in a moment.")
    tell = _("Tell your admin if it happens again.")
    return {
        FailureCode.UNREACHABLE: Explanation(_("The language model could not be reached."), f"{again} {tell}"),
        FailureCode.SLOW: Explanation(_("The language model took too long to reply."), f"{again} {tell}"),
        FailureCode.KEY_REFUSED: Explanation(
            _("The language model refused the portal's access key."),
            _("An admin has to check LLM_API_KEY."),
        ),
        FailureCode.UNKNOWN_MODEL: Explanation(
            _("The language model server does not know the configured model."),
            _("An admin has to check LLM_MODEL and LLM_BASE_URL."),
        ),
        FailureCode.BUSY: Explanation(_("The language model has too many requests at the moment."), again),
        FailureCode.MODEL_FAULT: Explanation(
            _("The language model server reported a fault of its own."), f"{again} {tell}"
        ),
        FailureCode.BAD_REQUEST: Explanation(
            _("The language model did not accept the request."), _("Try a shorter question. ") + tell
        ),
        FailureCode.NOT_A_MODEL: Explanation(
            _("The configured address answered, but not as a language model."),
            _("An admin has to check LLM_BASE_URL: it may lead to a sign-in page or a proxy."),
        ),
        FailureCode.BROKEN_REPLY: Explanation(
            _("The language model sent a reply that could not be read."), f"{again} {tell}"
        ),
        FailureCode.EMPTY: Explanation(_("The language model sent an empty reply."), again),
        FailureCode.CUT: Explanation(
            _("The answer broke off before its end. What had arrived is shown and saved."), again
        ),
        FailureCode.TRUNCATED: Explanation(
            _("The answer reached its greatest length and was cut there."),
            _("Ask about one part of it to read more."),
        ),
        FailureCode.FILTERED: Explanation(
            _("The language model's content filter held the answer back."),
            _("Word the question differently."),
        ),
        FailureCode.SEARCH_FAILED: Explanation(
            _("The documents could not be searched. Your question is saved."), f"{again} {tell}"
        ),
        FailureCode.INTERNAL: Explanation(
            _("The portal made a mistake while answering. Your question is saved."), f"{again} {tell}"
        ),
    }
