"""Migrations let a process of the version before go on working beside them (docs/operations.md, a new version)."""

import pytest
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

# The last ones from before the first release, which nobody had to live beside.
BEFORE = {"documents": 20, "chat": 10, "search": 5, "portal": 2}
# What the version before no longer asked for: "app.migration", each with the version that stopped asking.
TAKEN_AWAY: dict[str, str] = {}
TAKES_AWAY = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def later():
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if app in BEFORE and int(name[:4]) > BEFORE[app]:
            for operation in migration.operations:
                yield f"{app}.{name}", operation


@pytest.fixture(scope="module")
def operations():
    return list(later())


def test_what_an_older_process_asks_for_stays(operations):
    taken = {name for name, operation in operations if isinstance(operation, TAKES_AWAY)}

    assert taken <= TAKEN_AWAY.keys()


def test_an_older_process_can_write_without_the_new_columns(operations):
    added = [(name, one) for name, one in operations if isinstance(one, migrations.AddField)]
    needed = [
        f"{name}: {one.model_name}.{one.name}"
        for name, one in added
        if not (one.field.null or one.field.has_db_default() or one.field.many_to_many)
    ]

    assert needed == []
