"""Headings as something to ask about: the question that each makes; pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading and the title of its document."""

    name: str
    title: str

    @property
    def question(self) -> str:
        return _("What does “%(title)s” say about “%(topic)s”?") % {"title": self.title, "topic": self.name}
