"""The words for what goes wrong."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from chat.failures import FailureCode, explain


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("code", list(FailureCode))
def test_each_code_says_what_happened_and_what_to_do(code, language):
    with translation.override(language):
        words = explain(code)

    assert words.what
    assert words.next_step


def test_a_retired_code_is_explained_as_a_mistake_of_the_portal():
    assert explain("retired") == explain(FailureCode.INTERNAL)


def test_a_busy_model_says_from_when_it_can_be_asked_again():
    soon, before = timezone.now() + timedelta(minutes=10), timezone.now() - timedelta(minutes=1)

    with translation.override("en"):
        assert "takes requests again from" in explain(FailureCode.BUSY, soon).next_step
        assert explain(FailureCode.BUSY, before) == explain(FailureCode.BUSY)
