"""The ledger announces its lines and refuses to be changed; words may only be taken out, with a mark."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

from continuity.core.append_only import append_only

ANNOUNCE = """
CREATE FUNCTION announce_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('ledger', NEW.id || ' ' || NEW.verb || ' ' || NEW.subject_kind || ' ' || NEW.subject_id);
    RETURN NULL;
END $$;
CREATE TRIGGER core_line_is_announced AFTER INSERT ON core_line
    FOR EACH ROW EXECUTE FUNCTION announce_line();
"""

REDACT_ONLY = """
CREATE FUNCTION refuse_change_of_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL AND NEW.text = ''
       AND NEW.redacted_why <> '' AND NEW.redacted_by <> '' AND NEW.salt = OLD.salt AND NEW.id = OLD.id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the words of the ledger may only be taken out, with a reason and a mark'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER core_words_are_only_redacted BEFORE UPDATE OR DELETE ON core_words
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_words();
CREATE TRIGGER core_words_are_never_emptied BEFORE TRUNCATE ON core_words
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    replaces = [("core", "0002_the_ledger_only_grows")]
    dependencies = [("core", "0001_the_tables")]
    operations = [
        BtreeGistExtension(),
        append_only("core_line"),
        append_only("core_seal"),
        migrations.RunSQL(
            ANNOUNCE, "DROP TRIGGER core_line_is_announced ON core_line; DROP FUNCTION announce_line();"
        ),
        migrations.RunSQL(
            REDACT_ONLY,
            "DROP TRIGGER core_words_are_only_redacted ON core_words;"
            "DROP TRIGGER core_words_are_never_emptied ON core_words; DROP FUNCTION refuse_change_of_words();",
        ),
    ]
