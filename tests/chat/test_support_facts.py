"""Numbers, amounts, durations, days and times, however they are written."""

import pytest

from chat.support.facts import agreement, facts


def agree(claim, source):
    return agreement(facts(claim.lower()), facts(source.lower()))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("3만원", "30,000 KRW"),
        ("1500원", "₩1,500"),
        ("3억 5천만 원", "350,000,000원"),
        ("$5 million", "5,000,000 dollars"),
        ("ten hours", "10시간"),
        ("a 24-hour limit", "하루"),
        ("2주", "14 days"),
        ("한 달", "1개월"),
        ("3 percent", "3%"),
        ("twenty-five employees", "25명"),
        ("5km", "5,000 m"),
        ("2024-03-01", "2024년 3월 1일"),
        ("March 1, 2024", "2024. 3. 1."),
        ("1 March 2024", "3/1"),
        ("3월", "2024-03-01"),
        ("2024", "2024년"),
        ("9 am", "오전 9시"),
        ("14:30", "오후 2시 30분"),
        ("40장이 넘는다", "총 44장"),
        ("at most 10 days", "7 days"),
        ("약 10%", "10.5%"),
        ("15 people", "15 applicants"),
        ("10여 분", "11분"),
    ],
)
def test_the_same_fact_written_otherwise_agrees(claim, source):
    assert agree(claim, source).missing == 0
    assert not agree(claim, source).differs


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("4만원", "30,000원"),
        ("12 hours", "ten hours"),
        ("25일의 휴가", "15일의 휴가"),
        ("2024-03-02", "2024년 3월 1일"),
        ("in 2023", "2024년 3월"),
        ("10시", "09:00"),
        ("4%", "3%"),
        ("40장이 넘는다", "총 14장"),
        ("국정 기조 6가지", "국정 기조 4가지"),
        ("신청하여 여섯 명이", "신청하여 61명이"),
        ("다음 여행은 60명", "다음 여행은 61명"),
    ],
)
def test_another_fact_of_the_same_kind_differs(claim, source):
    assert agree(claim, source).differs


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("15 days", "nothing is said"),
        ("15 days", "30,000 KRW"),
        ("3월 1일", "3월"),
        ("12 rules", "10 exceptions"),
    ],
)
def test_what_is_not_said_is_missing_and_contradicts_nothing(claim, source):
    found = agree(claim, source)

    assert found.missing == 1
    assert not found.differs


@pytest.mark.parametrize("text", ["FY2018", "COVID-19", "A4", "IL-10", "1. Leave", "half of it", "no one"])
def test_codes_and_numbering_are_no_numbers(text):
    assert len(facts(text.lower())) == 0


def test_an_article_of_a_rule_is_no_trillion():
    assert agree("제3조", "3조원").missing == 1
