"""Measuring how long searches take: the figures, the clients, and the command on the running library."""

import json
import threading

import pytest
from django.core.management import CommandError, call_command

from portal import latency, search_benchmark
from tests.factories import make_collection, make_user
from tests.index_rows import indexed_rows


def test_fewest_rows_and_percentiles_are_told():
    rows = iter([5, 3, 9])

    found = latency.measure(lambda question: next(rows), ["a", "b", "c"])

    assert found.rows == 3
    assert 0 <= found.p50_ms <= found.p95_ms <= found.p99_ms
    assert found.queries_per_s > 0


def test_clients_ask_at_the_same_time():
    together = threading.Barrier(4, timeout=10)

    assert latency.measure(lambda question: together.wait() * 0 + 1, ["q"] * 8, clients=4).rows == 1


def test_error_of_a_client_is_the_error_of_the_measurement():
    def fail(question):
        raise ValueError(question)

    with pytest.raises(ValueError, match="broken"):
        latency.measure(fail, ["broken"], clients=2)


@pytest.mark.django_db
def test_running_library_is_asked_about_itself(capsys):
    alice = make_user("alice")
    indexed_rows(make_collection(readers=[alice]), ["Annual leave is fifteen days for everybody who works here."])
    indexed_rows(make_collection("Hidden"), ["Salaries of the board are confidential and shown to nobody at all."])

    assert all("Salaries" not in question for question in search_benchmark.made_up(alice))
    call_command("benchmark", "search", "--user", "alice", "--json")

    figures = json.loads(capsys.readouterr().out)
    assert figures["questions"] == 1
    assert figures["lexical"]["rows"] == figures["hybrid"]["rows"] == 1


@pytest.mark.django_db
def test_nothing_to_ask_is_said(tmp_path):
    make_user("alice")
    empty = tmp_path / "none.txt"
    empty.write_text("\n\n", encoding="utf-8")
    for more in ([], ["--queries", str(empty)], ["--queries", str(tmp_path / "missing")]):
        with pytest.raises(CommandError):
            call_command("benchmark", "search", "--user", "alice", *more)
