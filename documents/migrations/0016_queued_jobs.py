"""The next job of a generation is found without looking at those of the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0015_chosen_models")]

    operations = [
        migrations.AddIndex(
            model_name="indexjob",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["generation", "created_at", "id"],
                name="queued_jobs",
            ),
        ),
    ]
