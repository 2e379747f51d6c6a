
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_partitioned_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='document',
            name='one_copy_of_a_file_in_a_collection',
        ),
        migrations.AddField(
            model_name='document',
            name='effective_until',
            field=models.DateField(blank=True, null=True, verbose_name='effective until'),
        ),
        migrations.AddField(
            model_name='document',
            name='folder',
            field=models.CharField(blank=True, max_length=300, verbose_name='folder'),
        ),
        migrations.AddField(
            model_name='document',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='members', to='documents.document'),
        ),
        migrations.AddField(
            model_name='document',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replacements', to='documents.document'),
        ),
        migrations.AddField(
            model_name='page',
            name='confidence',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='page',
            name='margins',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AlterField(
            model_name='document',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('reading', 'Reading'), ('indexing', 'Indexing'), ('ready', 'Searchable'), ('failed', 'Failed'), ('superseded', 'Replaced')], default='waiting', max_length=10, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded_by', None)), fields=('collection', 'sha256'), name='one_copy_of_a_file_in_a_collection'),
        ),
    ]
