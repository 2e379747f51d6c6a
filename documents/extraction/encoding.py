"""Which encoding a file of text is in; pure. Korean files come in half a dozen and seldom say in which."""

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels that mean more than they say: Windows writes its own superset under these names.
_SUPERSETS = {
    "euc-kr": "cp949",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}
# More than half of all syllables in ordinary Korean text; other encodings read as Korean rarely hit them.
_FREQUENT_SYLLABLES = frozenset(
    "이다의에는을가고지로하한은기사자도를리대어시정나인해으아서수라일스보있만들전제그부과것여게주적장원"
    "구오조할세상마유공무면성연동안되내관계신중소화방모생위국경우하며거치실및용행분업회급휴근직규"
)
_MIN_FREQUENT_SHARE = 0.25
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_MIN_FAMILIAR_SHARE = 0.4
# Tried when the bytes are neither Unicode nor Korean.
_FOREIGN = ["cp1252", "cp932", "euc_jp", "gb18030", "big5", "cp1251"]
_SAMPLE_BYTES = 200_000
# Share of broken characters in UTF-8 that still lets a line count as UTF-8.
_MAX_BROKEN_SHARE = 0.1


def decode(data: bytes, declared: str = "") -> str:
    """Text in any encoding; never fails, undecodable bytes become U+FFFD."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    name = _wide_encoding(data) or _seven_bit_encoding(data)
    if name:
        return data.decode(name, "replace")
    for name, errors in (("utf-8", "surrogatepass"), (_superset(declared), "strict")):
        text = _strictly(data, name, errors)
        if text is not None:
            return text
    return _decode_lines(data)


def is_korean(data: bytes) -> bool:
    """Whether bytes that are not Unicode are most likely Korean as Windows writes it."""
    return _korean_share(data[:_SAMPLE_BYTES], "cp949") >= _MIN_FREQUENT_SHARE


def _superset(label: str) -> str:
    label = label.strip().lower()
    return _SUPERSETS.get(label, label)


def _strictly(data: bytes, name: str, errors: str) -> str | None:
    try:
        return data.decode(name, errors) if name else None
    except (ValueError, LookupError):
        return None


def _wide_encoding(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: many NUL bytes, and characters that make sense."""
    sample = data[:_SAMPLE_BYTES]
    if len(data) % 2 or sample.count(0) < max(1, len(sample) // 200):
        return ""
    best = max(_WIDE, key=lambda name: _familiar_share(sample, name))
    return best if _familiar_share(sample, best) >= _MIN_FAMILIAR_SHARE else ""


def _familiar_share(sample: bytes, name: str) -> float:
    """How many characters are ASCII text or frequent syllables, if the bytes are read in this encoding."""
    text = sample.decode(name, "replace")
    familiar = sum(" " <= character <= "~" or character in _FREQUENT_SYLLABLES for character in text)
    return familiar / len(text)


def _seven_bit_encoding(data: bytes) -> str:
    return "iso2022_kr" if b"\x1b$)C" in data[:1000] else ""


def _legacy_encoding(data: bytes) -> str:
    """The best guess for bytes that are not UTF-8."""
    sample = data[:_SAMPLE_BYTES]
    korean = max(("cp949", "johab"), key=lambda name: _korean_share(sample, name))
    if _korean_share(sample, korean) >= _MIN_FREQUENT_SHARE:
        return korean
    from charset_normalizer import from_bytes  # slow to load, seldom needed

    best = from_bytes(sample, cp_isolation=_FOREIGN).best()
    return _superset(best.encoding) if best else "cp1252"


def _korean_share(sample: bytes, name: str) -> float:
    """Frequent syllables among everything beyond ASCII, if the bytes are read in this encoding."""
    foreign = [character for character in sample.decode(name, "replace") if character > "\x7f"]
    return sum(character in _FREQUENT_SYLLABLES for character in foreign) / len(foreign) if foreign else 0.0


def _decode_lines(data: bytes) -> str:
    """Line by line: files put together from several sources mix UTF-8 with an older encoding."""
    lines = data.splitlines(keepends=True)
    legacy = _legacy_encoding(b"".join(line for line in lines if not _is_mostly_utf8(line)))
    return "".join(line.decode("utf-8" if _is_mostly_utf8(line) else legacy, "replace") for line in lines)


def _is_mostly_utf8(line: bytes) -> bool:
    if line.isascii():
        return True
    text = line.decode("utf-8", "replace")
    foreign = sum(character > "\x7f" for character in text)
    return text.count("\ufffd") <= foreign * _MAX_BROKEN_SHARE
