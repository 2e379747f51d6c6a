"""Questions drafted by rule read as people would ask, in both languages, and only where something can be asked."""

import pytest

from search.questions import korean
from search.questions.drafting import HeadingAt, about, asked_of, from_headings, from_sentences


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("연차 유급휴가", "연차 유급휴가는 어떻게 되나요?"),
        ("출장비 한도", "출장비 한도는 얼마인가요?"),
        ("지급 기준", "지급 기준은 무엇인가요?"),
        ("휴직 기간", "휴직 기간은 얼마나 되나요?"),
        ("제출 기한", "제출 기한은 언제인가요?"),
        ("개인정보 보호책임자", "개인정보 보호책임자는 누구인가요?"),
        ("Annual leave", "What applies to annual leave?"),
        ("Booking a Room", "How does one go about booking a room?"),
        ("Travel Expense Limits", "What are the travel expense limits?"),
        ("VPN access", "What applies to VPN access?"),
        ("Approval process", "How does the approval process work?"),
        ("Who may work remotely", "Who may work remotely?"),
        ("오류가 날 때", "오류가 날 때에는 어떻게 하나요?"),
        ("How to reset a password", "How does one reset a password?"),
    ],
)
def test_heading_is_asked_about_as_a_whole(heading, question):
    assert about(heading) == question


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("수습 기간은 입사일로부터 3개월입니다.", "수습 기간은 입사일로부터 몇 개월인가요?"),
        ("회사 창립기념일은 9월 14일입니다.", "회사 창립기념일은 몇 월 며칠인가요?"),
        ("급여는 매월 25일에 지급한다.", "급여는 매월 며칠에 지급하나요?"),
        ("야간 근무 식대는 12,000원을 줍니다.", "야간 근무 식대는 얼마를 주나요?"),
        ("창고는 오후 6시 30분에 문을 닫습니다.", "창고는 몇 시에 문을 닫나요?"),
        ("채용을 담당하는 부서는 인사팀입니다.", "채용을 담당하는 부서는 어디인가요?"),
        (
            "The probation period lasts three months from the first day.",
            "The probation period lasts how many months from the first day?",
        ),
        ("Rooms can be booked up to 30 days ahead.", "Rooms can be booked up to how many days ahead?"),
        ("Visitors to the plant must sign in at 9:30.", "Visitors to the plant must sign in at what time?"),
        (
            "The meal allowance is KRW 12,000 for each working day.",
            "The meal allowance is how much for each working day?",
        ),
        ("The founding day of the company is 14 September.", "The founding day of the company is on which date?"),
        (
            "Suppliers are paid 30% of the price in advance.",
            "Suppliers are paid what percentage of the price in advance?",
        ),
    ],
)
def test_sentence_is_asked_for_its_one_fact(sentence, question):
    assert asked_of(sentence) == question


@pytest.mark.parametrize(
    "sentence",
    [
        "1년간 80% 이상 출근한 직원에게는 15일의 연차 유급휴가를 줍니다.",
        "다만 3일 이상 이어지면 진단서를 첨부합니다.",
        "이 규정은 3개월 뒤에 시행합니다.",
        "문의: hr@example.com 으로 30일 안에 보내십시오.",
        "| 팀장 | 300,000원 |",
        "3일",
        "However, it lasts three months from the first day.",
        "The core hours begin at 10:00 and end at 16:00.",
        "See section 3 for the 30 days that are meant here.",
        "방문객이 머무는 시간은 30분을 넘지 않습니다.",
        "필터는 6개월마다 바꾸고, 바꾼 뒤에는 입자 수를 다시 잽니다.",
        "Family care leave up to 10 days, unpaid",
        "Leave is taken in half days of four hours or in blocks of two hours.",
        "Nothing in this sentence can be counted or dated.",
    ],
)
def test_sentence_that_leans_on_others_or_has_no_single_fact_is_left(sentence):
    assert asked_of(sentence) == ""


@pytest.mark.parametrize(
    ("word", "topic"),
    [
        ("연차", "연차는"),
        ("기준", "기준은"),
        ("VPN", "VPN은"),
        ("규정 3", "규정 3은"),
        ("안내(2부)", "안내(2부)는"),
    ],
)
def test_particles_fit_the_word_before_them(word, topic):
    assert korean.with_topic(word) == topic


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("서류를 첨부합니다.", "서류를 첨부하나요"),
        ("이월하지 않습니다", "이월하지 않나요"),
        ("사직서를 냅니다.", "사직서를 내나요"),
        ("정해진 바 없음.", ""),
    ],
)
def test_statement_becomes_a_question_if_its_ending_is_known(statement, question):
    assert korean.asked(statement) == question


def test_headings_that_say_nothing_or_stand_twice_make_no_question():
    names = ["제1조 (목적)", "연차 유급휴가", "Overview", "병가", "병가", "Work rules", "Alarm: disk", "대상"]
    headings = [HeadingAt(name, 100 * at, 100 * at + 90) for at, name in enumerate(names)]

    leave, whom = from_headings(headings, "Work rules")

    assert (leave.text, leave.start, leave.end) == ("연차 유급휴가는 어떻게 되나요?", 100, 190)
    assert whom.text == "Work rules에서 대상은 무엇인가요?"


def test_drafted_question_knows_where_its_sentence_stands():
    text = "첫 문장입니다. 수습 기간은 입사일로부터 3개월입니다."

    (drafted,) = from_sentences(text, 1000)

    assert text[drafted.start - 1000 : drafted.end - 1000] == "수습 기간은 입사일로부터 3개월입니다."
