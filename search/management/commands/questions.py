"""`manage.py questions`: bring question sets in from files, and take them along."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from documents import audit
from documents.audit import Event
from documents.models import Collection
from search.models import QuestionSet
from search.questions import beir_archive, exporting, files, importing, spreadsheet
from search.questions.importing import DryRun
from search.questions.naming import Names
from search.questions.rows import Unreadable

# Problems that are told one by one.
LISTED = 50


class Command(BaseCommand):
    help = "Import question sets from CSV files or BEIR folders, and export them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        bring = actions.add_parser("import", help="a CSV file, a BEIR folder, or one packed as a ZIP file")
        bring.add_argument("path", type=Path)
        bring.add_argument("--set", required=True, dest="name", metavar="NAME")
        bring.add_argument("--dry-run", action="store_true", help="tell what would come in, and change nothing")
        bring.add_argument("--only-good", action="store_true", help="leave out questions with a problem")
        bring.add_argument("--corpus-into", metavar="COLLECTION", help="add the documents of a BEIR folder first")
        take = actions.add_parser("export")
        take.add_argument("path", type=Path, help="ends with .csv or .zip")
        take.add_argument("--set", required=True, dest="name", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _export(options) if options["action"] == "export" else self._import(options)
        except (Unreadable, OSError) as error:
            raise CommandError(str(error)) from error

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["path"]
        person = _somebody()
        if path.suffix.lower() in (".csv", ".tsv", ".txt"):
            run = importing.dry_run(spreadsheet.read(path.read_bytes()), person)
        else:
            archive = beir_archive.read_folder(path) if path.is_dir() else beir_archive.read_zip(path.read_bytes())
            if options["corpus_into"] and not options["dry_run"]:
                self._add_corpus(archive, options["corpus_into"], person)
                return
            run = importing.dry_run(beir_archive.rows(archive, Names(person)), person)
        self._tell(run)
        if options["dry_run"]:
            return
        if run.problems and not options["only_good"]:
            raise CommandError("Nothing was imported. Mend these rows, or take the good ones with --only-good.")
        importing.take(options["name"], run, person)
        self.stdout.write(f"Imported {len(run.asked)} questions into {options['name']}.")

    def _add_corpus(self, archive: beir_archive.Archive, name: str, person: Any) -> None:
        collection, _made = Collection.objects.get_or_create(name=name)
        corpus = files.added(archive.documents, collection, person)
        self.stdout.write(
            f"Added {corpus.added} documents to {name}, {corpus.known} were there. When they have been read,"
            " import the questions: the same command without --corpus-into."
        )

    def _tell(self, run: DryRun) -> None:
        for problem in run.problems[:LISTED]:
            self.stderr.write(f"row {problem.number}: {problem.text}")
        if len(run.problems) > LISTED:
            self.stderr.write(f"and {len(run.problems) - LISTED} more rows with a problem")
        self.stdout.write(
            f"{run.rows} rows: {len(run.asked)} good questions with {run.passages} passages,"
            f" {run.unanswerable} without an answer; {len(run.problems)} rows with a problem."
        )


def _export(options: dict[str, Any]) -> None:
    home = QuestionSet.objects.filter(name=options["name"]).first()
    if home is None:
        raise CommandError(f"There is no question set called {options['name']}.")
    path: Path = options["path"]
    if path.suffix.lower() == ".zip":
        path.write_bytes(exporting.as_beir(home, _somebody()))
    else:
        path.write_text("".join(exporting.as_csv(home, _somebody())), encoding="utf-8", newline="")
    audit.record(Event.EXPORTED, None, what="questions", name=home.name, through="manage.py questions")


def _somebody() -> Any:
    """In whose name the command sees and adds; it sees all collections."""
    person = get_user_model().objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if person is None:
        raise CommandError("There is no administrator yet.")
    return person
