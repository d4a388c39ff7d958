"""PostgreSQL refuses a dependency that closes a circle, also of two people adding one half each."""

from django.db import migrations

NO_CIRCLE = """
CREATE FUNCTION refuse_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('catalogue.dependency'));
    IF EXISTS (
        WITH RECURSIVE needed(id) AS (
            SELECT NEW.on_id
            UNION
            SELECT d.on_id FROM catalogue_dependency d JOIN needed n ON d.service_id = n.id
        )
        SELECT 1 FROM needed WHERE id = NEW.service_id
    ) THEN
        RAISE EXCEPTION 'These dependencies would form a circle. Take one of them out.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'dependencies_make_no_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dependencies_make_no_circle AFTER INSERT OR UPDATE ON catalogue_dependency
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_circle();
"""


class Migration(migrations.Migration):
    replaces = [("catalogue", "0002_dependencies_make_no_circle")]
    dependencies = [("catalogue", "0001_the_tables")]
    operations = [
        migrations.RunSQL(
            NO_CIRCLE,
            "DROP TRIGGER dependencies_make_no_circle ON catalogue_dependency; DROP FUNCTION refuse_circle();",
        )
    ]
