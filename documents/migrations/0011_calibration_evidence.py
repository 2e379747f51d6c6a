"""What a calibration was judged by, who waits for a new one, and how much has come and gone since."""

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Abs


def count_what_is_known(apps, schema_editor):
    """At least the difference in number has changed since the last measurement."""
    Generation = apps.get_model("documents", "Generation")
    Generation.objects.update(content_changes=Abs(F("chunk_count") - F("calibrated_chunks")))


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0008_glossary_and_own_words"),
    ]

    operations = [
        migrations.AddField("generation", "calibration_evidence", models.JSONField(blank=True, default=dict)),
        migrations.AddField("generation", "calibration_asked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("generation", "content_changes", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("generation", "calibrated_changes", models.PositiveBigIntegerField(default=0)),
        migrations.RunPython(count_what_is_known, migrations.RunPython.noop),
    ]
