"""Marks that were shown as unverified before findings were stored stay unverified."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The threshold of that time.
THRESHOLD = 0.5


def name_the_weak(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    citations = apps.get_model("chat", "Citation").objects.filter(finding="supported")
    citations.filter(support__lt=THRESHOLD).update(finding="unverified")


class Migration(migrations.Migration):
    dependencies = [("chat", "0003_review_desk")]

    operations = [migrations.RunPython(name_the_weak, migrations.RunPython.noop)]
