"""What an answer says of itself: who corrected it, what it cost, what was found of its sentences."""

from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from chat.models import Answer, Citation, Correction
from tests.chat.shelf import LEAVE, cited_answer, shelves
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return shelves()


def page(client, answer) -> str:
    client.force_login(answer.message.conversation.user)
    return client.get(answer.message.conversation.get_absolute_url()).content.decode()


def corrected(world, **facts):
    correction = Correction.objects.create(
        reviewer=make_user("rita", first_name="Rita", last_name="Kim"), question="How many days?", text=LEAVE, **facts
    )
    return cited_answer(world.bob, (LEAVE, world.leave), correction=correction)


def test_corrected_answer_names_its_reviewer_and_day(client, world):
    html = page(client, corrected(world))

    assert f"Corrected by Rita Kim on {date_format(timezone.localdate())}" in html
    assert "Written by a reviewer" in html


def test_correction_that_no_longer_holds_says_so(client, world):
    assert "no longer holds" in page(client, corrected(world, expired_at=timezone.now()))


def test_tokens_and_costs_are_for_staff(client, world):
    counted = {"model": "m", "input_tokens": 1200, "output_tokens": 80, "cost": Decimal("0.012300")}

    theirs = page(client, cited_answer(make_user("root", staff=True), (LEAVE, world.leave), **counted))
    others = page(client, cited_answer(world.bob, (LEAVE, world.leave), **counted))

    assert "1200 tokens read, 80 written" in theirs
    assert "cost 0.0123" in theirs
    assert "tokens read" not in others


@pytest.mark.parametrize(("finding", "words"), [("unverified", "Unverified"), ("contradicted", "Contradicted")])
def test_what_the_check_found_stands_at_the_mark_in_its_card_and_below(client, world, finding, words):
    answer = cited_answer(world.bob, (LEAVE, world.leave))
    Citation.objects.update(finding=finding)

    html = page(client, answer)

    assert f'<span class="cite__word">{finding}</span>' in html
    assert "with this word at their mark" in html.split("answer__made")[0]
    assert f'cite-card__finding--{finding}">{words}: ' in html


def test_opening_counts_as_seen(client, world):
    answer = cited_answer(world.bob, (LEAVE, world.leave))
    page(client, answer)
    page(client, answer)

    assert Answer.objects.get().seen == 2
