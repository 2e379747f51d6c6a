"""What is known of embedding models, and what a generation was built from them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def take_the_sizes_of_models(apps, schema_editor):
    for generation in apps.get_model("documents", "Generation").objects.select_related("model"):
        generation.dimensions = generation.model.dimensions
        generation.save(update_fields=["dimensions"])


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0014_unpacked_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='embeddingmodel',
            name='one_row_for_a_model',
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='architecture',
            field=models.CharField(blank=True, choices=[('encoder', 'Encoder'), ('decoder', 'Decoder')], max_length=8),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='base_url',
            field=models.URLField(blank=True),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='checked_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='is_shipped',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='key_name',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='licence_name',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='minimum_version',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='pooling',
            field=models.CharField(blank=True, choices=[('mean', 'Mean of all tokens'), ('first', 'First token'), ('last', 'Last token')], max_length=6),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='requests_per_minute',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='shorter_dimensions',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='size_mb',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='source_url',
            field=models.URLField(blank=True),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='tokens_per_minute',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='generation',
            name='built_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='generation',
            name='computed_count',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='generation',
            name='copied_count',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='generation',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='generation',
            name='dimensions',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='generation',
            name='failures_accepted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='generation',
            name='failures_accepted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='generation',
            name='forecast',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='generation',
            name='paused_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='generation',
            name='quantisation',
            field=models.CharField(choices=[('half', 'Half precision'), ('binary', 'One bit for each number, the best compared exactly')], default='half', max_length=6),
        ),
        migrations.AddField(
            model_name='generation',
            name='retired_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='embeddingmodel',
            constraint=models.UniqueConstraint(fields=('provider', 'base_url', 'name', 'revision'), name='one_row_for_a_model'),
        ),
        migrations.RunPython(take_the_sizes_of_models, migrations.RunPython.noop),
        migrations.AlterField("generation", "dimensions", models.PositiveIntegerField()),
    ]
