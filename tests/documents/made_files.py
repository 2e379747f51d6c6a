"""Files of every readable kind, good and hostile, made for one test each."""

import importlib
import zipfile
from pathlib import Path

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from documents.extraction import Extraction, wire
from documents.extraction.media_types import READERS

KOREAN_FONT = "HYSMyeongJo-Medium"
pdfmetrics.registerFont(UnicodeCIDFont(KOREAN_FONT))

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def read_here(path: Path, media_type: str) -> Extraction:
    """What the child would answer, read in this process to save its start."""
    module, reader = READERS[media_type]
    return wire.decode(wire.encode(getattr(importlib.import_module(module), reader)(path)))


def raw_pdf(*objects: str) -> bytes:
    """A file of one page from its objects; the page is object 3, and has to be given first."""
    fixed = ("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>")
    body = "".join(f"{number} 0 obj {item} endobj\n" for number, item in enumerate((*fixed, *objects), start=1))
    return f"%PDF-1.4\n{body}trailer <</Root 1 0 R>>\n".encode()


def stream(content: str, entries: str = "") -> str:
    return f"<<{entries}/Length {len(content)}>> stream\n{content}\nendstream"


def endless_pdf() -> bytes:
    """A page that draws a form often, which draws the next one often, and so on: no reader comes to its end."""
    resources = "/Resources<</XObject<</X {} 0 R>>>>"
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R{resources.format(5)}>>"
    forms = [
        stream("/X Do " * 30, f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]{resources.format(number + 1)}")
        for number in range(5, 17)
    ]
    return raw_pdf(page, stream("/X Do"), *forms, stream("0 0 m", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"))


def canvas(path: Path, **options: object) -> Canvas:
    return Canvas(str(path), pagesize=A4, **options)


def write_lines(
    drawing: Canvas, *lines: str, x: float = 72, y: float = 750, size: float = 14, leading: float = 2
) -> None:
    drawing.setFont(KOREAN_FONT, size)
    for number, line in enumerate(lines):
        drawing.drawString(x, y - leading * size * number, line)


def make_pdf(path: Path, *pages: str, **options: object) -> Path:
    drawing = canvas(path, **options)
    for page in pages:
        write_lines(drawing, *page.split("\n"))
        drawing.showPage()
    drawing.save()
    return path


def add_scanned_page(drawing: Canvas) -> None:
    drawing.drawInlineImage(Image.new("RGB", (60, 80), "grey"), 0, 0, *A4)
    drawing.showPage()


def make_docx(path: Path, body: str, **parts: str) -> Path:
    """A word file from the XML of its body; further parts by name, `styles` for word/styles.xml."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("word/document.xml", _wrapped("document", f"<w:body>{body}</w:body>"))
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", _wrapped(name, content))
    return path


def paragraph(text: str, properties: str = "") -> str:
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def _wrapped(name: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} xmlns:w="{_WORD}">{content}</w:{name}>'
