"""What was said at a handover is not changed once it was answered, by administrators neither."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_answered_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'This handover was answered, so it is a record and is not changed.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER an_answered_handover_is_a_record BEFORE UPDATE OR DELETE ON incidents_handover
    FOR EACH ROW WHEN (OLD.state <> 'proposed') EXECUTE FUNCTION refuse_answered_handover();
"""
ALLOW = """
DROP TRIGGER an_answered_handover_is_a_record ON incidents_handover;
DROP FUNCTION refuse_answered_handover();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0012_words_for_the_usual_turns")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
