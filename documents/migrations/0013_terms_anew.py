"""The third version of the term analyser: what is indexed by the second is analysed again, its vectors kept."""

from django.db import migrations

OLD = "kiwi-0.24+bigrams+snowball-en/2"
NEW = "kiwi-0.24+bigrams+snowball-en/3"


def analyse_again(apps, schema_editor):
    """Documents stay searchable meanwhile; the reconciler sends the messages."""
    generations = apps.get_model("documents", "Generation").objects.filter(analyser=OLD)
    apps.get_model("documents", "IndexJob").objects.filter(generation__in=generations, state="done").update(
        state="queued", tries=0, not_before=None, hinted_at=None, finished_at=None
    )
    generations.update(analyser=NEW)


class Migration(migrations.Migration):
    dependencies = [("documents", "0012_embeddings_in_the_row")]

    operations = [migrations.RunPython(analyse_again, migrations.RunPython.noop)]
