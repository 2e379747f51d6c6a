"""PPTX: a slide is a page with its title as heading, its texts in reading order, tables as rows and notes below."""

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from documents.extraction import Extraction
from documents.extraction.archive import Archive
from documents.extraction.composition import MAX_CHARACTERS, Composition, paged
from documents.extraction.quality import page_ranges
from documents.extraction.titles import sensible_title
from documents.extraction.wordml import attribute, child, children, local_name
from documents.failure_codes import FailureCode, IndexingFailure

_MAIN_PART = "ppt/presentation.xml"
_MAX_SLIDES = 2_000
_TITLES = frozenset(("title", "ctrTitle"))
# Date, footer and number stand on every slide.
_REPEATED = frozenset(("dt", "ftr", "sldNum", "hdr"))
# Shapes whose tops differ less than this stand beside each other.
_SAME_LINE = 300_000
_NUMBER = re.compile(r"-?[0-9]{1,12}")
_NOTE_MARK = "※ "
_HIDDEN = frozenset(("0", "false"))


def read_pptx(path: Path) -> Extraction:
    with Archive(path) as archive:
        root = archive.parse(_MAIN_PART)
        if root is None:
            raise IndexingFailure(FailureCode.DAMAGED, "no main part")
        slides = list(_slide_names(root, _Links(archive, _MAIN_PART)))
        pages: list[Composition] = []
        hidden = []
        left = MAX_CHARACTERS
        for name in slides[:_MAX_SLIDES]:
            composition = Composition(left)
            if not _read_slide(archive, name, composition):
                hidden.append(len(pages) + 1)
            left -= composition.length
            pages.append(composition)
        title = _stated_title(archive)
    notes = [f"page-limit:{_MAX_SLIDES}"] if len(slides) > _MAX_SLIDES else []
    if hidden:
        notes.append(f"hidden-slides:{page_ranges(hidden)}")
    return paged(pages, title or (pages[0].title if pages else ""), tuple(notes))


def _stated_title(archive: Archive) -> str:
    title = child(archive.parse("docProps/core.xml"), "title")
    return sensible_title(title.text or "") if title is not None else ""


class _Links:
    """The parts that a part refers to."""

    def __init__(self, archive: Archive, name: str) -> None:
        folder, _, file = name.rpartition("/")
        root = archive.parse(f"{folder}/_rels/{file}.rels")
        self._targets: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        for link in root if root is not None else ():
            target = posixpath.normpath(posixpath.join(f"/{folder}", link.get("Target", ""))).lstrip("/")
            self._targets[link.get("Id", "")] = target
            self._kinds[link.get("Type", "").rpartition("/")[2]] = target

    def by_id(self, link_id: str) -> str:
        return self._targets.get(link_id, "")

    def by_kind(self, kind: str) -> str:
        return self._kinds.get(kind, "")


def _slide_names(root: etree._Element, links: _Links) -> Iterator[str]:
    for listed in children(root, "sldIdLst"):
        for slide in children(listed, "sldId"):
            yield links.by_id(_link_id(slide, "id"))


def _link_id(element: etree._Element, name: str) -> str:
    """An attribute of the relationships' namespace, which has two spellings."""
    return next((str(text) for key, text in element.items() if key.startswith("{") and key.endswith("}" + name)), "")


def _read_slide(archive: Archive, name: str, composition: Composition) -> bool:
    """False for a slide that is never shown; it keeps its number."""
    root = archive.parse(name)
    if root is None:
        return True
    if root.get("show") in _HIDDEN:
        return False
    links = _Links(archive, name)
    reader = _Reader(composition, lambda link_id: archive.parse(links.by_id(link_id)))
    reader.read(_shapes(root))
    notes = archive.parse(links.by_kind("notesSlide"))
    if notes is not None:
        for shape in _shapes(notes):
            text = "\n".join(_lines(shape)) if _placeholder(shape) == "body" else ""
            composition.add(_NOTE_MARK + text if text.strip() else "")
    return True


def _shapes(root: etree._Element) -> list[etree._Element]:
    tree = child(child(root, "cSld"), "spTree")
    return [] if tree is None else list(tree)


class _Reader:
    """Reads the shapes of one slide; `linked` parses a part that the slide refers to."""

    def __init__(self, composition: Composition, linked: Callable[[str], etree._Element | None]) -> None:
        self._composition = composition
        self._linked = linked

    def read(self, shapes: list[etree._Element]) -> None:
        for shape in sorted(map(_chosen, shapes), key=_place):
            name = local_name(shape)
            if _is_hidden(shape) or _placeholder(shape) in _REPEATED:
                continue
            if name == "grpSp":
                self.read(list(shape))
            elif name == "graphicFrame":
                self._read_graphic(shape)
            elif name == "sp":
                self._read_text(shape)

    def _read_text(self, shape: etree._Element) -> None:
        lines = list(_lines(shape))
        if _placeholder(shape) in _TITLES:
            self._composition.add_heading(" ".join(lines), 1)
        else:
            self._composition.add("\n".join(lines))

    def _read_graphic(self, frame: etree._Element) -> None:
        data = child(child(frame, "graphic"), "graphicData")
        for element in data if data is not None else ():
            if local_name(element) == "tbl":
                self._read_table(element)
            elif local_name(element) == "relIds":
                diagram = self._linked(_link_id(element, "dm"))
                self._composition.add("\n".join(_diagram_lines(diagram)) if diagram is not None else "")

    def _read_table(self, table: etree._Element) -> None:
        for row in children(table, "tr"):
            cells = [" ".join(" ".join(_lines(cell)).split()) for cell in children(row, "tc")]
            self._composition.add(" | ".join(cells) if any(cells) else "", "table")


def _diagram_lines(root: etree._Element) -> Iterator[str]:
    for point in root.iter("{*}pt"):
        line = " ".join(_lines(point)).strip()
        if line:
            yield f"- {line}"


def _chosen(shape: etree._Element) -> etree._Element:
    """The first of several forms of the same content."""
    if local_name(shape) == "AlternateContent" and len(shape) and len(shape[0]):
        return shape[0][0]
    return shape


def _place(shape: etree._Element) -> tuple[int, int, int]:
    """The title first, then what inherits its place from the layout, then from top to bottom and left to right."""
    if _placeholder(shape) in _TITLES:
        return (0, 0, 0)
    offset = next(_offsets(shape), None)
    if offset is None:
        return (1, 0, 0)
    return (2, _units(offset, "y") // _SAME_LINE, _units(offset, "x"))


def _units(offset: etree._Element, name: str) -> int:
    text = offset.get(name, "")
    return int(text) if _NUMBER.fullmatch(text) else 0


def _offsets(shape: etree._Element) -> Iterator[etree._Element]:
    for parent in (shape, child(shape, "spPr"), child(shape, "grpSpPr")):
        offset = child(child(parent, "xfrm"), "off")
        if offset is not None:
            yield offset


def _properties(shape: etree._Element) -> etree._Element | None:
    return shape[0] if len(shape) and local_name(shape[0]).startswith("nv") else None


def _placeholder(shape: etree._Element) -> str:
    """The kind of a placeholder; "" for other shapes."""
    placeholder = child(child(_properties(shape), "nvPr"), "ph")
    return "" if placeholder is None else placeholder.get("type", "obj")


def _is_hidden(shape: etree._Element) -> bool:
    return attribute(child(_properties(shape), "cNvPr"), "hidden") in ("1", "true")


def _lines(parent: etree._Element) -> Iterator[str]:
    """The paragraphs of a text body."""
    for body in parent:
        if local_name(body) in ("txBody", "t"):
            for paragraph in children(body, "p"):
                yield "".join(_pieces(paragraph))


def _pieces(paragraph: etree._Element) -> Iterator[str]:
    for run in paragraph:
        if local_name(run) == "br":
            yield "\n"
        elif local_name(run) in ("r", "fld"):
            text = child(run, "t")
            yield (text.text or "") if text is not None else ""
        elif local_name(run) == "m":  # a formula
            yield "".join(part.text or "" for part in run.iter("{*}t"))
