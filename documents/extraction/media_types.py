"""The formats that can be read: their media types, the names they go by, and who reads them.

A new format is a line in each table here and a module beside this one.
"""

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."

PDF = "application/pdf"
DOCX = f"{_OFFICE}wordprocessingml.document"
PPTX = f"{_OFFICE}presentationml.presentation"
XLSX = f"{_OFFICE}spreadsheetml.sheet"
XLSB = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
XLS = "application/vnd.ms-excel"
ODT = f"{_OPEN_DOCUMENT}text"
ODS = f"{_OPEN_DOCUMENT}spreadsheet"
HWPX = "application/hwp+zip"
HWP = "application/x-hwp"
RTF = "application/rtf"
HTML = "text/html"
MARKDOWN = "text/markdown"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TEXT = "text/plain"
EML = "message/rfc822"
# Has no text of its own, only members, so nobody reads it.
ZIP = "application/zip"

# Module and function, loaded in the child only when a file of that type comes.
READERS = {
    PDF: ("documents.extraction.pdf", "read_pdf"),
    DOCX: ("documents.extraction.office", "read_docx"),
    PPTX: ("documents.extraction.presentation", "read_pptx"),
    ODT: ("documents.extraction.opendocument", "read_odt"),
    HWPX: ("documents.extraction.hwpx", "read_hwpx"),
    HWP: ("documents.extraction.hwp", "read_hwp"),
    RTF: ("documents.extraction.rtf", "read_rtf"),
    XLSX: ("documents.extraction.spreadsheet", "read_spreadsheet"),
    XLSB: ("documents.extraction.spreadsheet", "read_spreadsheet"),
    XLS: ("documents.extraction.spreadsheet", "read_spreadsheet"),
    ODS: ("documents.extraction.spreadsheet", "read_spreadsheet"),
    CSV: ("documents.extraction.delimited", "read_csv"),
    TSV: ("documents.extraction.delimited", "read_tsv"),
    HTML: ("documents.extraction.markup", "read_html"),
    MARKDOWN: ("documents.extraction.markdown", "read_markdown"),
    TEXT: ("documents.extraction.plain", "read_plain"),
    EML: ("documents.extraction.mail", "read_mail"),
}

EXTENSIONS = {
    "pdf": PDF,
    "docx": DOCX,
    "docm": DOCX,
    "pptx": PPTX,
    "pptm": PPTX,
    "ppsx": PPTX,
    "xlsx": XLSX,
    "xlsm": XLSX,
    "xlsb": XLSB,
    "xls": XLS,
    "odt": ODT,
    "ods": ODS,
    "hwpx": HWPX,
    "hwp": HWP,
    "rtf": RTF,
    "html": HTML,
    "htm": HTML,
    "xhtml": HTML,
    "md": MARKDOWN,
    "markdown": MARKDOWN,
    "csv": CSV,
    "tsv": TSV,
    "tab": TSV,
    "txt": TEXT,
    "text": TEXT,
    "log": TEXT,
    "": TEXT,
    "eml": EML,
    "zip": ZIP,
}
# What is written with these may be read whatever its name promises; all other formats begin with a mark.
TEXT_TYPES = frozenset((HTML, MARKDOWN, CSV, TSV, TEXT, EML))

# A part that only this kind of zip has.
ZIP_PARTS = {
    "word/document.xml": DOCX,
    "ppt/presentation.xml": PPTX,
    "xl/workbook.xml": XLSX,
    "xl/workbook.bin": XLSB,
    "Contents/content.hpf": HWPX,
}
# These kinds of zip begin with a member that names them.
ZIP_MARKS = (ODT, ODS, HWPX)
