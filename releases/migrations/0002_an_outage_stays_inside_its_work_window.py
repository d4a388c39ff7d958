"""PostgreSQL refuses a disruption outside its release's work window; news about a release only grows."""

from django.db import migrations

from continuity.core.append_only import append_only

INSIDE = """
CREATE FUNCTION refuse_outage_outside_work() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    release bigint := CASE WHEN TG_TABLE_NAME = 'releases_release' THEN (to_jsonb(NEW)->>'id')::bigint
                           ELSE (to_jsonb(NEW)->>'release_id')::bigint END;
BEGIN
    IF EXISTS (
        SELECT 1 FROM releases_disruption d JOIN releases_release r ON r.id = d.release_id
        WHERE r.id = release AND NOT d.span <@ r.work
    ) THEN
        RAISE EXCEPTION 'The outage must lie inside the work window. Change the outage or the work times.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_outage_stays_inside_its_work_window';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER an_outage_stays_inside_its_work_window AFTER INSERT OR UPDATE ON releases_disruption
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_outage_outside_work();
CREATE CONSTRAINT TRIGGER a_work_window_holds_its_outages AFTER UPDATE OF work ON releases_release
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_outage_outside_work();
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]
    operations = [
        migrations.RunSQL(
            INSIDE,
            "DROP TRIGGER an_outage_stays_inside_its_work_window ON releases_disruption;"
            "DROP TRIGGER a_work_window_holds_its_outages ON releases_release;"
            "DROP FUNCTION refuse_outage_outside_work();",
        ),
        append_only("releases_update"),
    ]
