"""Endpoints inside the company may have names without a dot."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0019_pauses'),
    ]

    operations = [
        migrations.AlterField(
            model_name='embeddingmodel',
            name='base_url',
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
