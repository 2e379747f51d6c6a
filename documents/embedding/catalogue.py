"""Brings the models that the portal comes with into the table, after every migration.

What an admin may change of a shipped row (price, limits, key, last day) is set only when the row is made; facts are
brought up to date when they were read anew. Rows that admins added are never touched.
"""

from dataclasses import asdict
from typing import Any

from documents.embedding.shipped_models import SHIPPED, ShippedModel

# What tells rows apart, and what depends on a contract.
IDENTITY = ("provider", "base_url", "name")
OF_THE_ADMIN = ("price_per_million_tokens", "key_name")
# The first generation was made with it before there was a catalogue.
BUNDLED = "all-MiniLM-L6-v2"


def bring_in_after_migration(apps: Any = None, **_others: object) -> None:
    """Handler of post_migrate. Does nothing on tables that are older than the catalogue."""
    table = apps.get_model("documents", "EmbeddingModel") if _has_table(apps) else None
    if table is None or not any(field.name == "query_name" for field in table._meta.fields):
        return
    for shipped in SHIPPED:
        _bring_in(table, shipped)


def _has_table(apps: Any) -> bool:
    return apps is not None and "embeddingmodel" in apps.all_models.get("documents", {})


def _bring_in(table: Any, shipped: ShippedModel) -> None:
    facts = _facts(shipped)
    identity = {name: facts[name] for name in IDENTITY} | {"revision": ""}
    row, was_made = table.objects.get_or_create(**identity, defaults=facts | {"is_shipped": True})
    is_ours = row.is_shipped or row.name == BUNDLED
    if was_made or not is_ours or (row.checked_on is not None and row.checked_on >= shipped.checked_on):
        return
    news = {name: value for name, value in facts.items() if name not in OF_THE_ADMIN} | {"is_shipped": True}
    table.objects.filter(pk=row.pk).update(**news)


def _facts(shipped: ShippedModel) -> dict[str, Any]:
    facts = asdict(shipped)
    return facts | {name: list(value) for name, value in facts.items() if isinstance(value, tuple)}
