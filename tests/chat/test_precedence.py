"""Pages go before streams: who makes a page is known, and replies that are due wait for one another meanwhile."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import AsyncRequestFactory
from django.urls import reverse

from chat import precedence, running
from chat.models import Conversation
from chat.upstream import GIVE_WAY_S, LEAST_PAUSE_S, _Pace
from portal.handler import Handler
from tests.chat.streams import QUESTION, asked, browser, committed, wait_for, web_server
from tests.llm_server import Script
from tests.portal.programs import bearer, secret_of


def test_a_page_that_is_being_made_is_known(monkeypatch):
    seen = []
    handler = Handler()

    def page(request):
        seen.append(precedence.has_pages())
        return HttpResponse()

    monkeypatch.setattr(handler, "get_response", page)
    asyncio.run(handler.run_get_response(AsyncRequestFactory().get("/")))

    assert (seen, precedence.has_pages()) == ([True], False)


def test_replies_give_way_one_by_one_while_a_page_is_made():
    async def read(replies):
        pace = _Pace()
        began = time.monotonic()
        await asyncio.gather(*(pace.wait() for _reply in range(replies)))
        return time.monotonic() - began

    with precedence.page():
        assert asyncio.run(read(50)) >= LEAST_PAUSE_S + 50 * GIVE_WAY_S


def test_a_page_that_waits_for_an_answer_is_none_until_it_is_made_on(monkeypatch):
    seen = []
    handler = Handler()

    def page(request):
        with precedence.waiting():
            seen.append(precedence.has_pages())
            with precedence.page():
                seen.append(precedence.has_pages())
        seen.append(precedence.has_pages())
        return HttpResponse()

    monkeypatch.setattr(handler, "get_response", page)
    asyncio.run(handler.run_get_response(AsyncRequestFactory().get("/")))

    assert seen == [False, True, True]


def written_without_javascript(server, person):
    address = reverse("chat:answer_write", args=[asked(person).pk])
    secret = "c" * 32
    with browser(server, person) as web:
        web.cookies[settings.CSRF_COOKIE_NAME] = secret
        return web.post(address, headers={"X-CSRFToken": secret})


def answered_whole(server, person):
    headers = bearer(committed(secret_of, person, "ask"))
    return httpx2.post(f"{server}/api/v1/ask", json={"question": QUESTION}, headers=headers, timeout=20)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("have_written", [written_without_javascript, answered_whole])
def test_streams_do_not_give_way_to_an_answer_that_is_sent_as_a_whole(library, model, have_written):
    model.script = Script(pieces=["Fifteen ", "days ", "[1]. "], pause_s=0.5)
    try:
        with web_server() as server, ThreadPoolExecutor(1) as pool:
            response = pool.submit(committed, have_written, server, library.bob)
            assert wait_for(lambda: model.open_replies == 1 or response.done(), 20)
            assert not response.done(), response.result()
            had_pages = precedence.has_pages()
            assert response.result().status_code in (200, 302)
            assert wait_for(lambda: not running.is_busy(), 10)
    finally:
        committed(Conversation.objects.all().delete)

    assert not had_pages
