"""The formats that can be read: their media types, the names they go by, and who reads them.

A new format is a line in each table here and a module beside this one.
"""

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html"
MARKDOWN = "text/markdown"
TEXT = "text/plain"

# Module and function, loaded in the child only when a file of that type comes.
READERS = {
    PDF: ("documents.extraction.pdf", "read_pdf"),
    DOCX: ("documents.extraction.office", "read_docx"),
    HTML: ("documents.extraction.markup", "read_html"),
    MARKDOWN: ("documents.extraction.markdown", "read_markdown"),
    TEXT: ("documents.extraction.plain", "read_plain"),
}

EXTENSIONS = {
    "pdf": PDF,
    "docx": DOCX,
    "docm": DOCX,
    "html": HTML,
    "htm": HTML,
    "xhtml": HTML,
    "md": MARKDOWN,
    "markdown": MARKDOWN,
    "txt": TEXT,
    "text": TEXT,
    "log": TEXT,
    "": TEXT,
}

# A part that only this kind of zip has.
ZIP_PARTS = {b"word/document.xml": DOCX}
