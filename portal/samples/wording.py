"""The company's name and the labels that the sample documents print around their text, per language."""

from portal.samples.source import Source

COMPANY = {"ko": "한빛정밀", "en": "Hanbit Precision"}
MARGIN_NOTE = {"ko": "가상 회사의 예시 문서", "en": "Sample document of an invented company"}

_LABELS = {
    "ko": ("문서 번호", "시행일", "개정", "주관 부서"),
    "en": ("Document", "In force from", "Version", "Owner"),
}


def facts(source: Source) -> tuple[tuple[str, str], ...]:
    """The four labelled facts of a document's title block."""
    values = (source.code, _day(source), source.version, source.owner)
    return tuple(zip(_LABELS[source.language], values, strict=True))


def _day(source: Source) -> str:
    day = source.effective
    if source.language == "ko":
        return f"{day.year}년 {day.month}월 {day.day}일"
    return f"{day.day} {day:%B %Y}"
