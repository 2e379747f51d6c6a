"""`manage.py generations`: a release from the command line, and the gate before another generation answers."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from documents import workers
from documents.models import EmbeddingModel, Generation, IndexJob
from documents.releases.errors import ReleaseError
from search import comparison, gate
from tests.documents.released import begun, in_library, paged, released
from tests.factories import make_collection, make_user

MODEL = "all-MiniLM-L6-v2"


def said(*arguments):
    out = StringIO()
    call_command("generations", *arguments, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


@pytest.fixture
def alone(monkeypatch):
    monkeypatch.setattr(workers, "PING_TIMEOUT_S", 0.01)
    monkeypatch.setattr(workers, "POLL_S", 0.01)


@pytest.mark.django_db
def test_generations_are_listed():
    (row,) = said("list")["generations"]
    assert (row["state"], row["model"], row["dimensions"], row["chunks"]) == ("active", MODEL, 384, 0)

    out = StringIO()
    call_command("generations", "list", stdout=out)
    assert "state active" in out.getvalue()


def test_release_is_made_activated_undone_and_retired(transactional_db, alone):
    (document,) = in_library(make_collection(), "Fifteen days of leave.")
    first = Generation.objects.active()

    made = said("create", "--model", MODEL, "--window", "128", "--wait")["generation"]
    assert (made["state"], made["window"], made["overlap"], made["chunks"], made["open"]) == ("ready", 128, 19, 1, 0)

    assert said("activate", str(made["id"]))["generation"]["state"] == "active"
    assert said("activate", str(first.pk))["generation"]["state"] == "active"
    assert said("retire", str(made["id"]))["generation"]["state"] == "retired"
    assert document.jobs.get().generation == first


@pytest.mark.django_db
def test_release_is_paused_resumed_and_cancelled():
    key = str(begun().pk)

    assert said("pause", key)["generation"]["paused"]
    assert said("resume", key)["generation"]["paused"] is None
    assert said("cancel", key)["generation"]["state"] == "retired"
    with pytest.raises(CommandError, match="not being built"):
        said("pause", key)


@pytest.mark.django_db
def test_failed_documents_end_the_waiting_and_are_told(alone):
    # It has no text, and fails in the release only, since its other job is never run.
    paged(make_collection(), " ").jobs.update(state=IndexJob.State.DONE)

    with pytest.raises(CommandError, match="1 documents failed"):
        said("create", "--model", MODEL, "--wait")
    generation = Generation.objects.exclude(state="active").get()
    assert said("retry-failures", str(generation.pk))["generation"]["open"] == 1
    said("accept-failures", str(generation.pk))
    generation.refresh_from_db()
    assert generation.failures_accepted_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["activate", "99"], "no generation 99"),
        (["create", "--model", "nothing"], f"It has: .*{MODEL}"),
        (["create", "--model", MODEL, "--window", "4"], "Choose between"),
        (["forecast", "--model", "nothing"], "no model nothing"),
    ],
)
def test_what_cannot_be_done_is_told(arguments, words):
    with pytest.raises(CommandError, match=words):
        said(*arguments)


@pytest.mark.django_db
def test_forecast_is_told():
    told = said("forecast", "--model", MODEL)["forecast"]

    assert told["documents"] == 0


@pytest.mark.django_db
def test_two_models_of_one_name_are_not_guessed_between():
    twin = EmbeddingModel.objects.get(name=MODEL)
    twin.pk, twin.revision = None, "another"
    twin.save()

    with pytest.raises(CommandError, match="Several models"):
        said("create", "--model", MODEL)


class Worse:
    is_worse = True


@pytest.mark.django_db
def test_what_was_measured_as_worse_needs_its_name_typed(monkeypatch):
    first, second = Generation.objects.active(), released()
    monkeypatch.setattr(comparison, "latest", lambda generation: Worse)

    with pytest.raises(CommandError, match=f"Type the model's name to confirm: {MODEL}"):
        said("activate", str(second.pk))
    with pytest.raises(ReleaseError, match="worse"):
        gate.activate(second, make_user(), "another name")
    said("activate", str(second.pk), "--confirm", MODEL)
    said("activate", str(first.pk))
    assert Generation.objects.active() == first
