"""What endpoints were asked for, and how they call their models and count their tokens."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0016_queued_jobs'),
    ]

    operations = [
        migrations.AddField(
            model_name='embeddingmodel',
            name='query_name',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='embeddingmodel',
            name='token_rates',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.CreateModel(
            name='EmbeddingUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('purpose', models.CharField(choices=[('passages', 'Passages'), ('queries', 'Questions')], max_length=8)),
                ('requests', models.PositiveBigIntegerField(default=0)),
                ('texts', models.PositiveBigIntegerField(default=0)),
                ('tokens', models.PositiveBigIntegerField(default=0)),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='documents.embeddingmodel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('model', 'day', 'purpose'), name='one_row_for_a_day_of_use')],
            },
        ),
    ]
