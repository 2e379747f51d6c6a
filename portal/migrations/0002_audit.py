"""The table of what people did, which only grows, and which the database itself keeps from being changed."""

import django.db.models.functions.datetime
from django.db import migrations, models


GUARD = """
CREATE FUNCTION portal_keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND coalesce(current_setting('portal.may_forget_audit', true), '') = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit events are neither changed nor deleted';
END $$;
CREATE TRIGGER keep_audit BEFORE UPDATE OR DELETE ON portal_auditevent
    FOR EACH ROW EXECUTE FUNCTION portal_keep_audit();
"""
NO_GUARD = "DROP TRIGGER keep_audit ON portal_auditevent; DROP FUNCTION portal_keep_audit();"


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
                ('event', models.CharField(max_length=60)),
                ('person', models.BigIntegerField(null=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('address', models.GenericIPAddressField(null=True)),
                ('details', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['event', '-at'], name='audit_by_event')],
            },
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
