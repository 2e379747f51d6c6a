"""Answer one question on the command line, as the portal would answer this person."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from chat.answering import Cited, Reply, ask
from chat.failures import AnswerFailure, explain
from documents import places
from documents.models import Collection


class Command(BaseCommand):
    help = "Answer a question from the documents that a person may read, with citations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question")
        parser.add_argument("--user", required=True, help="user name of the person who asks")
        parser.add_argument("--collection", action="append", help="only this collection; may be repeated")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        reader = get_user_model().objects.filter(username=options["user"], is_active=True).first()
        if reader is None:
            raise CommandError(f"There is no active user {options['user']!r}.")
        if not options["question"].strip():
            raise CommandError("The question is empty.")
        collections = _collections(reader, options["collection"])
        try:
            reply = async_to_sync(ask)(options["question"], reader, collections)
        except AnswerFailure as failure:
            raise CommandError(f"{explain(failure.code).what} ({failure.detail})") from failure
        milliseconds = 1000 * (time.perf_counter() - started)
        self.stdout.write(_as_json(reply, milliseconds) if options["json"] else _as_text(reply))


def _collections(reader: Any, names: list[str] | None) -> list[int] | None:
    if not names:
        return None
    visible = dict(Collection.objects.visible_to(reader).values_list("name", "pk"))
    missing = [name for name in names if name not in visible]
    if missing:
        raise CommandError(f"There is no collection {missing[0]!r} that this person may read.")
    return [visible[name] for name in names]


def _as_json(reply: Reply, milliseconds: float) -> str:
    citations = [
        {
            "number": cited.number,
            "document": cited.passage.document_id,
            "title": cited.passage.title,
            "file": cited.passage.file_name,
            "page": cited.page,
            "start": cited.start,
            "end": cited.end,
            "quote": cited.quote,
            "support": cited.support,
        }
        for cited in reply.citations
    ]
    answer = {
        "answer": _words(reply),
        "grounded": reply.grounded,
        "model": reply.model,
        "citations": citations,
        "milliseconds": round(milliseconds, 1),
    }
    return json.dumps(answer, ensure_ascii=False)


def _as_text(reply: Reply) -> str:
    sources = [
        f"[{cited.number}] {cited.passage.title} ({cited.passage.file_name}), {_where(cited)}\n    {cited.quote}"
        for cited in reply.citations
    ]
    return "\n\n".join([_words(reply), *dict.fromkeys(sources)])


def _where(cited: Cited) -> str:
    """A passage may reach into the next sheet, whose name it does not carry."""
    heading = cited.passage.heading if cited.page == cited.passage.page else ""
    return places.label(cited.passage.media_type, cited.page, heading)


def _words(reply: Reply) -> str:
    if reply.text:
        return reply.text
    with translation.override(reply.language):
        return _("The documents do not answer this.")
