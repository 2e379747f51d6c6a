"""Documents with text, as rows only, and files with questions about them."""

import csv
import io
import json
import zipfile

from documents.models import Page
from documents.models.document import PAGE_SEPARATOR
from tests.documents.rows import document_row


def document_of(collection, *page_texts, **values):
    """A readable document with these pages."""
    document = document_row(collection, **{"language": "en", **values})
    offset = 0
    for number, text in enumerate(page_texts, start=1):
        Page.objects.create(document=document, number=number, text=text, offset=offset)
        offset += len(text) + len(PAGE_SEPARATOR)
    return document


def csv_of(*rows, columns=("question", "document", "page", "quote", "relevance"), encoding="utf-8"):
    target = io.StringIO()
    csv.writer(target).writerows([columns, *rows])
    return target.getvalue().encode(encoding)


def zip_of(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target.getvalue()


def beir_of(corpus, queries, qrels, folder="set/"):
    return zip_of(
        {
            f"{folder}corpus.jsonl": "\n".join(json.dumps(row) for row in corpus),
            f"{folder}queries.jsonl": "\n".join(json.dumps(row) for row in queries),
            f"{folder}qrels/test.tsv": "query-id\tcorpus-id\tscore\n" + "\n".join("\t".join(row) for row in qrels),
        }
    )
