"""References of rows that come by the ten thousand: checked once a statement, where a foreign key asks once a row."""

from django.db import migrations

# As foreign keys do, the check locks what is referred to, so that nobody deletes it meanwhile. Rows just written have
# no statistics: without sequential scans the keys are always found by the index, however many they are.
CHECK = """
CREATE OR REPLACE FUNCTION refuse_dangling() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    keys bigint[];
    found bigint;
BEGIN
    EXECUTE format('SELECT array_agg(DISTINCT %1$I) FILTER (WHERE %1$I IS NOT NULL) FROM fresh', TG_ARGV[0]) INTO keys;
    EXECUTE format('SELECT FROM %I WHERE id = ANY ($1) FOR KEY SHARE', TG_ARGV[1]) USING keys;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found < cardinality(keys) THEN
        RAISE EXCEPTION '% of % names a row that % does not have', TG_ARGV[0], TG_TABLE_NAME, TG_ARGV[1]
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION refuse_other_reference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % never changes', TG_ARGV[0], TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE FUNCTION refuse_orphans() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_orphaned boolean;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I IS NOT NULL)', TG_ARGV[0], TG_ARGV[1]) INTO is_orphaned;
    ELSE
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1) AND NOT EXISTS (SELECT FROM %I WHERE id = $1)',
            TG_ARGV[0], TG_ARGV[1], TG_TABLE_NAME) INTO is_orphaned USING OLD.id;
    END IF;
    IF is_orphaned THEN
        RAISE EXCEPTION '% of % still names what goes from %', TG_ARGV[1], TG_ARGV[0], TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
"""


def checked_at_once(table: str, column: str, *, to: str) -> migrations.RunSQL:
    """Hold `table.column` to the ids of the table `to`, in place of a foreign key (`db_constraint=False`).

    New rows are checked at the end of their statement and keep what they refer to. A row that is referred to may
    go only when nothing refers to it at the commit.
    """
    name = f"{table}_{column}"
    return migrations.RunSQL(
        CHECK
        + f"""
        CREATE TRIGGER {name}_exists AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_dangling('{column}', '{to}');
        CREATE TRIGGER {name}_stays BEFORE UPDATE OF {column} ON {table}
            FOR EACH ROW WHEN (OLD.{column} IS DISTINCT FROM NEW.{column})
            EXECUTE FUNCTION refuse_other_reference('{column}');
        CREATE CONSTRAINT TRIGGER {name}_is_kept AFTER DELETE OR UPDATE OF id ON {to}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_orphans('{table}', '{column}');
        CREATE TRIGGER {name}_is_not_emptied AFTER TRUNCATE ON {to}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_orphans('{table}', '{column}');
        """,
        f"""
        DROP TRIGGER {name}_exists ON {table};
        DROP TRIGGER {name}_stays ON {table};
        DROP TRIGGER {name}_is_kept ON {to};
        DROP TRIGGER {name}_is_not_emptied ON {to};
        """,
    )
