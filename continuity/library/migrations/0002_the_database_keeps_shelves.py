"""The database keeps each document as its subject reads, in the transaction that changes it.

A question a kind says what a document holds. Whoever changes the subject or a part of it has the document written
again from there; two at once wait for each other at the document, and the second reads what the first wrote. Nothing
here names a column where PostgreSQL would hold on to it (no view, no WHEN), so lower rooms change their tables freely.
"""

from django.db import migrations

# Longer texts are found by their beginning: PostgreSQL keeps 1 MB of a document's words.
LONGEST, LONG = 50_000, 100_000

# What a review looks back at, and all records of a theme.
SERVICES = """
    CREATE FUNCTION library_services_of_review(about bigint) RETURNS bigint[] LANGUAGE plpgsql AS $$
    BEGIN
        RETURN ARRAY(
            SELECT m.service_id FROM incidents_impact m JOIN reviews_review r USING (incident_id) WHERE r.id = about
            UNION SELECT d.service_id FROM releases_disruption d JOIN reviews_review r USING (release_id)
                WHERE r.id = about
            UNION SELECT n.service_id FROM releases_release_services n JOIN reviews_review r USING (release_id)
                WHERE r.id = about
            UNION SELECT o.service_id FROM reviews_observation o JOIN reviews_review r ON r.observation_id = o.id
                WHERE r.id = about AND o.service_id IS NOT NULL
            UNION SELECT m.service_id FROM reviews_source s JOIN incidents_impact m USING (incident_id)
                WHERE s.review_id = about
            UNION SELECT d.service_id FROM reviews_source s JOIN releases_disruption d USING (release_id)
                WHERE s.review_id = about
            UNION SELECT n.service_id FROM reviews_source s JOIN releases_release_services n USING (release_id)
                WHERE s.review_id = about
            UNION SELECT o.service_id FROM reviews_source s JOIN reviews_observation o ON o.id = s.observation_id
                WHERE s.review_id = about AND o.service_id IS NOT NULL
        );
    END $$;"""
WORDS = {
    "incident": f"""
        SELECT i.id, i.declared_at AS at, i.ref, i.title, '' AS lesson, left(i.summary, {LONGEST}) AS summary,
            hit.names, told.body, hit.services, '{{}}'::varchar(40)[] AS factors
        FROM incidents_incident i
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(DISTINCT s.id), '{{}}') AS services,
                coalesce(string_agg(DISTINCT s.name, ', '), '') AS names
            FROM incidents_impact m JOIN catalogue_service s ON s.id = m.service_id WHERE m.incident_id = i.id
        ) hit
        CROSS JOIN LATERAL (
            SELECT left(coalesce(string_agg(
                concat_ws(E'\\n', u.happened, nullif(u.means, ''), nullif(u.do_now, '')), E'\\n' ORDER BY u.number
            ), ''), {LONG}) AS body
            FROM incidents_update u WHERE u.incident_id = i.id
        ) told""",
    "release": f"""
        SELECT r.id, lower(r.work) AS at, r.ref, r.title, left(r.lesson, {LONGEST}) AS lesson,
            left(r.summary, {LONGEST}) AS summary, hit.names,
            left(concat_ws(E'\\n', nullif(r.outcome, ''), nullif(r.evidence, ''), nullif(r.local_note, ''),
                nullif(r.follow_ups, '')), {LONG}) AS body,
            hit.services, '{{}}'::varchar(40)[] AS factors
        FROM releases_release r
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(s.id), '{{}}') AS services,
                coalesce(string_agg(s.name, ', ' ORDER BY s.name), '') AS names
            FROM catalogue_service s WHERE s.id IN (
                SELECT service_id FROM releases_disruption WHERE release_id = r.id
                UNION SELECT service_id FROM releases_release_services WHERE release_id = r.id
            )
        ) hit""",
    "review": f"""
        SELECT r.id,
            coalesce(r.published_at, r.approved_at, (r.held_on + time '12:00') AT TIME ZONE 'Europe/London',
                i.declared_at, upper(l.work),
                (SELECT b.happened_at FROM reviews_observation b WHERE b.id = r.observation_id)) AS at,
            r.ref, r.title, said.lesson, left(r.summary, {LONGEST}) AS summary, hit.names,
            left(concat_ws(E'\\n', said.body, found.body, todo.body, amended.body), {LONG}) AS body,
            hit.services, found.factors
        FROM reviews_review r
        LEFT JOIN incidents_incident i ON i.id = r.incident_id
        LEFT JOIN releases_release l ON l.id = r.release_id
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(s.id), '{{}}') AS services,
                coalesce(string_agg(s.name, ', ' ORDER BY s.name), '') AS names
            FROM catalogue_service s WHERE s.id IN (
                SELECT unnest(library_services_of_review(r.id))
            )
        ) hit
        CROSS JOIN LATERAL (
            SELECT left(coalesce(string_agg(nullif(s.text, ''), E'\\n' ORDER BY s.id)
                    FILTER (WHERE s.code IN ('change', 'went_well', 'lucky', 'to_improve')), ''), {LONGEST}) AS lesson,
                string_agg(nullif(s.text, ''), E'\\n' ORDER BY s.id)
                    FILTER (WHERE s.code NOT IN ('change', 'went_well', 'lucky', 'to_improve')) AS body
            FROM reviews_section s WHERE s.review_id = r.id
        ) said
        CROSS JOIN LATERAL (
            SELECT string_agg(concat_ws(E'\\n', f.text, o.name), E'\\n' ORDER BY f.id) AS body,
                (coalesce(array_agg(DISTINCT f.area::varchar(40)), '{{}}') || coalesce(array_agg(DISTINCT
                    ('local-' || f.local_id)::varchar(40)) FILTER (WHERE f.local_id IS NOT NULL), '{{}}')) AS factors
            FROM reviews_factor f LEFT JOIN reviews_localfactor o ON o.id = f.local_id WHERE f.review_id = r.id
        ) found
        CROSS JOIN LATERAL (
            SELECT string_agg(a.title, E'\\n' ORDER BY a.number) AS body
            FROM reviews_action a WHERE a.review_id = r.id
        ) todo
        CROSS JOIN LATERAL (
            SELECT string_agg(a.text, E'\\n' ORDER BY a.at) AS body
            FROM reviews_amendment a WHERE a.review_id = r.id
        ) amended""",
    "observation": f"""
        SELECT o.id, o.recorded_at AS at, o.ref, o.title, '' AS lesson,
            left(o.helped, {LONGEST}) AS summary, coalesce(s.name, '') AS names,
            left(o.text, {LONG}) AS body,
            CASE WHEN s.id IS NULL THEN '{{}}'::bigint[] ELSE ARRAY[s.id] END AS services,
            '{{}}'::varchar(40)[] AS factors
        FROM reviews_observation o LEFT JOIN catalogue_service s ON s.id = o.service_id""",
    "plan": f"""
        SELECT v.id, v.effective_from AS at, p.key AS ref, p.title, '' AS lesson, '' AS summary, hit.names,
            steps.body, hit.services, '{{}}'::varchar(40)[] AS factors
        FROM plans_version v JOIN plans_procedure p ON p.id = v.procedure_id
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(s.id), '{{}}') AS services,
                coalesce(string_agg(s.name, ', ' ORDER BY s.name), '') AS names
            FROM plans_procedure_services x JOIN catalogue_service s ON s.id = x.service_id
            WHERE x.procedure_id = p.id
        ) hit
        CROSS JOIN LATERAL (
            SELECT left(coalesce(string_agg(t.text, E'\\n' ORDER BY t."order"), ''), {LONG}) AS body
            FROM plans_step t WHERE t.version_id = v.id
        ) steps
        WHERE v.state NOT IN ('superseded', 'withdrawn')""",
}
LINKS = {
    "incident": "incident_id",
    "release": "release_id",
    "review": "review_id",
    "plan": "version_id",
    "observation": "observation_id",
}
HELD = "at, ref, title, lesson, summary, names, body, services, factors"
# What a document is about, and the columns that are read of it.
SUBJECTS = {
    "incidents_incident": ("incident", ("declared_at", "ref", "title", "summary")),
    "releases_release": (
        "release",
        ("work", "ref", "title", "lesson", "summary", "outcome", "evidence", "local_note", "follow_ups"),
    ),
    "reviews_review": (
        "review",
        ("published_at", "approved_at", "held_on", "incident_id", "release_id", "ref", "title", "summary"),
    ),
    "plans_version": ("plan", ("effective_from", "state")),
}


def of_reviews(link: str) -> str:
    """The reviews of the records that hold a part, with those of their themes."""
    changed = f"SELECT {link} FROM changed"
    own = f"SELECT id FROM reviews_review WHERE {link} IN ({changed})"
    return f"{own} UNION SELECT review_id FROM reviews_source WHERE {link} IN ({changed})"


# Tables that hold parts of it, and of which documents; `changed` are the rows that were written.
PARTS = {
    "incidents_update": {"incident": "SELECT incident_id FROM changed"},
    "incidents_impact": {
        "incident": "SELECT incident_id FROM changed",
        "review": of_reviews("incident_id"),
    },
    **{
        table: {
            "release": "SELECT release_id FROM changed",
            "review": of_reviews("release_id"),
        }
        for table in ("releases_disruption", "releases_release_services")
    },
    **{
        table: {"review": "SELECT review_id FROM changed"}
        for table in ("reviews_section", "reviews_factor", "reviews_action", "reviews_amendment")
    },
    "plans_step": {"plan": "SELECT version_id FROM changed"},
    "plans_procedure_services": {
        "plan": "SELECT id FROM plans_version WHERE procedure_id IN (SELECT procedure_id FROM changed)"
    },
}
# Nobody changes an observation, nor takes it away.
OBSERVATIONS = """
    CREATE FUNCTION library_watch_reviews_observation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM library_shelve_observation(ARRAY[NEW.id]::bigint[]);
        RETURN NULL;
    END $$;
    CREATE TRIGGER library_watch AFTER INSERT ON reviews_observation
        FOR EACH ROW EXECUTE FUNCTION library_watch_reviews_observation();"""
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
        FOR EACH ROW EXECUTE FUNCTION library_watch_reviews_source();"""
# Names that stand in documents of other things: the table, its column, the documents.
OF_SERVICE = dict.fromkeys(LINKS, "services @> ARRAY[NEW.id]")
NAMES = {
    "catalogue_service": ("name", OF_SERVICE),
    "reviews_localfactor": ("name", {"review": "factors @> ARRAY[('local-' || NEW.id)::varchar(40)]"}),
    "plans_procedure": (
        "title",
        {"plan": "version_id IN (SELECT id FROM plans_version WHERE procedure_id = NEW.id)"},
    ),
}


def shelving(kind: str) -> str:
    """The function that has the documents of some subjects hold what is true of them, and takes away the others."""
    link = LINKS[kind]
    held = ", ".join(f"{column} = EXCLUDED.{column}" for column in HELD.split(", "))
    return f"""
    CREATE FUNCTION library_shelve_{kind}(subjects bigint[]) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM library_document WHERE {link} = ANY(subjects) ORDER BY id FOR UPDATE;
        WITH written AS (
            INSERT INTO library_document (kind, {link}, {HELD})
            SELECT '{kind}', truth.id, {HELD} FROM ({WORDS[kind]}) truth WHERE truth.id = ANY(subjects)
            ON CONFLICT ({link}) DO UPDATE SET {held}
            RETURNING {link}
        )
        DELETE FROM library_document WHERE {link} = ANY(subjects) AND {link} NOT IN (SELECT {link} FROM written);
    END $$;"""


def watching_a_subject(table: str) -> str:
    kind, columns = SUBJECTS[table]
    return f"""
    CREATE FUNCTION library_watch_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND {_same(columns)} THEN
            RETURN NULL;
        END IF;
        PERFORM library_shelve_{kind}(ARRAY[coalesce(NEW.id, OLD.id)]::bigint[]);
        RETURN NULL;
    END $$;
    CREATE TRIGGER library_watch AFTER INSERT OR UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION library_watch_{table}();"""


def _same(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS NOT DISTINCT FROM ROW({new})"


def watching_parts(table: str) -> str:
    """A subject that is being deleted has no document any more, and gets none by its parts."""
    shelved = "".join(
        f"""
        PERFORM library_shelve_{kind}(ARRAY(
            SELECT {LINKS[kind]} FROM library_document WHERE {LINKS[kind]} IN ({which})));"""
        for kind, which in PARTS[table].items()
    )
    triggers = "".join(
        f"""
    CREATE TRIGGER library_watch_{verb.lower()} AFTER {verb} ON {table} REFERENCING {rows} TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION library_watch_{table}();"""
        for verb, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    )
    return f"""
    CREATE FUNCTION library_watch_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN{shelved}
        RETURN NULL;
    END $$;{triggers}"""


def watching_names(table: str) -> str:
    column, which = NAMES[table]
    shelved = "".join(
        f"""
            PERFORM library_shelve_{kind}(ARRAY(
                SELECT {LINKS[kind]} FROM library_document WHERE kind = '{kind}' AND {condition}));"""
        for kind, condition in which.items()
    )
    return f"""
    CREATE FUNCTION library_watch_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT {_same((column,))} THEN{shelved}
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER library_watch AFTER UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION library_watch_{table}();"""


BEGIN = "\n".join(
    [
        SERVICES,
        *map(shelving, WORDS),
        *map(watching_a_subject, SUBJECTS),
        *map(watching_parts, PARTS),
        *map(watching_names, NAMES),
        OBSERVATIONS,
        SOURCES,
    ]
)
END = "\n".join(
    [
        *(f"DROP FUNCTION library_watch_{table}() CASCADE;" for table in (*SUBJECTS, *PARTS, *NAMES)),
        "DROP FUNCTION library_watch_reviews_observation() CASCADE;",
        "DROP FUNCTION library_watch_reviews_source() CASCADE;",
        *(f"DROP FUNCTION library_shelve_{kind}(bigint[]);" for kind in WORDS),
        "DROP FUNCTION library_services_of_review(bigint);",
    ]
)


class Migration(migrations.Migration):
    replaces = [
        ("library", "0002_shelves_kept_by_the_database"),
        ("library", "0003_what_was_there_before"),
        ("library", "0008_near_misses_and_what_went_well"),
        ("library", "0009_several_records_under_one_theme"),
    ]
    dependencies = [
        ("library", "0001_the_tables"),
        ("catalogue", "0001_the_tables"),
        ("plans", "0001_the_tables"),
        ("releases", "0001_the_tables"),
        ("incidents", "0001_the_tables"),
        ("reviews", "0001_the_tables"),
    ]
    operations = [
        migrations.RunSQL(BEGIN, END),
    ]
