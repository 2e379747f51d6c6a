"""Documents that only said what replaced them, and were searched all the same, are replaced by the next upkeep."""

from django.db import migrations


def let_successors_replace(apps, schema_editor):
    Document = apps.get_model("documents", "Document")
    # One that is to hold again names the version after it too, but has a day on which it was replaced.
    outdated = Document.objects.filter(superseded_by__isnull=False, superseded_at=None).exclude(state="superseded")
    for document in outdated:
        Document.objects.filter(pk=document.superseded_by_id, replaces=None).update(replaces=document)
        Document.objects.filter(pk=document.pk).update(superseded_by=None)


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0006_shares_of_containers"),
    ]

    operations = [
        migrations.RunPython(let_successors_replace, migrations.RunPython.noop),
    ]
