"""When the first word of an answer came, and answers found by their time."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0009_answers_being_written'),
    ]

    operations = [
        migrations.AddField(
            model_name='answer',
            name='first_word_ms',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['created_at'], name='answers_by_time'),
        ),
    ]
