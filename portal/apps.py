"""App registration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal import checks  # noqa: F401 - registers itself
        from portal.audit import signals  # noqa: F401 - its receivers are connected by being imported
