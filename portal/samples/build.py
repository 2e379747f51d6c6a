"""Makes the PDF, DOCX and old-encoding text files of the sample library from their sources.

Run as `python -m portal.samples.build [FONT_FOLDER]`. HTML, Markdown and UTF-8 text are their own source.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from portal.samples.pdf import FontError, register_fonts, write_pdf
from portal.samples.source import SourceError, read_source
from portal.samples.word import write_docx

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
LIBRARY = HERE / "library"
FONT_FOLDER = Path("/usr/share/fonts/truetype/nanum")


def build(target: Path, font_folder: Path) -> Iterator[Path]:
    """Write every built document below the target folder and yield its path."""
    register_fonts(font_folder)
    for path in sorted(SOURCES.rglob("*.*")):
        suffix, data = _make(path)
        file = (target / path.relative_to(SOURCES)).with_suffix(suffix)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        yield file


def _make(path: Path) -> tuple[str, bytes]:
    if path.suffix == ".txt":
        return ".txt", path.read_text(encoding="utf-8").replace("\n", "\r\n").encode("cp949")
    source = read_source(path)
    if source.format == "pdf":
        return ".pdf", write_pdf(source)
    return ".docx", write_docx(source)


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the sample library's PDF, DOCX and cp949 files.")
    parser.add_argument("fonts", nargs="?", type=Path, default=FONT_FOLDER, help="folder of the Nanum fonts")
    parser.add_argument("--target", type=Path, default=LIBRARY, help="where the files go")
    options = parser.parse_args()
    try:
        for file in build(options.target, options.fonts):
            sys.stdout.write(f"{file} {file.stat().st_size:,} bytes\n")
    except (FontError, SourceError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
