"""The query language: what somebody typed, as words to rank by and filters; whatever is not understood stays words."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from documents.extraction.media_types import EXTENSIONS
from documents.media_types import KINDS
from documents.models import Collection
from documents.vocabulary import folded
from search.filters import Filters

if TYPE_CHECKING:
    from documents.models.collection import type_Reader

# A query is a question, not a document.
MAX_LENGTH = 2_000
# “Phrases” and words with a minus, together. Each is a pattern for the text of many rows, and the database keeps 32
# patterns compiled; one of thousands of syllables takes seconds to compile.
MOST_EXACT = 20
LONGEST_EXACT = 200

_QUOTES = str.maketrans(dict.fromkeys("“”„‟＂", '"') | {"：": ":"})
_TOKEN = re.compile(r'(?P<minus>-?)(?:(?P<name>[^\W\d_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]\S*)|(?=\s|$)|")')
_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"[^\W_]")
_DAY = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?\.?")

_OPERATORS = {
    "title": ("title", "제목"),
    "type": ("type", "filetype", "kind", "종류", "형식", "유형"),
    "collection": ("collection", "문서함", "컬렉션"),
    "language": ("language", "lang", "언어"),
    "after": ("after", "since", "이후"),
    "before": ("before", "이전"),
}
_KINDS = {
    "word": ("워드",),
    "powerpoint": ("ppt", "slides", "presentation", "파워포인트", "슬라이드", "프레젠테이션"),
    "spreadsheet": ("excel", "sheet", "엑셀", "스프레드시트"),
    "csv": ("table", "표"),
    "hangul": ("한글", "한컴", "아래아한글"),
    "opendocument": ("오픈도큐먼트",),
    "mail": ("email", "e-mail", "메일", "이메일", "전자우편"),
    "zip": ("archive", "압축"),
    "markdown": ("마크다운",),
    "text": ("텍스트",),
    "html": ("web", "웹"),
}
_LANGUAGES = {
    "ko": ("ko", "kor", "korean", "한국어", "한글", "국문"),
    "en": ("en", "eng", "english", "영어", "영문"),
}


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is what is ranked by, phrases included; `problems` are sentences for the person who asked."""

    raw: str
    text: str
    filters: Filters = field(default_factory=Filters)
    problems: tuple[str, ...] = ()

    @property
    def is_only_filters(self) -> bool:
        """There are no words to rank by, but something to choose by."""
        return self.filters != Filters() and not _WORD.search(self.text)


def understood(raw: str, reader: "type_Reader") -> Query:
    """Read a query in which collections are named that this person may see."""
    names = Collection.objects.visible_to(reader).values_list("name", "pk") if ":" in raw.translate(_QUOTES) else ()
    return parse(raw, dict(names))


def parse(raw: str, collections: Mapping[str, int] | None = None) -> Query:
    """Read a query. `collections` are those that may be named, with their ids."""
    reading = _Reading({folded(name): key for name, key in (collections or {}).items()})
    for token in _tokens(storable(raw[:MAX_LENGTH]).translate(_QUOTES)):
        reading.take(token)
    return Query(raw, " ".join(reading.words), reading.filters, tuple(dict.fromkeys(reading.problems)))


def storable(text: str) -> str:
    """Without what neither a tokenizer nor the database takes: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()


def _tokens(text: str) -> Iterator["re.Match[str]"]:
    position = _end_of(_SPACE, text, 0)
    while position < len(text) and (match := _TOKEN.match(text, position)):
        yield match
        position = _end_of(_SPACE, text, match.end())


def _end_of(pattern: "re.Pattern[str]", text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


class _Reading:
    """What has been read of a query so far."""

    def __init__(self, collections: Mapping[str, int]) -> None:
        self.words: list[str] = []
        self.problems: list[str] = []
        self.filters = Filters()
        self._collections = collections

    def take(self, token: "re.Match[str]") -> None:
        operator = _NAMES.get((token["name"] or "").lower(), "")
        value = token["plain"] or token["quoted"] or ""
        if token["name"] and (not operator or token["minus"]):
            self._plain(token[0], operator)
        elif operator:
            self._operator(operator, value, token[0])
        elif token["minus"] and _WORD.match(value):
            if self._has_room_for(value):
                self.filters = replace(self.filters, excluded=(*self.filters.excluded, value))
        elif token["quoted"] and _WORD.search(value):
            if self._has_room_for(value):
                self.filters = replace(self.filters, phrases=(*self.filters.phrases, value))
            self.words.append(value)
        else:
            self._plain(token[0], "")

    def _has_room_for(self, value: str) -> bool:
        """Whether one more phrase or word with a minus is taken; said if it is not."""
        if len(self.filters.phrases) + len(self.filters.excluded) < MOST_EXACT and len(value) <= LONGEST_EXACT:
            return True
        self.problems.append(
            _(
                "A search takes %(most)s “phrases” and words with a minus, of up to %(longest)s letters each. Other"
                " phrases were searched as plain words, and other words with a minus were left aside."
            )
            % {"most": MOST_EXACT, "longest": LONGEST_EXACT}
        )
        return False

    def _plain(self, text: str, operator: str) -> None:
        """Words to rank by; said if it looks as if something else was meant."""
        self.words.append(text)
        if operator:
            self.problems.append(
                _("A minus leaves out words and “phrases” only, so “%(text)s” was searched as plain words.")
                % {"text": text}
            )

    def _operator(self, operator: str, value: str, text: str) -> None:
        try:
            self.filters = _READERS[operator](self.filters, value, self._collections)
        except _NotUnderstood as problem:
            self.words.append(text.replace('"', " "))
            self.problems.append(" ".join([str(problem), _("It was searched as plain words.")]))


class _NotUnderstood(Exception):
    """The value of an operator; the message is for the person who asked."""


def _titled(filters: Filters, value: str, _collections: Mapping[str, int]) -> Filters:
    if not _WORD.search(value):
        raise _NotUnderstood(_("“title:” wants words of the title right behind the colon."))
    return replace(filters, titles=(*filters.titles, value))


def _typed(filters: Filters, value: str, _collections: Mapping[str, int]) -> Filters:
    kind = _KIND_NAMES.get(folded(value).removeprefix("."))
    if kind is None:
        raise _NotUnderstood(_("There is no kind of file called “%(value)s”.") % {"value": value})
    return replace(filters, types=(*filters.types, kind))


def _collected(filters: Filters, value: str, collections: Mapping[str, int]) -> Filters:
    key = collections.get(folded(value)) or _only_one_with(folded(value), collections)
    if key is None:
        raise _NotUnderstood(_("There is no collection called “%(value)s”.") % {"value": value})
    return replace(filters, collections=(*(filters.collections or ()), key))


def _only_one_with(part: str, collections: Mapping[str, int]) -> int | None:
    """The collection of which this is a part of the name, if there is one only."""
    keys = [key for name, key in collections.items() if part and part in name]
    return keys[0] if len(keys) == 1 else None


def _spoken(filters: Filters, value: str, _collections: Mapping[str, int]) -> Filters:
    language = _LANGUAGE_NAMES.get(folded(value))
    if language is None:
        raise _NotUnderstood(_("“language:” knows ko and en, not “%(value)s”.") % {"value": value})
    return replace(filters, languages=(*filters.languages, language))


def _after(filters: Filters, value: str, _collections: Mapping[str, int]) -> Filters:
    return replace(filters, after=max(_day(value), filters.after or date.min))


def _before(filters: Filters, value: str, _collections: Mapping[str, int]) -> Filters:
    return replace(filters, before=min(_day(value), filters.before or date.max))


def _day(value: str) -> date:
    """The first day of a year, a month or a day."""
    match = _DAY.fullmatch(value.strip())
    try:
        if match:
            return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        pass
    raise _NotUnderstood(_("“%(value)s” is not a day such as 2026, 2026-03 or 2026-03-31.") % {"value": value})


_READERS: dict[str, Callable[[Filters, str, Mapping[str, int]], Filters]] = {
    "title": _titled,
    "type": _typed,
    "collection": _collected,
    "language": _spoken,
    "after": _after,
    "before": _before,
}
_NAMES = {name: operator for operator, names in _OPERATORS.items() for name in names}
_LANGUAGE_NAMES = {name: code for code, names in _LANGUAGES.items() for name in names}
_KIND_NAMES = {
    suffix: key for suffix, media_type in EXTENSIONS.items() for key, kind in KINDS.items() if suffix
    if media_type in kind.media_types
} | {name: key for key in KINDS for name in (key, *_KINDS.get(key, ()))}  # fmt: skip
