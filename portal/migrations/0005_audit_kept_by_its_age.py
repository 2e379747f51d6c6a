"""The guard of the audit looks at the age of a row, not only at whether somebody says that it may go.

A process of the version before, which only says so, deletes nothing any more until it is replaced.
"""

from django.db import migrations

BY_AGE = """
CREATE OR REPLACE FUNCTION portal_keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept_days int := coalesce(nullif(current_setting('portal.forget_audit_days', true), ''), '0')::int;
BEGIN
    IF TG_OP = 'DELETE' AND kept_days >= 7 AND OLD.at < now() - make_interval(days => kept_days) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit events are neither changed nor deleted';
END $$;
"""
BY_WORD = """
CREATE OR REPLACE FUNCTION portal_keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND coalesce(current_setting('portal.may_forget_audit', true), '') = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit events are neither changed nor deleted';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0004_sign_in"),
    ]

    operations = [migrations.RunSQL(BY_AGE, BY_WORD)]
