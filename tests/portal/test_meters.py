"""What monitoring reads: figures with a token, and log lines that name their request."""

import json
import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client
from prometheus_client import CollectorRegistry

from portal import meters
from portal.request_facts import request_id
from tests.documents.rows import document_row
from tests.factories import make_answer, make_collection, make_user

pytestmark = pytest.mark.django_db
TOKEN = "a token for monitoring"


def figures(settings):
    settings.METRICS_TOKEN = TOKEN
    response = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    return response.content.decode()


def test_figures_are_there_only_for_who_shows_the_token(settings):
    assert Client().get("/metrics").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404


def test_prometheus_may_ask_past_the_proxy(settings):
    settings.SECURE_SSL_REDIRECT = True

    assert "portal_open_streams" in figures(settings)


def test_requests_are_measured_by_view_and_status(settings):
    Client().get("/healthz")

    assert 'portal_request_seconds_count{method="GET",status="2xx",view="healthz"}' in figures(settings)


def test_tables_are_counted_when_they_are_asked_for():
    document_row(make_collection("Handbook"), state="ready")

    samples = {sample.name: sample for family in meters.Tables().collect() for sample in family.samples}

    assert (samples["portal_documents"].labels, samples["portal_documents"].value) == ({"state": "ready"}, 1)
    assert samples["portal_oldest_queued_job_seconds"].value == 0
    assert samples["portal_cost"].value == 0


def test_what_people_delete_falls_out_of_tokens_and_cost():
    answer = make_answer(make_user("ann"), input_tokens=900, output_tokens=20, cost=2)
    kept = tokens_and_cost()
    answer.message.conversation.delete()

    assert kept == {"portal_tokens": ("gauge", 920), "portal_cost": ("gauge", 2)}
    assert tokens_and_cost() == {"portal_tokens": ("gauge", 0), "portal_cost": ("gauge", 0)}


def tokens_and_cost():
    found = {family.name: family for family in meters.Tables().collect()}
    return {
        name: (found[name].type, sum(sample.value for sample in found[name].samples))
        for name in ("portal_tokens", "portal_cost")
    }


def test_nothing_is_asked_of_the_database_before_somebody_wants_figures(django_assert_num_queries):
    with django_assert_num_queries(0):
        CollectorRegistry(auto_describe=True).register(meters.Tables())


def test_an_id_from_a_proxy_is_kept_and_one_that_could_forge_a_log_is_not():
    assert Client().get("/healthz", headers={"x-request-id": "abc-12345"})["X-Request-ID"] == "abc-12345"
    forged = Client().get("/healthz", headers={"x-request-id": "abc 12345 ERROR"})["X-Request-ID"]
    assert len(forged) == 32


def test_a_line_of_the_log_is_one_object_with_the_id_of_its_request():
    maker = logging.config.DictConfigurator(settings.LOGGING)
    formatter = maker.configure_formatter(settings.LOGGING["formatters"]["json"])
    line = logging.LogRecord("chat", logging.WARNING, "", 0, "답변 %s\nbroke", (7,), None)
    token = request_id.set("abc-12345")
    try:
        maker.configure_filter(settings.LOGGING["filters"]["request"]).filter(line)
    finally:
        request_id.reset(token)

    found = json.loads(formatter.format(line))

    assert "\n" not in formatter.format(line)
    assert {name: found[name] for name in ("level", "logger", "message", "request_id")} == {
        "level": "WARNING", "logger": "chat", "message": "답변 7\nbroke", "request_id": "abc-12345"
    }  # fmt: skip
