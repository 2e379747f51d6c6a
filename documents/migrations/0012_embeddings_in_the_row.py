"""Embeddings stay in the row: where few chunks are visible each is compared, and was fetched from elsewhere."""

from django.db import migrations


def keep_embeddings_in_the_row(apps, schema_editor):
    """What is written from now on; what is there moves when its document is indexed again."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'documents_chunk'::regclass")
        partitions = [row[0] for row in cursor.fetchall()]
    for partition in partitions:
        schema_editor.execute(f"ALTER TABLE {partition} ALTER embedding SET STORAGE MAIN")


class Migration(migrations.Migration):
    dependencies = [("documents", "0011_calibration_evidence")]

    operations = [migrations.RunPython(keep_embeddings_in_the_row, migrations.RunPython.noop)]
