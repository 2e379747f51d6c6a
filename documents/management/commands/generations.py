"""`manage.py generations list`: the indexes that exist, and which of them answers."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from documents.models import Generation


class Command(BaseCommand):
    help = "Show the generations of the index."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="all generations with their figures")
        listing.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [_row(generation) for generation in Generation.objects.select_related("model")]
        if options["json"]:
            self.stdout.write(json.dumps({"generations": rows}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("  ".join(f"{name} {value}" for name, value in row.items()))


def _row(generation: Generation) -> dict[str, object]:
    return {
        "id": generation.pk,
        "state": generation.state,
        "model": generation.model.name,
        "dimensions": generation.model.dimensions,
        "window": generation.window_tokens,
        "overlap": generation.overlap_tokens,
        "analyser": generation.analyser,
        "chunks": generation.chunk_count,
        "calibration": generation.calibration,
        "created": generation.created_at.isoformat(timespec="seconds"),
        "activated": generation.activated_at.isoformat(timespec="seconds") if generation.activated_at else None,
    }
