"""`manage.py import_documents`: take files and folders into a collection."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from documents import bulk, workers
from documents.models import Collection
from search import calibration


class Command(BaseCommand):
    help = "Take files and folders into a collection, which is made if there is none of that name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--collection", required=True, metavar="NAME")
        parser.add_argument("--wait", action="store_true", help="return when all are searchable or failed")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        collection, _made = Collection.objects.get_or_create(name=options["collection"])
        outcomes = []
        for path in bulk.files_below(options["paths"]):
            outcomes.append(bulk.take(path, collection, uploaded_by=None))
            self._progress("accepted", len(outcomes))
        if options["wait"]:
            workers.wait_for({row.document for row in outcomes if row.document}, self._indexed)
            calibration.calibrate_due()
        rows = bulk.settled(outcomes)
        self._show(rows, perf_counter() - started, options["json"])

    def _indexed(self, done: int, total: int) -> None:
        self._progress("indexed", f"{done} / {total}")

    def _progress(self, step: str, count: object) -> None:
        self.stderr.write(f"\r{step}: {count}   ", ending="")

    def _show(self, rows: list[bulk.Outcome], seconds: float, as_json: bool) -> None:
        self.stderr.write("")
        if as_json:
            figures = {"documents": [asdict(row) for row in rows], "seconds": round(seconds, 1)}
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row.state:10} {row.path}" + (f"\n           {row.reason}" if row.reason else ""))
        ready = sum(row.state == "ready" for row in rows)
        self.stdout.write(f"{ready} of {len(rows)} searchable after {seconds:.0f} s")
