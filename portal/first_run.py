"""What a new installation gets before anybody can use it: tables, and an admin with a password told once."""

import fcntl
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from portal.embedded import locked, run_dir
from portal.passwords import new_password

ADMIN = "admin"


def migrate(data_dir: Path) -> None:
    """Bring the tables up to date; processes that start together take turns."""
    with locked(run_dir(data_dir) / "migrate.lock", fcntl.LOCK_EX):
        if _is_behind():
            call_command("migrate", interactive=False, verbosity=0)


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def ensure_first_admin() -> str | None:
    """Create the admin and return the password, or None when there is one already."""
    users = get_user_model()._default_manager
    if users.filter(username=ADMIN).exists():
        return None
    password = new_password()
    try:
        with transaction.atomic():
            users.create_user(username=ADMIN, password=password, is_staff=True, is_superuser=True)
    except IntegrityError:
        return None
    return password


def announcement(password: str) -> str:
    return _("Sign in as %(name)s with the password %(password)s (shown only this once).") % {
        "name": ADMIN,
        "password": password,
    }
