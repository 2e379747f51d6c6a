"""The language that a signed-in person has chosen wins over the browser's and over the cookie."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.decorators import sync_and_async_middleware

type_Answer = Callable[[HttpRequest], HttpResponseBase]
type_AsyncAnswer = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def user_language(get_response: type_Answer | type_AsyncAnswer) -> type_Answer | type_AsyncAnswer:
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            # The session and the user are read in a thread: both may ask the database.
            _speak(await sync_to_async(_chosen_language)(request), request)
            response: HttpResponseBase = await get_response(request)
            return response

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        _speak(_chosen_language(request), request)
        return get_response(request)  # type: ignore[return-value]  # the other branch took the coroutines

    return answer


def _chosen_language(request: HttpRequest) -> str:
    return str(getattr(request.user, "language", ""))


def _speak(language: str, request: HttpRequest) -> None:
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
