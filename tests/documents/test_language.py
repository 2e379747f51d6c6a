"""Korean or English, by the letters."""

import pytest

from documents.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("2026-11-20 15:00", "en"),
        ("The committee meets on Monday.", "en"),
        ("위원회는 월요일에 모입니다.", "ko"),
        ("Kubernetes 클러스터의 Ingress Controller 설정 방법", "ko"),
        ("The word 연차 means annual leave in the Korean version of this policy.", "en"),
        ("ㄱㄴㄷ", "ko"),
    ],
)
def test_language_is_the_one_most_of_the_text_is_written_in(text, language):
    assert language_of(text) == language


def test_a_quarter_of_the_letters_makes_a_text_korean():
    assert language_of("가" + "a" * 3) == "ko"
    assert language_of("가" + "a" * 4) == "en"
