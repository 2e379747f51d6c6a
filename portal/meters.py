"""What is counted for Prometheus: in this process as it happens, and from the tables when it is asked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import connection
from prometheus_client import Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from chat import streaming

if TYPE_CHECKING:
    from prometheus_client.core import Metric

REQUESTS = Histogram(
    "portal_request_seconds",
    "Time to the beginning of a response, by view, method and class of status.",
    ["view", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10),
)
Gauge("portal_open_streams", "Answer streams that this process holds open.").set_function(streaming.open_count)

_JOBS = "SELECT state, count(*) FROM documents_indexjob GROUP BY state"
_OLDEST = """
    SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM documents_indexjob WHERE state = 'queued'
"""
_DOCUMENTS = "SELECT state, count(*) FROM documents_document GROUP BY state"
_ANSWERS = """
    SELECT state, count(*), coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cost), 0)
      FROM chat_answer GROUP BY state
"""


class Tables(Collector):
    """States of jobs, documents and answers, as they are in the database at that moment."""

    def describe(self) -> "list[Metric]":
        """Nothing: or the tables would be asked while the process starts, and the connection stay open."""
        return []

    def collect(self) -> "Iterator[Metric]":
        yield _gauge("portal_jobs", "Index jobs by state.", _rows(_JOBS))
        yield GaugeMetricFamily(
            "portal_oldest_queued_job_seconds",
            "Age of the job that has waited longest.",
            value=float(_rows(_OLDEST)[0][0]),
        )
        yield _gauge("portal_documents", "Documents by state.", _rows(_DOCUMENTS))
        answers = _rows(_ANSWERS)
        yield _gauge("portal_answers", "Answers by state.", [row[:2] for row in answers])
        # Gauges, although they mostly grow: what people delete is no longer in them.
        tokens = GaugeMetricFamily("portal_tokens", "Tokens of the answers that are kept.", labels=["kind"])
        tokens.add_metric(["input"], float(sum(row[2] for row in answers)))
        tokens.add_metric(["output"], float(sum(row[3] for row in answers)))
        yield tokens
        yield GaugeMetricFamily(
            "portal_cost",
            "Cost of the answers that are kept, in the currency of the prices.",
            value=float(sum(row[4] for row in answers)),
        )


def watch_tables() -> None:
    """Have them collected with everything else; called once in a process that serves."""
    REGISTRY.register(Tables())


def _gauge(name: str, words: str, rows: list[tuple[Any, ...]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=["state"])
    for state, count in rows:
        family.add_metric([state], count)
    return family


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
