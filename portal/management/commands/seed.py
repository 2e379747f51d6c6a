"""Fills a portal to develop on."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import developer_setup, first_run


class Command(BaseCommand):
    help = _("Fill a portal to develop on: sample library, people with known passwords, conversations and reviews.")

    def handle(self, **_options: object) -> None:
        if not (settings.DEBUG and settings.EMBEDDED_DATABASE):
            raise CommandError(
                _(
                    "This makes accounts whose passwords everybody knows. "
                    "It runs with DEBUG=true and without DATABASE_URL."
                )
            )
        # Not as other commands do it, who would make up another password for the admin and tell it.
        first_run.migrate(settings.PORTAL_DATA_DIR)
        developer_setup.fill(self._report)
        for person in developer_setup.PEOPLE:
            self.stdout.write(f"{person.name:<6} {person.password:<12} {person.what}")

    def _report(self, done: int, total: int) -> None:
        self.stderr.write(_("Documents read: %(done)d of %(total)d") % {"done": done, "total": total})
        self.stderr.flush()
