from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0005_questions_follow_each_other")]

    operations = [
        migrations.AddField("answer", "heard_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("answer", "retry_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("answer", "tokens_are_estimated", models.BooleanField(default=False)),
    ]
