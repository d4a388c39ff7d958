"""The database keeps whether everybody may read a document, in the transaction that opens or closes its subject.

Whatever writes a document has it worked out anew; so has whoever changes what it is worked out from. A document that
is not there yet locks nobody out, so the first one of a review waits for who is restricting its incident.
"""

from django.db import migrations

# Each room's own rule for somebody who is logged in and holds no permission; a test compares the two.
IS_OPEN = """
    CREATE FUNCTION library_is_open(kind text, about bigint) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
        RETURN coalesce(CASE kind
            WHEN 'incident' THEN
                (SELECT NOT i.is_restricted AND NOT i.is_exercise FROM incidents_incident i WHERE i.id = about)
            WHEN 'release' THEN
                (SELECT r.state IN ('published', 'in_progress', 'checking', 'completed', 'rolled_back', 'postponed')
                    OR (r.state = 'cancelled' AND r.published_at IS NOT NULL)
                FROM releases_release r WHERE r.id = about)
            WHEN 'review' THEN
                (SELECT r.state = 'published' AND r.exercise_id IS NULL AND NOT coalesce(i.is_restricted, false) AND NOT EXISTS (
                    SELECT 1 FROM reviews_source s LEFT JOIN incidents_incident k ON k.id = s.incident_id
                    WHERE s.review_id = r.id AND (s.exercise_id IS NOT NULL OR k.is_restricted)
                )
                FROM reviews_review r LEFT JOIN incidents_incident i ON i.id = r.incident_id WHERE r.id = about)
            WHEN 'observation' THEN
                EXISTS (SELECT 1 FROM reviews_review r WHERE r.observation_id = about AND r.state = 'published')
            WHEN 'plan' THEN
                (SELECT v.state = 'published' FROM plans_version v WHERE v.id = about)
        END, false);
    END $$;
    CREATE FUNCTION library_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.kind = 'review' AND TG_OP = 'INSERT'
            AND NOT EXISTS (SELECT 1 FROM library_document d WHERE d.review_id = NEW.review_id)
        THEN
            PERFORM 1 FROM incidents_incident i JOIN reviews_review r ON r.incident_id = i.id
                WHERE r.id = NEW.review_id FOR SHARE OF i;
        END IF;
        NEW.is_open := library_is_open(NEW.kind, coalesce(NEW.incident_id, NEW.release_id, NEW.review_id, NEW.version_id, NEW.observation_id));
        RETURN NEW;
    END $$;
    CREATE TRIGGER library_open BEFORE INSERT OR UPDATE ON library_document
        FOR EACH ROW EXECUTE FUNCTION library_open();
    CREATE FUNCTION library_open_again(documents bigint[]) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM library_document WHERE id = ANY(documents) ORDER BY id FOR UPDATE;
        UPDATE library_document SET is_open = NOT is_open
            WHERE id = ANY(documents) AND is_open IS DISTINCT FROM library_is_open(kind, coalesce(incident_id, release_id, review_id, version_id, observation_id));
    END $$;"""
# One that is looked back at is as open as its review.
OF_OBSERVATION = """
    CREATE FUNCTION library_open_observation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF coalesce(NEW.observation_id, OLD.observation_id) IS NOT NULL THEN
            PERFORM library_open_again(ARRAY(
                SELECT id FROM library_document WHERE observation_id IN (NEW.observation_id, OLD.observation_id)
            ));
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER library_open_observation AFTER INSERT OR UPDATE OR DELETE ON reviews_review
        FOR EACH ROW EXECUTE FUNCTION library_open_observation();"""
# A theme is as close as the closest of its records.
OF_SOURCES = """
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
# What it is worked out from, and the documents: whoever changes the subject's other columns changes its document.
WATCHED = {
    "incidents_incident": (
        ("is_restricted", "is_exercise"),
        "incident_id = NEW.id OR review_id IN (SELECT id FROM reviews_review WHERE incident_id = NEW.id)",
    ),
    "releases_release": (("state", "published_at"), "release_id = NEW.id"),
    "reviews_review": (("state", "exercise_id"), "review_id = NEW.id"),
}


def watching(table: str) -> str:
    columns, which = WATCHED[table]
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"""
    CREATE FUNCTION library_open_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF ROW({old}) IS DISTINCT FROM ROW({new}) THEN
            PERFORM library_open_again(ARRAY(SELECT id FROM library_document WHERE {which}));
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER library_open AFTER UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION library_open_{table}();"""


BEGIN = "\n".join([IS_OPEN, *map(watching, WATCHED), OF_OBSERVATION, OF_SOURCES])
END = "\n".join(
    [
        *(f"DROP FUNCTION library_open_{table}() CASCADE;" for table in WATCHED),
        "DROP FUNCTION library_open_observation() CASCADE;",
        "DROP FUNCTION library_open_sources() CASCADE;",
        "DROP FUNCTION library_open_again(bigint[]);",
        "DROP FUNCTION library_open() CASCADE;",
        "DROP FUNCTION library_is_open(text, bigint);",
    ]
)


class Migration(migrations.Migration):
    replaces = [
        ("library", "0005_openness_kept_by_the_database"),
        ("library", "0006_open_what_is_there"),
    ]
    dependencies = [
        ("library", "0002_the_database_keeps_shelves"),
    ]
    operations = [
        migrations.RunSQL(BEGIN, END),
    ]
