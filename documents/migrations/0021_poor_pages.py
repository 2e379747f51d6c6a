"""Pages that are hard to read, found without reading the others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0020_addresses_without_a_dot'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='page',
            index=models.Index(
                condition=models.Q(('quality__lt', 0.5), ('confidence__lt', 0.7), _connector='OR'),
                fields=['document'],
                name='poor_pages',
            ),
        ),
    ]
