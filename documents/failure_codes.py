"""The closed list of reasons why a document is not searchable, free of Django.

Extraction runs in children that must start fast; what a person reads about each code is in
documents.failures.
"""

from enum import StrEnum


class FailureCode(StrEnum):
    EMPTY_FILE = "empty_file"
    UNSUPPORTED_TYPE = "unsupported_type"
    WRONG_TYPE = "wrong_type"
    OLD_FORMAT = "old_format"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_COMPLEX = "too_complex"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    UNSAFE_ARCHIVE = "unsafe_archive"
    TOO_MUCH_INSIDE = "too_much_inside"
    TOO_DEEP = "too_deep"
    NOTHING_INSIDE = "nothing_inside"
    SCANNED = "scanned"
    BROKEN_FONTS = "broken_fonts"
    NO_TEXT = "no_text"
    CRASHED = "crashed"
    FILE_MISSING = "file_missing"
    DUPLICATE = "duplicate"
    MODEL_MISSING = "model_missing"
    MODEL_ERROR = "model_error"
    MODEL_CHANGED = "model_changed"
    MODEL_BUSY = "model_busy"
    MODEL_WITHDRAWN = "model_withdrawn"
    MODEL_REFUSED = "model_refused"
    MODEL_UNREACHABLE = "model_unreachable"
    DATABASE_BUSY = "database_busy"
    DISK_FULL = "disk_full"
    OUT_OF_MEMORY = "out_of_memory"
    WORKER_LOST = "worker_lost"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class IndexingFailure(Exception):
    """A step of making a document searchable failed. `detail` is technical and meant for the log, never for a page.

    `retry_after_s`: seconds after which whoever refused wants to be asked again, if it said so.
    """

    def __init__(self, code: FailureCode, detail: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s
