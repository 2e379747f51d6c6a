"""`manage.py import_documents`: take files and folders into a collection."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from documents import audit, bulk, workers
from documents.audit import Event
from documents.models import Collection
from search import calibration


class Command(BaseCommand):
    help = (
        "Take files and folders into a collection, which is made if there is none of that name. What it already has"
        " is skipped, so an import that was interrupted goes on when it is run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--collection", required=True, metavar="NAME")
        parser.add_argument("--wait", action="store_true", help="return when all are searchable or failed")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        collection, _made = Collection.objects.get_or_create(name=options["collection"])
        files = self._take_all(options["paths"], collection, wait=options["wait"])
        self.stderr.write("")
        show = self._show_json if options["json"] else self._show_table
        show(files, started)

    def _take_all(
        self, paths: Iterable[Path], collection: Collection, *, wait: bool
    ) -> list[bulk.Taken | bulk.Outcome]:
        try:
            files = self._take(paths, collection)
            if wait:
                self._wait(files)
        except KeyboardInterrupt:
            self.stderr.write("\n" + _("Interrupted. Nothing is lost: run the same command again to go on."))
            raise
        return files

    def _take(self, paths: Iterable[Path], collection: Collection) -> list[bulk.Taken | bulk.Outcome]:
        files: list[bulk.Taken | bulk.Outcome] = []
        for found in bulk.files_below(paths):
            taken = bulk.take(found, collection, uploaded_by=None)
            if isinstance(taken, bulk.Taken):
                _record(taken, collection)
            files.append(taken)
            self._progress(_("accepted: %(count)s") % {"count": len(files)})
        return files

    def _wait(self, files: Iterable[bulk.Taken | bulk.Outcome]) -> None:
        """Copies of documents count: an import that was interrupted may have left them on their way."""
        keys = {file.document for file in files if file.document is not None}
        while unfinished := bulk.still_open(keys):
            workers.wait_for(unfinished, self._indexed)
        calibration.calibrate_due()

    def _indexed(self, done: int, total: int) -> None:
        self._progress(_("indexed: %(done)s of %(total)s") % {"done": done, "total": total})

    def _progress(self, line: str) -> None:
        """Written over itself on a screen; a log is told the outcome only."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{line}   ", ending="")

    def _show_json(self, files: Sequence[bulk.Taken | bulk.Outcome], started: float) -> None:
        """One object, written row by row."""
        separator = ""
        self.stdout.write('{"documents": [', ending="")
        for row in bulk.settled(files):
            self.stdout.write(separator + json.dumps(asdict(row), ensure_ascii=False), ending="")
            separator = ", "
        self.stdout.write(f'], "seconds": {round(perf_counter() - started, 1)}}}')

    def _show_table(self, files: Sequence[bulk.Taken | bulk.Outcome], started: float) -> None:
        """How many ended how, and then what needs a look."""
        states, problems = _summary(bulk.settled(files))
        inside, problems_inside = _summary(bulk.unpacked_from(files))
        for state, count in states.most_common():
            self.stdout.write(f"{state:10} {count:7}")
        for state, count in inside.most_common():
            self.stdout.write(f"{state:10} {count:7} from inside archives and mails")
        for row in (*problems, *problems_inside):
            self.stdout.write(f"{row.state:10} {row.path}: {row.reason}")
        seconds = perf_counter() - started
        new = len(files) - states["duplicate"]
        self.stdout.write(f"{states['ready']} of {new} searchable after {seconds:.0f} s")


def _record(taken: bulk.Taken, collection: Collection) -> None:
    about = {"document": taken.document, "title": Path(taken.path).name, "collection": collection.pk}
    audit.record(Event.DOCUMENT_UPLOADED, None, **about, through="manage.py import_documents")


def _summary(rows: Iterable[bulk.Outcome]) -> tuple[Counter[str], list[bulk.Outcome]]:
    states: Counter[str] = Counter()
    problems = []
    for row in rows:
        states[row.state] += 1
        if row.is_failure:
            problems.append(row)
    return states, problems
