"""What sign-in needs beside the tables of django-allauth: counters of attempts, and addresses that lead to accounts."""

from django.db import migrations

# As `manage.py createcachetable` would make it.
COUNTERS = """
CREATE TABLE IF NOT EXISTS portal_attempts (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS portal_attempts_expires ON portal_attempts (expires);
"""


def enter_addresses(apps, schema_editor):
    """Until now only administrators wrote addresses, so they count as verified; one that several have is nobody's."""
    EmailAddress = apps.get_model("account", "EmailAddress")
    owners = {}
    for person in apps.get_model("portal", "User").objects.exclude(email="").order_by("pk"):
        owners.setdefault(person.email.lower(), []).append(person.pk)
    EmailAddress.objects.bulk_create(
        EmailAddress(user_id=people[0], email=email, verified=True, primary=True)
        for email, people in owners.items()
        if len(people) == 1
    )


def remove_addresses(apps, schema_editor):
    apps.get_model("account", "EmailAddress").objects.all().delete()


def end_sessions(apps, schema_editor):
    """Everybody signs in anew: a session that was begun before stands in no list and could not be ended from one."""
    apps.get_model("sessions", "Session").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("portal", "0003_api_tokens"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(COUNTERS, "DROP TABLE portal_attempts"),
        migrations.RunPython(enter_addresses, remove_addresses),
        migrations.RunPython(end_sessions, migrations.RunPython.noop),
    ]
