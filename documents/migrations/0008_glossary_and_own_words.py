from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0007_replaced_for_good"),
    ]

    operations = [
        migrations.AddField(
            model_name="collection",
            name="glossary",
            field=models.TextField(blank=True, default="", verbose_name="glossary"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="collection",
            name="own_words",
            field=models.TextField(blank=True, default="", verbose_name="own words"),
            preserve_default=False,
        ),
    ]
