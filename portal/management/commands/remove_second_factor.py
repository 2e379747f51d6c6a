"""Let somebody in who has lost their second factor, where no other administrator can do it."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.accounts import second_factor
from portal.accounts.backend import called


class Command(BaseCommand):
    help = _("Remove the second factor of a person who has lost it; they sign in with their password alone then.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help=_("the user name"))

    def handle(self, *, name: str, **_options: object) -> None:
        person = called(name)
        if person is None:
            raise CommandError(_("There is nobody called %(name)s.") % {"name": name})
        if not second_factor.remove(person, None):
            raise CommandError(_("%(name)s has no second factor.") % {"name": person})
        self.stdout.write(_("%(name)s now signs in without a second factor.") % {"name": person})
