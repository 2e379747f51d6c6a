"""What people read when a document is not searchable, and whether trying again can help.

Every code has its words: what happened, why, and what to do next.
"""

from dataclasses import dataclass
from enum import Enum, auto

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.failure_codes import FailureCode, IndexingFailure

__all__ = ["Explanation", "IndexingFailure", "FailureCode", "FailureKind", "explain", "kind"]


class FailureKind(Enum):
    # The same file will fail again.
    PERMANENT = auto()
    # It will most likely work a little later.
    TRANSIENT = auto()
    # Something is missing, full or away: the job waits for it, however long.
    RESOURCE = auto()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Plain words, translated when shown."""

    title: "str | Promise"
    reason: "str | Promise"
    next_step: "str | Promise"


_KINDS = {
    FailureCode.DATABASE_BUSY: FailureKind.RESOURCE,
    FailureCode.MODEL_ERROR: FailureKind.TRANSIENT,
    FailureCode.WORKER_LOST: FailureKind.TRANSIENT,
    FailureCode.UNKNOWN: FailureKind.TRANSIENT,
    FailureCode.MODEL_MISSING: FailureKind.RESOURCE,
    FailureCode.MODEL_CHANGED: FailureKind.RESOURCE,
    # None of these says anything of the document.
    FailureCode.MODEL_BUSY: FailureKind.RESOURCE,
    FailureCode.MODEL_WITHDRAWN: FailureKind.RESOURCE,
    FailureCode.MODEL_REFUSED: FailureKind.RESOURCE,
    FailureCode.MODEL_UNREACHABLE: FailureKind.RESOURCE,
    FailureCode.DISK_FULL: FailureKind.RESOURCE,
    FailureCode.OUT_OF_MEMORY: FailureKind.TRANSIENT,
}


def kind(code: "FailureCode | str") -> FailureKind:
    return _KINDS.get(_known(code), FailureKind.PERMANENT)


def explain(code: "FailureCode | str") -> Explanation:
    """The words for a code; one that is not known (any more) gets those for the unknown."""
    return _EXPLANATIONS[_known(code)]


def _known(code: "FailureCode | str") -> FailureCode:
    try:
        return FailureCode(code)
    except ValueError:
        return FailureCode.UNKNOWN


_TRIED_AGAIN = _("It is tried again by itself. If it stays like this, tell your administrator.")

_EXPLANATIONS = {
    FailureCode.EMPTY_FILE: Explanation(
        _("The file is empty"),
        _("It has no content at all. The copy or the download was probably interrupted."),
        _("Check the original and upload it again."),
    ),
    FailureCode.UNSUPPORTED_TYPE: Explanation(
        _("This kind of file cannot be read"),
        _("The content is not of a kind that can be searched here."),
        _("Save it as PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), HWPX or text and upload that."),
    ),
    FailureCode.OLD_FORMAT: Explanation(
        _("The file has an old format"),
        _("It was saved in a form of Word, PowerPoint or Hangul that is not read here."),
        _("Open it in the program it comes from, save it as .docx, .pptx or .hwpx, and upload that."),
    ),
    FailureCode.WRONG_TYPE: Explanation(
        _("Name and content do not match"),
        _("The content is of another kind than the ending of the file name says."),
        _("Open the file in the program it comes from, save it again with the right ending and upload that."),
    ),
    FailureCode.TOO_LARGE: Explanation(
        _("The file is too large"),
        _("It is larger than the limit for uploads."),
        _("Split it into parts, or reduce the pictures in it, and upload it again."),
    ),
    FailureCode.TOO_MANY_PAGES: Explanation(
        _("The document has too many pages"),
        _("It has more pages than can be read at once."),
        _("Split it into parts and upload those."),
    ),
    FailureCode.TOO_COMPLEX: Explanation(
        _("The file takes too much time or memory to read"),
        _("Reading it was stopped at a safety limit. Usual causes are huge drawings or a broken structure."),
        _("Save it again as a new PDF (print to PDF) or split it into parts, and upload that."),
    ),
    FailureCode.ENCRYPTED: Explanation(
        _("The file is protected with a password"),
        _("Its content cannot be read without the password."),
        _("Remove the protection in the program it comes from and upload it again."),
    ),
    FailureCode.DAMAGED: Explanation(
        _("The file is damaged"),
        _("Its structure is incomplete or broken, so it cannot be opened."),
        _("Open the original, save it again and upload the new copy."),
    ),
    FailureCode.UNSAFE_ARCHIVE: Explanation(
        _("The archive is not safe to open"),
        _("Files in it are links, lie over each other or have names that lead out of it, as in archives made to harm."),
        _("Pack the files themselves into a new archive, or upload them one by one."),
    ),
    FailureCode.TOO_MUCH_INSIDE: Explanation(
        _("There is too much in the archive"),
        _("It holds more files, or more content, than is unpacked from one upload."),
        _("Split it into several archives and upload those."),
    ),
    FailureCode.TOO_DEEP: Explanation(
        _("The archive lies too deep in others"),
        _("Archives inside of archives are opened down to the second level only."),
        _("Download it, unpack it yourself and upload the files in it."),
    ),
    FailureCode.NOTHING_INSIDE: Explanation(
        _("No file in the archive could be taken"),
        _("It is empty, or nothing in it is of a kind that can be searched here."),
        _("Check what is in it and upload the files that matter."),
    ),
    FailureCode.SCANNED: Explanation(
        _("The pages are pictures without text"),
        _("The document was scanned, and no text was stored with the pictures."),
        _(
            "Ask your administrator to install text recognition where documents are read: the program tesseract-ocr and"
            " its data for Korean and English (tesseract-ocr-kor, tesseract-ocr-eng); then try again. Or run text"
            " recognition (OCR) over the document yourself and upload the result."
        ),
    ),
    FailureCode.BROKEN_FONTS: Explanation(
        _("The text in the file is not readable"),
        _("Its fonts do not say which letters they draw, so text copied out of it means nothing."),
        _("Create the PDF again from the original, or run text recognition (OCR) over it, and upload that."),
    ),
    FailureCode.NO_TEXT: Explanation(
        _("There is no text in the file"),
        _("Nothing in it can be read and searched."),
        _("Check that this is the file you meant."),
    ),
    FailureCode.CRASHED: Explanation(
        _("The file could not be read"),
        _("The program that reads files of this kind stopped at it. Nothing else was affected."),
        _("Save it again from the original, or as a new PDF, and upload that."),
    ),
    FailureCode.FILE_MISSING: Explanation(
        _("The stored file is gone"),
        _("The file is no longer in the place where it was stored."),
        _("Upload it again. If this happens to other documents too, tell your administrator."),
    ),
    FailureCode.DUPLICATE: Explanation(
        _("This file is already in the collection"),
        _("A document with exactly the same content was uploaded before."),
        _("Use the document that is there. Upload this one only after changing it."),
    ),
    FailureCode.MODEL_MISSING: Explanation(
        _("The embedding model is missing"),
        _("The model that makes texts searchable by meaning is not installed or cannot be loaded."),
        _("Ask your administrator to install it; then try again."),
    ),
    FailureCode.MODEL_CHANGED: Explanation(
        _("The embedding model has changed"),
        _("The installed model is not the one that built this index; the two must not be mixed."),
        _("Ask your administrator to install the former model, or to build a new index with this one."),
    ),
    FailureCode.MODEL_BUSY: Explanation(
        _("The embedding model is busy"),
        _("The service that computes vectors takes no more texts for a moment: its limit is reached."),
        _("Nothing needs to be done; it is asked again as soon as it allows. If it happens often, raise its limit."),
    ),
    FailureCode.MODEL_WITHDRAWN: Explanation(
        _("The embedding model was withdrawn"),
        _("Its provider does not offer it any more, so no further text can be made searchable by meaning with it."),
        _("Ask your administrator to build a new index with another model. Search by words goes on meanwhile."),
    ),
    FailureCode.MODEL_REFUSED: Explanation(
        _("The embedding model refused the request"),
        _("The service that computes vectors does not accept the key, the account has no credit, or a setting."),
        _("Ask your administrator to try the model on the models page, which shows what the service says."),
    ),
    FailureCode.MODEL_UNREACHABLE: Explanation(
        _("The embedding model does not answer"),
        _("The service that computes vectors cannot be reached, or takes too long."),
        _TRIED_AGAIN,
    ),
    FailureCode.MODEL_ERROR: Explanation(
        _("The embedding model gave no usable result"),
        _("It did not answer, or its answer failed the checks."),
        _TRIED_AGAIN,
    ),
    FailureCode.DATABASE_BUSY: Explanation(
        _("The database was not available"),
        _("It was busy or restarting."),
        _TRIED_AGAIN,
    ),
    FailureCode.DISK_FULL: Explanation(
        _("The disk is full"),
        _("There is no space left to store the document."),
        _("Ask your administrator to make space; then try again."),
    ),
    FailureCode.OUT_OF_MEMORY: Explanation(
        _("There was not enough memory"),
        _("The machine that reads documents ran out of memory."),
        _("Ask your administrator to give it more memory or to run fewer workers; then try again."),
    ),
    FailureCode.WORKER_LOST: Explanation(
        _("Reading was interrupted"),
        _("The program that was reading the document stopped unexpectedly."),
        _TRIED_AGAIN,
    ),
    FailureCode.DELETED: Explanation(
        _("The document was deleted"),
        _("Somebody deleted it while it was being read."),
        _("Nothing needs to be done. Upload it again if it was deleted by mistake."),
    ),
    FailureCode.UNKNOWN: Explanation(
        _("Something unexpected went wrong"),
        _("The reason is in the log of the system."),
        _("Try again. If it happens again, tell your administrator."),
    ),
}
