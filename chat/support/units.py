"""What numbers are counted in, in both languages: word -> (kind, factor to the kind's base)."""

DAY = 1440.0

_WORDS: dict[tuple[str, float], str] = {
    ("money KRW", 1): "원 krw won",
    ("money USD", 1): "달러 불 usd dollar dollars $",
    ("money EUR", 1): "유로 eur euro euros €",
    ("money JPY", 1): "엔 jpy yen ¥",
    ("money GBP", 1): "파운드 gbp pounds £",
    ("share", 1): "% 퍼센트 프로 percent pct",
    ("time", 1 / 60): "초 second seconds sec secs",
    ("time", 1): "분 minute minutes min mins",
    ("time", 60): "시간 hour hours hr hrs",
    ("time", DAY): "일 일간 일째 day days",
    ("time", 7 * DAY): "주 주간 주일 week weeks",
    ("months", 1): "개월 달 month months",
    ("months", 12): "년 년간 해 year years",
    ("length", 0.001): "mm 밀리미터 millimetres millimeters",
    ("length", 0.01): "cm 센티미터 centimetres centimeters",
    ("length", 1): "m 미터 metre metres meter meters",
    ("length", 1000): "km 킬로미터 kilometre kilometres kilometer kilometers",
    ("weight", 0.001): "mg 밀리그램",
    ("weight", 1): "g 그램 gram grams",
    ("weight", 1000): "kg 킬로그램 kilogram kilograms",
    ("weight", 1_000_000): "t 톤 ton tons tonne tonnes",
    ("volume", 0.001): "ml 밀리리터",
    ("volume", 1): "l 리터 litre litres liter liters",
    ("size", 0.001): "kb 킬로바이트 kilobytes",
    ("size", 1): "mb 메가바이트 megabytes",
    ("size", 1000): "gb 기가바이트 gigabytes",
    ("size", 1_000_000): "tb 테라바이트 terabytes",
    ("people", 1): "명 인 분께 사람 people person persons employees employee staff members member users user",
    ("times", 1): "회 번 차례 times",
    ("things", 1): "개 items item pieces piece copies copy 부",
    ("pages", 1): "쪽 페이지 장 page pages sheets",
    ("degrees", 1): "도 ℃ °c degrees degree",
    ("points", 1): "점 points point",
    ("sorts", 1): "가지 종 종류 kinds kind types sorts",
    ("cases", 1): "건 cases case",
    ("places", 1): "곳 군데 places sites",
    ("floor", 1): "층",
    ("years of age", 1): "살 세",
    ("grade", 1): "등급 급 위 등",
    ("vehicles", 1): "대 vehicles cars devices",
    ("volumes", 1): "권 books",
    ("rooms", 1): "호 호실 호선",
    ("stops", 1): "정거장 정류장 stops stations",
    ("animals", 1): "마리 animals",
}
UNITS = {word: unit for unit, words in _WORDS.items() for word in words.split()}

SCALES = {
    "십": 10.0, "백": 100.0, "천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12,
    "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0,
}  # fmt: skip

# Numbers in words; they count only before a unit, since "one" and "한" mean many things.
WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "스무": 20,
    "서른": 30, "마흔": 40, "쉰": 50, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9,
}  # fmt: skip

# Words that are a number of days by themselves.
DAYS = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "열흘": 10, "보름": 15}
