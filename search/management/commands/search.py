"""`manage.py search`: the passages that a person would find."""

import json
from argparse import ArgumentParser
from dataclasses import asdict, replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from documents import effective, places
from documents.models import Collection
from search.hits import Hit, Hits
from search.queries import Query, understood
from search.readers import reader_named
from search.retrieval import Mode, SearchFailed, find


class Command(BaseCommand):
    help = "Find passages as a person would."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query", help="words and operators, see docs/search.md; what begins with - comes after --")
        parser.add_argument("--user", required=True, metavar="NAME")
        parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.HYBRID.value)
        parser.add_argument("-k", type=int, default=10, choices=range(1, 101), metavar="N")
        parser.add_argument("--collection", action="append", metavar="NAME")
        parser.add_argument("--explain", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        reader = reader_named(options["user"])
        query = _within(understood(options["query"], reader), _collection_ids(options["collection"]))
        try:
            found = find(query, reader, options["k"], options["mode"])
        except SearchFailed as failed:
            raise CommandError(_("The search gave no answer: %(error)s") % {"error": failed.__cause__}) from failed
        for problem in query.problems:
            self.stderr.write(problem)
        if found.mended:
            self.stderr.write(_("Results for “%(query)s”.") % {"query": found.mended})
        if options["json"]:
            self.stdout.write(json.dumps(_figures(found), ensure_ascii=False))
            return
        for rank, hit in enumerate(found.hits, start=1):
            self.stdout.write(_lines(rank, hit, options["explain"]))
        self.stdout.write(f"{len(found.hits)} passages, {found.milliseconds:.0f} ms")


def _collection_ids(names: list[str] | None) -> list[int] | None:
    if names is None:
        return None
    found = dict(Collection.objects.filter(name__in=names, is_scratch=False).values_list("name", "pk"))
    if missing := [name for name in names if name not in found]:
        raise CommandError(f"There is no collection named {', '.join(missing)}.")
    return list(found.values())


def _within(query: Query, collections: list[int] | None) -> Query:
    """The query, narrowed to these collections as well."""
    if collections is None:
        return query
    named = query.filters.collections
    both = tuple(key for key in collections if named is None or key in named)
    return replace(query, filters=replace(query.filters, collections=both))


def _figures(found: Hits) -> dict[str, object]:
    return {"hits": [_row(hit) for hit in found.hits], "milliseconds": round(found.milliseconds, 1)}


def _row(hit: Hit) -> dict[str, object]:
    names = ("collection", "page", "start", "end", "text", "heading", "score", "lexical", "semantic")
    values = asdict(hit)
    return {
        "document": hit.document_id,
        "title": hit.title,
        "file": hit.file_name,
        **{name: values[name] for name in names},
        "effective_from": hit.effective_from.isoformat() if hit.effective_from else None,
        "effective_until": hit.effective_until.isoformat() if hit.effective_until else None,
        "lexical_rank": hit.lexical_rank,
        "semantic_rank": hit.semantic_rank,
    }


def _lines(rank: int, hit: Hit, explain: bool) -> str:
    days = effective.period(hit.effective_from, hit.effective_until)
    where = places.label(hit.media_type, hit.page, hit.heading)
    heading = places.path(hit.media_type, hit.heading)
    place = " · ".join(filter(None, (hit.title, hit.collection, where, heading, days)))
    lines = [f"{rank:2}  {place}", f"    {' '.join(hit.text.split())[:300]}"]
    if explain:
        lines.append(
            f"    score {hit.score:.3f} = lexical {hit.lexical:.2f} (rank {hit.lexical_rank or '–'}),"
            f" cosine {hit.semantic:.3f} (rank {hit.semantic_rank or '–'})"
        )
    return "\n".join(lines)
