"""What can go wrong with an answer: a closed list of codes, and plain words for each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


class FailureCode(StrEnum):
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    KEY_REFUSED = "key_refused"
    NO_CREDIT = "no_credit"
    UNKNOWN_MODEL = "unknown_model"
    BUSY = "busy"
    MODEL_FAULT = "model_fault"
    BAD_REQUEST = "bad_request"
    TOO_LONG = "too_long"
    NOT_A_MODEL = "not_a_model"
    BROKEN_REPLY = "broken_reply"
    EMPTY = "empty"
    CUT = "cut"
    TRUNCATED = "truncated"
    FILTERED = "filtered"
    CROWDED = "crowded"
    SEARCH_FAILED = "search_failed"
    INTERNAL = "internal"


class AnswerFailure(Exception):
    """An answer could not be written, or not to its end. `detail` is for the log, never for the reader."""

    def __init__(self, code: FailureCode, detail: str = "", retry_at: datetime | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        # From when it makes sense to ask again, where the language model said so.
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class Explanation:
    what: str
    next_step: str


_AGAIN = gettext_noop("Ask again in a moment.")
_TELL = gettext_noop("Tell your admin if it happens again.")

# What happened, and the sentences of what to do next.
_WORDS = {
    FailureCode.UNREACHABLE: (gettext_noop("The language model could not be reached."), (_AGAIN, _TELL)),
    FailureCode.SLOW: (gettext_noop("The language model took too long to reply."), (_AGAIN, _TELL)),
    FailureCode.KEY_REFUSED: (
        gettext_noop("The language model refused the portal's access key."),
        (gettext_noop("An admin has to check LLM_API_KEY."),),
    ),
    FailureCode.NO_CREDIT: (
        gettext_noop("The portal's account with the language model is used up."),
        (gettext_noop("An admin has to look at the account that LLM_API_KEY belongs to."),),
    ),
    FailureCode.UNKNOWN_MODEL: (
        gettext_noop("The language model server does not know the configured model."),
        (gettext_noop("An admin has to check LLM_MODEL and LLM_BASE_URL."),),
    ),
    FailureCode.BUSY: (gettext_noop("The language model has too many requests at the moment."), (_AGAIN,)),
    FailureCode.MODEL_FAULT: (
        gettext_noop("The language model server reported a fault of its own."),
        (_AGAIN, _TELL),
    ),
    FailureCode.BAD_REQUEST: (
        gettext_noop("The language model did not accept the request."),
        (gettext_noop("Try a shorter question."), _TELL),
    ),
    FailureCode.TOO_LONG: (
        gettext_noop("The question and the passages found are more than the language model can read at once."),
        (gettext_noop("An admin has to set LLM_CONTEXT_TOKENS to what the model can read."),),
    ),
    FailureCode.NOT_A_MODEL: (
        gettext_noop("The configured address answered, but not as a language model."),
        (gettext_noop("An admin has to check LLM_BASE_URL: it may lead to a sign-in page or a proxy."),),
    ),
    FailureCode.BROKEN_REPLY: (
        gettext_noop("The language model sent a reply that could not be read."),
        (_AGAIN, _TELL),
    ),
    FailureCode.EMPTY: (gettext_noop("The language model sent an empty reply."), (_AGAIN,)),
    FailureCode.CUT: (
        gettext_noop("The answer broke off before its end. What had arrived is shown and saved."),
        (_AGAIN,),
    ),
    FailureCode.TRUNCATED: (
        gettext_noop("The answer reached its greatest length and was cut there."),
        (gettext_noop("Ask about one part of it to read more."),),
    ),
    FailureCode.FILTERED: (
        gettext_noop("The language model's content filter held the answer back."),
        (gettext_noop("Word the question differently."),),
    ),
    FailureCode.CROWDED: (
        gettext_noop("Too many answers are being written at once. Your question is saved."),
        (gettext_noop("The portal tries again by itself in a few seconds."),),
    ),
    FailureCode.SEARCH_FAILED: (
        gettext_noop("The documents could not be searched. Your question is saved."),
        (_AGAIN, _TELL),
    ),
    FailureCode.INTERNAL: (
        gettext_noop("The portal made a mistake while answering. Your question is saved."),
        (_AGAIN, _TELL),
    ),
}


def explain(code: str, retry_at: datetime | None = None) -> Explanation:
    """Return what happened and what to do, in the reader's language.

    A code that is no longer in use is explained as a mistake of the portal.
    """
    known = FailureCode(code) if code in list(FailureCode) else FailureCode.INTERNAL
    what, steps = _WORDS[known]
    if retry_at and retry_at > timezone.now():
        return Explanation(_(what), _when(retry_at))
    return Explanation(_(what), " ".join(_(step) for step in steps))


def _when(retry_at: datetime) -> str:
    time = date_format(timezone.localtime(retry_at), "TIME_FORMAT")
    return _("It takes requests again from %(time)s on. Ask again then.") % {"time": time}
