"""Near misses and what went well stand on the shelves, for whom their room shows them to.

What a review looks back at is asked of a small function of its own, so that more can be looked back at without the
words of a review being said again.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

SHELVES = import_module("continuity.library.migrations.0002_shelves_kept_by_the_database")
OPENED = import_module("continuity.library.migrations.0005_openness_kept_by_the_database")
LINKS = {**SHELVES.LINKS, "observation": "observation_id"}

SERVICES = """
    CREATE OR REPLACE FUNCTION library_services_of_review(about bigint) RETURNS bigint[] LANGUAGE plpgsql AS $$
    BEGIN
        RETURN ARRAY(
            SELECT m.service_id FROM incidents_impact m JOIN reviews_review r USING (incident_id) WHERE r.id = about
            UNION SELECT d.service_id FROM releases_disruption d JOIN reviews_review r USING (release_id)
                WHERE r.id = about
            UNION SELECT n.service_id FROM releases_release_services n JOIN reviews_review r USING (release_id)
                WHERE r.id = about
            UNION SELECT o.service_id FROM reviews_observation o JOIN reviews_review r ON r.observation_id = o.id
                WHERE r.id = about AND o.service_id IS NOT NULL
        );
    END $$;"""
HIT = """SELECT service_id FROM incidents_impact WHERE incident_id = r.incident_id
                UNION SELECT service_id FROM releases_disruption WHERE release_id = r.release_id
                UNION SELECT service_id FROM releases_release_services WHERE release_id = r.release_id"""
WORKED = "i.declared_at, upper(l.work))"
HAPPENED = """i.declared_at, upper(l.work),
                (SELECT b.happened_at FROM reviews_observation b WHERE b.id = r.observation_id))"""
WORDS = {
    "review": SHELVES.WORDS["review"]
    .replace(HIT, "SELECT unnest(library_services_of_review(r.id))")
    .replace(WORKED, HAPPENED),
    "observation": f"""
        SELECT o.id, o.recorded_at AS at, o.ref, o.title, '' AS lesson,
            left(o.helped, {SHELVES.LONGEST}) AS summary, coalesce(s.name, '') AS names,
            left(o.text, {SHELVES.LONG}) AS body,
            CASE WHEN s.id IS NULL THEN '{{}}'::bigint[] ELSE ARRAY[s.id] END AS services,
            '{{}}'::varchar(40)[] AS factors
        FROM reviews_observation o LEFT JOIN catalogue_service s ON s.id = o.service_id""",
}


def shelving(kind: str, words: str) -> str:
    """The function that has the documents of some subjects hold what is true of them, whatever it did before."""
    link = LINKS[kind]
    held = ", ".join(f"{column} = EXCLUDED.{column}" for column in SHELVES.HELD.split(", "))
    return f"""
    CREATE OR REPLACE FUNCTION library_shelve_{kind}(subjects bigint[]) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM library_document WHERE {link} = ANY(subjects) ORDER BY id FOR UPDATE;
        WITH written AS (
            INSERT INTO library_document (kind, {link}, {SHELVES.HELD})
            SELECT '{kind}', truth.id, {SHELVES.HELD} FROM ({words}) truth WHERE truth.id = ANY(subjects)
            ON CONFLICT ({link}) DO UPDATE SET {held}
            RETURNING {link}
        )
        DELETE FROM library_document WHERE {link} = ANY(subjects) AND {link} NOT IN (SELECT {link} FROM written);
    END $$;"""


def renaming(links: dict[str, str]) -> str:
    """Whoever renames a service has all documents that name it written again."""
    shelved = "".join(
        f"""
            PERFORM library_shelve_{kind}(ARRAY(
                SELECT {link} FROM library_document WHERE kind = '{kind}' AND services @> ARRAY[NEW.id]));"""
        for kind, link in links.items()
    )
    return f"""
    CREATE OR REPLACE FUNCTION library_watch_catalogue_service() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF ROW(OLD.name) IS DISTINCT FROM ROW(NEW.name) THEN{shelved}
        END IF;
        RETURN NULL;
    END $$;"""


# Nobody changes an observation, nor takes it away.
WATCHED = """
    CREATE FUNCTION library_watch_reviews_observation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM library_shelve_observation(ARRAY[NEW.id]::bigint[]);
        RETURN NULL;
    END $$;
    CREATE TRIGGER library_watch AFTER INSERT ON reviews_observation
        FOR EACH ROW EXECUTE FUNCTION library_watch_reviews_observation();"""
# One that is looked back at is as open as its review.
IS_OPEN = OPENED.IS_OPEN.split("CREATE FUNCTION library_open()")[0].replace(
    "WHEN 'plan' THEN",
    """WHEN 'observation' THEN
                EXISTS (SELECT 1 FROM reviews_review r WHERE r.observation_id = about AND r.state = 'published')
            WHEN 'plan' THEN""",
)
SUBJECT = "coalesce({row}incident_id, {row}release_id, {row}review_id, {row}version_id{more})"


def opening(more: str) -> str:
    """Each document knows whether everybody may read it; `more` are links beyond the first four, for NEW and alone."""
    new = SUBJECT.format(row="NEW.", more=f", NEW.{more}" if more else "")
    own = SUBJECT.format(row="", more=f", {more}" if more else "")
    return f"""
    CREATE OR REPLACE FUNCTION library_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.kind = 'review' AND TG_OP = 'INSERT'
            AND NOT EXISTS (SELECT 1 FROM library_document d WHERE d.review_id = NEW.review_id)
        THEN
            PERFORM 1 FROM incidents_incident i JOIN reviews_review r ON r.incident_id = i.id
                WHERE r.id = NEW.review_id FOR SHARE OF i;
        END IF;
        NEW.is_open := library_is_open(NEW.kind, {new});
        RETURN NEW;
    END $$;
    CREATE OR REPLACE FUNCTION library_open_again(documents bigint[]) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM library_document WHERE id = ANY(documents) ORDER BY id FOR UPDATE;
        UPDATE library_document SET is_open = NOT is_open
            WHERE id = ANY(documents) AND is_open IS DISTINCT FROM library_is_open(kind, {own});
    END $$;"""


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

BEGIN = "\n".join(
    [
        SERVICES,
        *(shelving(kind, words) for kind, words in WORDS.items()),
        renaming(LINKS),
        WATCHED,
        IS_OPEN.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
        opening("observation_id"),
        OF_OBSERVATION,
    ]
)
END = "\n".join(
    [
        "DROP FUNCTION library_open_observation() CASCADE;",
        "DROP FUNCTION library_watch_reviews_observation() CASCADE;",
        "DELETE FROM library_document WHERE kind = 'observation';",
        opening(""),
        OPENED.IS_OPEN.split("CREATE FUNCTION library_open()")[0].replace(
            "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
        ),
        renaming(SHELVES.LINKS),
        shelving("review", SHELVES.WORDS["review"]),
        "DROP FUNCTION library_shelve_observation(bigint[]);",
        "DROP FUNCTION library_services_of_review(bigint);",
    ]
)


def only(kind: str, link: str) -> models.Q:
    others = {"incident", "release", "review", "version", "observation"} - {link}
    return models.Q(("kind", kind), (f"{link}__isnull", False), *((other, None) for other in sorted(others)))


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0007_words_of_few"),
        ("reviews", "0008_near_misses_and_what_went_well"),
    ]
    operations = [
        migrations.AddField(
            "document",
            "observation",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="reviews.observation",
            ),
        ),
        migrations.AlterField(
            "document",
            "kind",
            models.CharField(
                choices=[
                    ("incident", "Incident"),
                    ("release", "Planned work"),
                    ("review", "Review"),
                    ("observation", "Near miss or what went well"),
                    ("plan", "Procedure"),
                ],
                max_length=20,
            ),
        ),
        migrations.RemoveConstraint("document", "a_document_is_about_one_thing"),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                condition=only("incident", "incident")
                | only("release", "release")
                | only("review", "review")
                | only("observation", "observation")
                | only("plan", "version"),
                name="a_document_is_about_one_thing",
            ),
        ),
        migrations.RunSQL(BEGIN, END),
    ]
