"""Everything that can go wrong for a program that asks: a closed list of codes, with a status and words for each.

What an answer or a document says of its own failure comes with its own code and words.
"""

from enum import StrEnum
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chat.failures import FailureCode as AnswerCode
from chat.failures import explain as explain_answer
from documents.failures import FailureCode as FileCode
from documents.failures import explain as explain_file


class ErrorCode(StrEnum):
    NO_TOKEN = "no_token"  # noqa: S105 - the name of an error
    UNKNOWN_TOKEN = "unknown_token"  # noqa: S105 - the name of an error
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - the name of an error
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of an error
    ACCOUNT_CLOSED = "account_closed"
    SECOND_FACTOR_MISSING = "second_factor_missing"
    SCOPE_MISSING = "scope_missing"
    MAY_NOT_EDIT = "may_not_edit"
    STAFF_ONLY = "staff_only"
    NOT_FOUND = "not_found"
    WRONG_METHOD = "wrong_method"
    WRONG_HOST = "wrong_host"
    NOT_SECURE = "not_secure"
    BODY_TOO_LARGE = "body_too_large"
    NO_SPACE = "no_space"
    INVALID = "invalid"
    TOO_MANY_REQUESTS = "too_many_requests"
    SEARCH_FAILED = "search_failed"
    DATABASE_AWAY = "database_away"
    INTERNAL = "internal"


_AGAIN = gettext_noop("Try again in a few seconds.")
_NEW_TOKEN = gettext_noop("Make a new token on the page “Access tokens” of the portal.")

_WORDS: dict[ErrorCode, tuple[int, str, str]] = {
    ErrorCode.NO_TOKEN: (
        401,
        gettext_noop("The request shows no access token."),
        gettext_noop("Send the header “Authorization: Bearer” with a token from the page “Access tokens”."),
    ),
    ErrorCode.UNKNOWN_TOKEN: (401, gettext_noop("The portal does not know this access token."), _NEW_TOKEN),
    ErrorCode.TOKEN_EXPIRED: (401, gettext_noop("The access token has expired."), _NEW_TOKEN),
    ErrorCode.TOKEN_REVOKED: (401, gettext_noop("The access token has been revoked."), _NEW_TOKEN),
    ErrorCode.ACCOUNT_CLOSED: (
        401,
        gettext_noop("The account that the access token belongs to is closed."),
        gettext_noop("Ask your administrator."),
    ),
    ErrorCode.SECOND_FACTOR_MISSING: (
        401,
        gettext_noop("The account that the access token belongs to must have a second factor, and has none."),
        gettext_noop("Sign in to the portal and set it up; then the token can be used again."),
    ),
    ErrorCode.SCOPE_MISSING: (
        403,
        gettext_noop("The access token may not do this: it lacks the scope “%(scope)s”."),
        gettext_noop("Make a token with this scope on the page “Access tokens” of the portal."),
    ),
    ErrorCode.MAY_NOT_EDIT: (
        403,
        gettext_noop("You may read this collection, but not change its documents."),
        gettext_noop("Ask your administrator to make you an editor of the collection."),
    ),
    ErrorCode.STAFF_ONLY: (
        403,
        gettext_noop("Only administrators may do this."),
        gettext_noop("Ask your administrator."),
    ),
    ErrorCode.NOT_FOUND: (
        404,
        gettext_noop("There is nothing at this address, or nothing that you may see."),
        gettext_noop("Check the address and the numbers in it; the page /api/v1/docs lists all addresses."),
    ),
    ErrorCode.WRONG_METHOD: (
        405,
        gettext_noop("This address does not take requests of this kind."),
        gettext_noop("The page /api/v1/docs says which ones it takes."),
    ),
    ErrorCode.WRONG_HOST: (
        403,
        gettext_noop("The portal is not asked under this name, or from pages of this site."),
        gettext_noop("Use the portal's own address; an administrator can add others in ALLOWED_HOSTS."),
    ),
    ErrorCode.NOT_SECURE: (
        403,
        gettext_noop("Tokens are taken over HTTPS only."),
        gettext_noop("Use the address that begins with https://."),
    ),
    ErrorCode.BODY_TOO_LARGE: (
        413,
        gettext_noop("This is too large: the portal accepts at most %(limit)s in one request."),
        gettext_noop("Send a smaller file, or fewer files at once."),
    ),
    ErrorCode.INVALID: (422, gettext_noop("The request is not as it should be: %(problems)s"), gettext_noop(
        "Correct this; the page /api/v1/docs says what each address takes."
    )),
    ErrorCode.TOO_MANY_REQUESTS: (
        429,
        gettext_noop("This token has made more than %(limit)s requests within a minute."),
        gettext_noop("Try again when the seconds of the header “Retry-After” have passed."),
    ),
    ErrorCode.SEARCH_FAILED: (503, gettext_noop("The documents could not be searched."), _AGAIN),
    ErrorCode.DATABASE_AWAY: (503, gettext_noop("The database of the portal does not answer."), _AGAIN),
    ErrorCode.NO_SPACE: (
        507,
        gettext_noop("The disk of the portal is full."),
        gettext_noop("What you sent was not stored. Ask your administrator to make space; then send it again."),
    ),
    ErrorCode.INTERNAL: (
        500,
        gettext_noop("The portal made a mistake."),
        gettext_noop("Tell your administrator if it happens again."),
    ),
}  # fmt: skip
# What is not the file's fault, and what is that of its size.
_FILE_STATUSES = {FileCode.DISK_FULL: 507, FileCode.TOO_LARGE: 413, FileCode.DUPLICATE: 409}
_RETRY_AFTER_S = 10


class ApiError(Exception):
    """A request that is refused or failed, in the words of its reader's language."""

    def __init__(self, status: int, code: str, message: str, next_step: str, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.next_step = next_step
        self.retry_after_s = _RETRY_AFTER_S if retry_after_s is None and status == 503 else retry_after_s

    @property
    def headers(self) -> dict[str, str]:
        found = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        if self.status == HTTPStatus.UNAUTHORIZED:
            found["WWW-Authenticate"] = 'Bearer realm="Knowledge Portal"' + (
                "" if self.code == ErrorCode.NO_TOKEN else ', error="invalid_token"'
            )
        if self.code == ErrorCode.SCOPE_MISSING:
            found["WWW-Authenticate"] = 'Bearer realm="Knowledge Portal", error="insufficient_scope"'
        return found


def error(code: ErrorCode, *, retry_after_s: int | None = None, **values: object) -> ApiError:
    status, message, next_step = _WORDS[code]
    return ApiError(status, code, _(message) % values, _(next_step), retry_after_s)


def of_file(code: FileCode) -> ApiError:
    """Why a file was not taken."""
    words = explain_file(code)
    return ApiError(_FILE_STATUSES.get(code, 422), code, f"{words.title}. {words.reason}", str(words.next_step))


def of_answer(code: str) -> ApiError:
    """Why there is no answer."""
    words = explain_answer(code)
    status = HTTPStatus.INTERNAL_SERVER_ERROR if code == AnswerCode.INTERNAL else HTTPStatus.SERVICE_UNAVAILABLE
    return ApiError(status, code, words.what, words.next_step)


def said(failure: ApiError) -> dict[str, dict[str, str]]:
    return {"error": {"code": failure.code, "message": failure.message, "next_step": failure.next_step}}


def response(failure: ApiError) -> HttpResponse:
    return JsonResponse(
        said(failure), status=failure.status, headers=failure.headers, json_dumps_params={"ensure_ascii": False}
    )
