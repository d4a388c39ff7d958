"""A theme stands on the shelves under the services of all its records, kept as close as the closest of them."""

from importlib import import_module

from django.db import migrations

SHELVES = import_module("continuity.library.migrations.0002_shelves_kept_by_the_database")
BEFORE = import_module("continuity.library.migrations.0008_near_misses_and_what_went_well")

SERVICES = BEFORE.SERVICES.replace(
    "\n        );\n    END",
    """
            UNION SELECT m.service_id FROM reviews_source s JOIN incidents_impact m USING (incident_id)
                WHERE s.review_id = about
            UNION SELECT d.service_id FROM reviews_source s JOIN releases_disruption d USING (release_id)
                WHERE s.review_id = about
            UNION SELECT n.service_id FROM reviews_source s JOIN releases_release_services n USING (release_id)
                WHERE s.review_id = about
            UNION SELECT o.service_id FROM reviews_source s JOIN reviews_observation o ON o.id = s.observation_id
                WHERE s.review_id = about AND o.service_id IS NOT NULL
        );
    END""",
)
OF_ONE = "r.state = 'published' AND r.exercise_id IS NULL AND NOT coalesce(i.is_restricted, false)"
IS_OPEN = BEFORE.IS_OPEN.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
OF_ALL = f"""{OF_ONE} AND NOT EXISTS (
                    SELECT 1 FROM reviews_source s LEFT JOIN incidents_incident k ON k.id = s.incident_id
                    WHERE s.review_id = r.id AND (s.exercise_id IS NOT NULL OR k.is_restricted)
                )"""

# A record that is restricted meanwhile is waited for.
SOURCES = """
    CREATE FUNCTION library_watch_reviews_source() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM incidents_incident WHERE id = NEW.incident_id FOR SHARE;
        PERFORM library_shelve_review(ARRAY(
            SELECT review_id FROM library_document WHERE review_id IN (NEW.review_id, OLD.review_id)
        ));
        RETURN NULL;
    END $$;
    CREATE TRIGGER library_watch AFTER INSERT OR UPDATE OR DELETE ON reviews_source
        FOR EACH ROW EXECUTE FUNCTION library_watch_reviews_source();
    CREATE FUNCTION library_open_sources() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.is_restricted IS DISTINCT FROM NEW.is_restricted THEN
            PERFORM library_open_again(ARRAY(
                SELECT id FROM library_document
                WHERE review_id IN (SELECT review_id FROM reviews_source WHERE incident_id = NEW.id)
            ));
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER library_open_sources AFTER UPDATE ON incidents_incident
        FOR EACH ROW EXECUTE FUNCTION library_open_sources();"""
# What a record hits may still be put right after it is over.
PARTS = {
    "incidents_impact": "incident_id",
    "releases_disruption": "release_id",
    "releases_release_services": "release_id",
}


def watching(table: str, which: dict[str, str]) -> str:
    shelved = "".join(
        f"""
        PERFORM library_shelve_{kind}(ARRAY(
            SELECT {SHELVES.LINKS[kind]} FROM library_document WHERE {SHELVES.LINKS[kind]} IN ({those})));"""
        for kind, those in which.items()
    )
    return f"""
    CREATE OR REPLACE FUNCTION library_watch_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN{shelved}
        RETURN NULL;
    END $$;"""


def with_themes(table: str) -> dict[str, str]:
    """The documents of whatever holds a part of a record, with those of its themes."""
    link = PARTS[table]
    themes = f"SELECT review_id FROM reviews_source WHERE {link} IN (SELECT {link} FROM changed)"
    before = SHELVES.PARTS[table]
    return {**before, "review": f"{before['review']} UNION {themes}"}


BEGIN = "\n".join(
    [
        SERVICES,
        IS_OPEN.replace(OF_ONE, OF_ALL),
        SOURCES,
        *(watching(table, with_themes(table)) for table in PARTS),
    ]
)
END = "\n".join(
    [
        "DROP FUNCTION library_open_sources() CASCADE;",
        "DROP FUNCTION library_watch_reviews_source() CASCADE;",
        *(watching(table, SHELVES.PARTS[table]) for table in PARTS),
        IS_OPEN,
        BEFORE.SERVICES,
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0008_near_misses_and_what_went_well"),
        ("reviews", "0012_several_records_under_one_theme"),
    ]
    operations = [migrations.RunSQL(BEGIN, END)]
