"""Question sets in the BEIR layout, as a folder or packed into a ZIP file: read without unpacking, and written.

Layout: Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation" (2021). Passages, halves and pairs,
which it has no place for, stand in the `metadata` of the queries.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from search.beir import CorpusDocument
from search.queries import storable
from search.questions.naming import Names
from search.questions.rows import MOST_CHARACTERS, MOST_ROWS, Row, Unreadable

# Unpacked, all together; a member says itself how large it is, so it is also counted while it is read.
MOST_UNPACKED = 300_000_000
MOST_MEMBERS = 1000
_QRELS = {"test": "held_out", "dev": "tuning", "train": "tuning"}

type_Open = Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class Archive:
    """`judged` holds (query, document, score, file of the judgement without its suffix)."""

    documents: tuple[CorpusDocument, ...]
    queries: tuple[Mapping[str, Any], ...]
    judged: tuple[tuple[str, str, str, str], ...]


def read_zip(content: bytes) -> Archive:
    """Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            _check(members)
            return _archive({one.filename: _opener(packed, one) for one in members if not one.is_dir()})
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Unreadable(_("The ZIP file is damaged, encrypted or packed in a way that cannot be read.")) from error


def read_folder(folder: Path) -> Archive:
    """Raises Unreadable."""
    files = [path for pattern in ("*.jsonl", "qrels/*.tsv") for path in sorted(folder.glob(pattern))]
    try:
        return _archive({path.relative_to(folder).as_posix(): _path_opener(path) for path in files})
    except (OSError, ValueError) as error:
        raise Unreadable(_("The folder cannot be read: %(reason)s") % {"reason": error}) from error


def rows(archive: Archive, names: Names) -> list[Row]:
    """One row for each judgement. Documents are those whose file name or title is the corpus id, or else its title."""
    titles = {one.key: one.title for one in archive.documents}
    judged: dict[str, list[tuple[str, str, str]]] = {}
    for key, document, score, split in archive.judged:
        judged.setdefault(key, []).append((document, score, split))
    found: list[Row] = []
    for number, query in enumerate(archive.queries, start=1):
        found += _rows_of(number, query, judged.get(str(query.get("_id")), []), _Namer(titles, names))
        if len(found) > MOST_ROWS:
            raise Unreadable(_("The file has more than %(rows)s rows. Split it in two.") % {"rows": MOST_ROWS})
    return found


def packed(documents: Mapping[str, CorpusDocument], rows_: Iterable[Row]) -> bytes:
    """A ZIP file in this layout. `documents` are those that the rows name, by that name."""
    grouped: dict[str, list[Row]] = {}
    for row in rows_:
        grouped.setdefault(row.question, []).append(row)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packing:
        packing.writestr("corpus.jsonl", _lines(_corpus_line(one) for one in documents.values()))
        packing.writestr("queries.jsonl", _lines(_query_line(f"q{at}", own) for at, own in _numbered(grouped)))
        packing.writestr("qrels/test.tsv", "query-id\tcorpus-id\tscore\n" + "".join(_qrels(grouped, documents)))
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class _Namer:
    titles: Mapping[str, str]
    names: Names

    def name(self, key: str) -> str:
        title = self.titles.get(key, "")
        return title if title and self.names.find(key).document is None else key


def _rows_of(
    number: int, query: Mapping[str, Any], judged: Sequence[tuple[str, str, str]], namer: _Namer
) -> Iterator[Row]:
    given = query.get("metadata")
    extra: dict[str, Any] = given if isinstance(given, dict) else {}
    common = {name: _text(extra.get(name)) for name in ("language", "split", "pair", "answerable")}
    question = _text(query.get("text"))
    passages = extra.get("passages")
    if isinstance(passages, list) and passages:
        for passage in (one for one in passages if isinstance(one, dict)):
            own = {name: _text(passage.get(name)) for name in ("document", "page", "quote", "relevance")}
            yield Row(number=number, question=question, **{**common, **own})
    elif judged:
        for document, score, split in judged:
            values = {**common, "split": common["split"] or split, "answerable": ""}
            yield Row(
                number=number, question=question, document=namer.name(document), relevance=_grade(score), **values
            )
    elif common["answerable"]:
        yield Row(number=number, question=question, **common)


def _grade(score: str) -> str:
    """Scales differ: whatever is above two answers the question."""
    return str(min(int(score), 2)) if score.isdecimal() else score


def _text(value: object) -> str:
    return storable(str(value))[: MOST_CHARACTERS + 1] if isinstance(value, (str, int, float)) else ""


def _check(members: Sequence[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
        raise Unreadable(_("The ZIP file holds too many files, or too large ones."))


def _archive(files: Mapping[str, type_Open]) -> Archive:
    corpus, queries = _named(files, "corpus.jsonl"), _named(files, "queries.jsonl")
    if queries is None:
        raise Unreadable(_("There is no queries.jsonl in it. A BEIR folder has corpus.jsonl, queries.jsonl and qrels."))
    return Archive(
        documents=tuple(_documents(corpus)) if corpus else (),
        queries=tuple(_json_lines("queries.jsonl", queries)),
        judged=tuple(
            row
            for path, opened in files.items()
            if path.endswith(".tsv") and "qrels/" in f"/{path}"
            for row in _judged(path, opened)
        ),
    )


def _named(files: Mapping[str, type_Open], name: str) -> type_Open | None:
    return next((opened for path, opened in files.items() if f"/{path}".endswith(f"/{name}")), None)


def _opener(packed_: zipfile.ZipFile, member: zipfile.ZipInfo) -> type_Open:
    return lambda: packed_.open(member)


def _path_opener(path: Path) -> type_Open:
    return lambda: path.open("rb")


def _text_lines(name: str, opened: type_Open) -> Iterator[tuple[int, str]]:
    read = 0
    with opened() as file:
        for number, line in enumerate(iter(lambda: file.readline(MOST_UNPACKED), b""), start=1):
            read += len(line)
            if read > MOST_UNPACKED:
                raise Unreadable(_("The ZIP file holds too many files, or too large ones."))
            try:
                yield number, line.decode("utf-8-sig").strip()
            except UnicodeDecodeError as error:
                raise Unreadable(_("%(file)s, line %(line)s: not UTF-8.") % {"file": name, "line": number}) from error


def _json_lines(name: str, opened: type_Open) -> Iterator[Mapping[str, Any]]:
    for number, line in _text_lines(name, opened):
        if not line:
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict) or "_id" not in row or not isinstance(row.get("text"), str):
            problem = _("%(file)s, line %(line)s: not an object with “_id” and “text”.")
            raise Unreadable(problem % {"file": name, "line": number})
        yield row


def _documents(opened: type_Open) -> Iterator[CorpusDocument]:
    for row in _json_lines("corpus.jsonl", opened):
        yield CorpusDocument(storable(str(row["_id"])), storable(str(row.get("title") or "")), storable(row["text"]))


def _judged(path: str, opened: type_Open) -> Iterator[tuple[str, str, str, str]]:
    split = _QRELS.get(Path(path).stem.lower(), "")
    for number, line in _text_lines(path, opened):
        cells = line.split("\t")
        if not line or (number == 1 and not cells[-1].lstrip("-").isdecimal()):
            continue
        if len(cells) < 3:
            problem = _("%(file)s, line %(line)s: not a query, a document and a score.")
            raise Unreadable(problem % {"file": path, "line": number})
        yield cells[0], cells[-2], cells[-1], split


def _corpus_line(document: CorpusDocument) -> dict[str, object]:
    return {"_id": document.key, "title": document.title, "text": document.text}


def _query_line(key: str, own: Sequence[Row]) -> dict[str, object]:
    first = own[0]
    passages = [
        {"document": row.document, "page": row.page, "quote": row.quote, "relevance": row.relevance}
        for row in own
        if row.document
    ]
    common = {name: getattr(first, name) for name in ("language", "split", "pair", "answerable")}
    return {"_id": key, "text": first.question, "metadata": {**common, "passages": passages}}


def _qrels(grouped: Mapping[str, Sequence[Row]], documents: Mapping[str, CorpusDocument]) -> Iterator[str]:
    for at, own in _numbered(grouped):
        best: dict[str, int] = {}
        for row in own:
            if row.document in documents:
                best[row.document] = max(best.get(row.document, 0), int(row.relevance))
        yield from (f"q{at}\t{documents[name].key}\t{score}\n" for name, score in best.items())


def _numbered(grouped: Mapping[str, Sequence[Row]]) -> Iterator[tuple[int, Sequence[Row]]]:
    return enumerate(grouped.values(), start=1)


def _lines(rows_: Iterable[Mapping[str, object]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows_)
