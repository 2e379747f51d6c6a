"""App registration: the catalogue of embedding models follows every migration, and checks look at what is in use."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        from documents import checks  # noqa: F401 - registers itself
        from documents.embedding.catalogue import bring_in_after_migration

        post_migrate.connect(bring_in_after_migration, sender=self)
