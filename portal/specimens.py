"""Documents made from a seed, in Korean and English and of several formats and lengths, to try the portal with."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

_SUBJECTS = {
    "en": ("Annual leave", "The travel allowance", "Remote access", "The quality audit", "A laptop", "Overtime"),
    "ko": ("연차 휴가", "출장비", "원격 접속", "품질 감사", "노트북", "초과 근무"),
}
_SENTENCES = {
    "en": (
        "{subject} number {n} is approved by the team lead within {m} days.",
        "For {subject}, form {n} is sent to the department before day {m}.",
        "Whoever misses the deadline of {m} days for {subject} asks unit {n}.",
    ),
    "ko": (
        "{subject} {n}호는 팀장이 {m}일 안에 승인합니다.",
        "{subject} 신청서 {n}번은 {m}일 전까지 담당 부서에 제출해야 합니다.",
        "{subject} 기한 {m}일을 넘긴 직원은 {n}번 창구에 문의합니다.",
    ),
}
_PARAGRAPHS = (1, 2, 3, 8, 25)


@dataclass(frozen=True, slots=True)
class Specimen:
    file_name: str
    content: bytes


def specimens(count: int, seed: int) -> Iterator[Specimen]:
    """Yield documents that differ from each other; the same count and seed give the same ones."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    writers = (_text, _markdown, _html)
    for number in range(count):
        language = chance.choice(("en", "ko"))
        paragraphs = [_paragraph(chance, language, number) for _ in range(chance.choice(_PARAGRAPHS))]
        suffix, content = chance.choice(writers)(f"Document {number} of {seed}", paragraphs)
        yield Specimen(f"{number:05d}.{suffix}", content.encode())


def _paragraph(chance: random.Random, language: str, number: int) -> str:
    values = {"n": number * 100 + chance.randrange(100), "m": chance.randrange(1, 60)}
    subject = chance.choice(_SUBJECTS[language])
    return " ".join(
        chance.choice(_SENTENCES[language]).format(subject=subject, **values) for _ in range(chance.randrange(2, 7))
    )


def _text(title: str, paragraphs: list[str]) -> tuple[str, str]:
    return "txt", "\n\n".join([title, *paragraphs])


def _markdown(title: str, paragraphs: list[str]) -> tuple[str, str]:
    parts = [f"## Part {number}\n\n{text}" for number, text in enumerate(paragraphs, start=1)]
    return "md", "\n\n".join([f"# {title}", *parts])


def _html(title: str, paragraphs: list[str]) -> tuple[str, str]:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return "html", f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
