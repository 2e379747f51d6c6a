"""`manage.py verify_index`: files, pages, chunks, vectors, terms and jobs agree."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents import integrity, workers
from documents.models import IndexJob


class Command(BaseCommand):
    help = "Check that files, pages, chunks, vectors, terms and jobs agree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="index anew what does not agree")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        repaired = 0
        if options["repair"]:
            repaired = integrity.repair()
            waiting = IndexJob.objects.unfinished().values_list("document_id", flat=True)
            workers.wait_for(set(waiting), lambda done, total: None)
        found = list(integrity.findings())
        if options["json"]:
            rows = [asdict(finding) for finding in found]
            self.stdout.write(json.dumps({"findings": rows, "repaired": repaired}, ensure_ascii=False))
        else:
            for finding in found:
                self.stdout.write(
                    f"{finding.check}: document {finding.document}, generation {finding.generation}: {finding.detail}"
                )
        if found:
            raise CommandError(f"{len(found)} findings" + ("" if options["repair"] else "; try --repair"))
        if not options["json"]:
            self.stdout.write("Everything agrees.")
