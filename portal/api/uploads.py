"""Uploading, replacing and deleting documents, with the same checks as the pages."""

from datetime import date

from django.db import transaction
from ninja import Field, File, Form, Schema, Status, UploadedFile
from pydantic import model_validator

from documents import audit, ingestion
from documents.audit import Event
from documents.failures import FailureCode
from documents.models import Collection, Document
from documents.views.requests import PersonRequest
from portal.api.bearer import needs
from portal.api.documents import DocumentOut, router, told
from portal.api.errors import of_file
from portal.api.reach import collection_of, document_of, require_editor
from portal.api.sent import Sent
from portal.models import ApiToken

# On the router of documents: an address has one, whatever is done with it.
WRITE = needs(ApiToken.Scope.WRITE)


class Facts(Sent, Schema):
    """What is known of a file beside its content."""

    title: str = Field("", max_length=300, description="The name of the file, if none is given.")
    effective_from: date | None = Field(None, description="The first day on which it holds.")
    effective_until: date | None = Field(None, description="The last one.")

    @model_validator(mode="after")
    def check_days(self) -> "Facts":
        if self.effective_from and self.effective_until and self.effective_until < self.effective_from:
            raise ValueError("effective_until lies before effective_from")
        return self


@router.post(
    "/collections/{collection_id}/documents", response={201: DocumentOut}, summary="Upload a document", **WRITE
)
def upload_document(
    request: PersonRequest, collection_id: int, file: File[UploadedFile], facts: Form[Facts]
) -> Status[DocumentOut]:
    """As multipart/form-data. It is searchable when its state is “ready”."""
    collection = collection_of(request, collection_id)
    require_editor(request, collection)
    document = _accepted(request, file, collection, facts)
    audit.record(Event.DOCUMENT_UPLOADED, request.user, document=document.pk, title=document.title, through="API")
    return Status(201, told(document, request))


@router.post("/documents/{document_id}/replacement", response={201: DocumentOut}, summary="Replace a document", **WRITE)
def replace_document(
    request: PersonRequest, document_id: int, file: File[UploadedFile], facts: Form[Facts]
) -> Status[DocumentOut]:
    """The new version is searched as soon as it has been read, and until then the old one."""
    old = document_of(request, document_id)
    require_editor(request, old.collection)
    new = _accepted(request, file, old.collection, facts, old)
    audit.record(
        Event.DOCUMENT_REPLACED, request.user, document=new.pk, replaces=old.pk, title=new.title, through="API"
    )
    return Status(201, told(new, request))


@router.delete("/documents/{document_id}", response={204: None}, summary="Delete a document", **WRITE)
def delete_document(request: PersonRequest, document_id: int) -> Status[None]:
    """With all that came out of it. Answers that cite it keep their quotes, for those who may read the collection."""
    document = document_of(request, document_id)
    require_editor(request, document.collection)
    with transaction.atomic():
        audit.record(Event.DOCUMENT_DELETED, request.user, document=document.pk, title=document.title, through="API")
        ingestion.delete(document)
    return Status(204, None)


def _accepted(
    request: PersonRequest, file: UploadedFile, collection: Collection, facts: Facts, replaces: Document | None = None
) -> Document:
    try:
        return ingestion.accept(
            file,
            collection=collection,
            uploaded_by=request.user,
            title=facts.title.strip(),
            replaces=replaces,
            effective_from=facts.effective_from,
            effective_until=facts.effective_until,
        )
    except ingestion.Rejected as refusal:
        raise of_file(FailureCode(refusal.code)) from refusal
