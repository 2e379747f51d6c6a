import django.db.models.deletion
from django.db import migrations, models

# Until now every question was asked after the one before it.
FOLLOW = """
UPDATE chat_message message SET follows_id = line.previous
  FROM (SELECT id, lag(id) OVER (PARTITION BY conversation_id ORDER BY id) AS previous FROM chat_message) AS line
 WHERE line.id = message.id AND line.previous IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0004_findings_of_earlier_answers")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="followed_by",
                to="chat.message",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="form_key",
            field=models.UUIDField(blank=True, editable=False, null=True, unique=True),
        ),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
    ]
