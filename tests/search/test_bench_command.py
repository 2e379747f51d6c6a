"""`manage.py bench`: rows over the library and over sets that somebody brought along, in one table or one JSON."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from documents.models import Generation
from search.models import EvaluationRun
from tests.search.test_bench import answering, shelf, tiny_folder
from tests.search.test_evaluation import folder, state

pytestmark = pytest.mark.django_db
__all__ = ["answering", "folder", "shelf", "tiny_folder"]


def bench(*options):
    out = StringIO()
    call_command("bench", *map(str, options), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_library_is_measured_and_the_run_is_kept(shelf, answering):
    before = state()

    printed = json.loads(bench("--json", "--set", "Own", "--generation", answering.pk, "--limit", 2))

    [row] = printed["library"]
    assert row["number"] == answering.pk
    assert row["figures"]["modes"]["hybrid"]["by"]["all"]["questions"] == 2
    assert EvaluationRun.objects.get().state == "done"
    assert state() == before


@pytest.mark.slow
def test_set_is_measured_with_every_window_and_size(folder, answering, tmp_path):
    pytest.importorskip("matplotlib")
    before = state()
    chosen = ("--model", answering.model.name, "--window", 32, 48, "--dimensions", 32, 16)

    printed = bench("--beir", folder, *chosen, "--plot", tmp_path / "plot.svg")

    lines = [line for line in printed.splitlines() if "tiny" in line]
    assert [" · ".join(line.split("  ")[0].split(" · ")[1:]) for line in lines] == [
        "32 · 32", "32 · 16", "48 · 32", "48 · 16",
    ]  # fmt: skip
    assert "en-en" in printed
    assert (tmp_path / "plot.svg").read_text().startswith("<?xml")
    assert not EvaluationRun.objects.exists()
    assert state() == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--generation", "999999"], "no generation 999999"),
        (["--model", "unheard-of"], "no embedding model unheard-of"),
        (["--set", "Unwritten"], "no question set Unwritten"),
        (["--beir", "/nowhere"], "/nowhere"),
    ],
)
def test_what_is_not_there_is_one_plain_error(options, words):
    with pytest.raises(CommandError, match=words):
        bench(*options)


def test_two_measurements_at_once_are_refused():
    EvaluationRun.objects.create(state="running")

    with pytest.raises(CommandError, match="Something else is being measured"):
        bench("--generation", Generation.objects.active().pk)
