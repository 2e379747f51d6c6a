"""Makes documents of what is inside an archive or a mail. Safe to run twice or half-way: what is there stays.

Every member is entered under the lease of the container's job, and with the container locked: a worker that lost
its lease, or whose container was deleted, adds nothing more.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Sum

from documents import ingestion
from documents.extraction.cleaning import clean_line
from documents.extraction.media_types import ZIP
from documents.extraction.members import CONTAINERS, MAX_MEMBERS, MAX_TOTAL_BYTES, Member, unpacked
from documents.failures import FailureCode, IndexingFailure
from documents.jobs import Claim
from documents.models import Document, IndexJob

# An archive in an archive is opened, and what is in that one only named.
MAX_DEPTH = 2
# A note names this many files; the others are counted.
NAMED_FILES = 20
_MAX_NAMED = 100
_MAX_FOLDER = 300
_UNPACKED = "unpacked"
# These say of the whole archive what they say of each file in it.
_COMMON_REASONS = (
    FailureCode.ENCRYPTED, FailureCode.TOO_DEEP, FailureCode.TOO_MUCH_INSIDE, FailureCode.UNSAFE_ARCHIVE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Tally:
    """What became of the members: the documents made of them, those known before, those not taken."""

    taken: set[int] = field(default_factory=set)
    shared: set[int] = field(default_factory=set)
    known: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, FailureCode]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.taken) + len(self.known) + len(self.refused)

    def notes(self) -> tuple[str, ...]:
        notes = [f"{_UNPACKED}:{len(self.taken)}"]
        if self.known:
            notes.append(_note("members-known", self.known, self.count))
        if self.refused:
            notes.append(_note("members-refused", self.refused, self.count))
        return tuple(notes)

    def failure(self) -> IndexingFailure | None:
        """Why nothing at all came out."""
        if self.taken or self.known:
            return None
        reasons = {code for _name, code in self.refused}
        common = next((code for code in _COMMON_REASONS if reasons == {code}), FailureCode.NOTHING_INSIDE)
        return IndexingFailure(common, f"{self.count} members, none taken")


def is_container(document: Document) -> bool:
    return document.media_type in CONTAINERS


def is_archive(document: Document) -> bool:
    """Whether the document has no text of its own, only members."""
    return document.media_type == ZIP


def is_unpacked(document: Document) -> bool:
    """Whether it is an archive and was opened before: what a person deleted since is not made again."""
    return is_archive(document) and any(note.partition(":")[0] == _UNPACKED for note in document.notes)


def unpack(claim: Claim, document: Document) -> tuple[str, ...]:
    """Make documents of the members and return what is to be noted. Raises LeaseLost and IndexingFailure."""
    tally = _Tally()
    with unpacked(
        Path(document.file.path),
        document.media_type,
        member_bytes=settings.UPLOAD_MAX_BYTES,
        work_dir=settings.FILE_UPLOAD_TEMP_DIR,
    ) as members:
        for member in members:
            _take(claim, document, member, tally)
    failure = tally.failure() if is_archive(document) else None
    _keep(claim, document, tally, tally.notes()[1:] if failure else ())
    if failure:
        raise failure
    return tally.notes() if tally.count else ()


def _take(claim: Claim, document: Document, member: Member, tally: _Tally) -> None:
    name = clean_line(member.name)
    try:
        with transaction.atomic():
            claim.locked_document()
            claim.renew(IndexJob.Stage.EXTRACT, tally.count)
            made = _made_before(document, member) or _accept(document, member)
    except ingestion.Rejected as rejected:
        if rejected.duplicate_of is None:
            tally.refused.append((name, rejected.code))
        else:
            tally.known.append((name, rejected.duplicate_of.title))
            tally.shared.add(rejected.duplicate_of.pk)
        return
    if made.pk in tally.taken:
        tally.known.append((name, made.title))
    tally.taken.add(made.pk)


def _made_before(document: Document, member: Member) -> Document | None:
    """The document of this member if an earlier run got as far, whatever became of it since."""
    return document.members.filter(sha256=hashlib.sha256(member.content).hexdigest()).first()


def _accept(document: Document, member: Member) -> Document:
    refusal = member.refusal or _no_room(document, member)
    if refusal:
        raise ingestion.Rejected(refusal)
    path = PurePosixPath(member.name)
    return ingestion.accept(
        ContentFile(member.content),
        collection=document.collection,
        uploaded_by=document.uploaded_by,
        file_name=path.name,
        folder="" if path.parent == PurePosixPath(".") else clean_line(str(path.parent))[:_MAX_FOLDER],
        parent=document,
        effective_from=document.effective_from,
        effective_until=document.effective_until,
    )


def _no_room(document: Document, member: Member) -> FailureCode | None:
    """Bounds for everything below one upload, whatever is packed into whatever."""
    ancestors = [document]
    while ancestors[-1].parent and len(ancestors) <= MAX_DEPTH:
        ancestors.append(ancestors[-1].parent)
    if len(ancestors) > MAX_DEPTH:
        return FailureCode.TOO_DEEP
    inside = Document.objects.below(ancestors[-1]).aggregate(count=Count("pk"), size=Sum("size", default=0))
    if inside["count"] >= MAX_MEMBERS or inside["size"] + len(member.content) > MAX_TOTAL_BYTES:
        return FailureCode.TOO_MUCH_INSIDE
    return None


def _keep(claim: Claim, document: Document, tally: _Tally, notes: tuple[str, ...]) -> None:
    with transaction.atomic():
        claim.locked_document()
        claim.renew(IndexJob.Stage.EXTRACT)
        Document.objects.filter(pk=document.pk).update(shares=sorted(tally.shared), notes=list(notes))


def _note(code: str, files: "list[tuple[str, str]] | list[tuple[str, FailureCode]]", total: int) -> str:
    named = [(name[-_MAX_NAMED:], words) for name, words in files[:NAMED_FILES]]
    return f"{code}:" + json.dumps({"count": len(files), "total": total, "files": named}, ensure_ascii=False)
