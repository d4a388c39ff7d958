"""What was written down is never changed; the severities and the words for updates that a trust begins with."""

from typing import Any

from django.db import migrations

from continuity.core.append_only import append_only

# severity, label, meaning, minutes to the next update, days to the review (national guideline, local scale)
SEVERITIES = [
    (1, "Critical", "Patients may come to harm now, or most of the hospital cannot work", 30, 14),
    (2, "High", "Care is delayed or a whole service is on paper", 60, 28),
    (3, "Medium", "Some staff are affected and there is a workaround", 240, 42),
    (4, "Low", "Little effect on care", 1440, None),
]

# key, title, kind, stage, what happened, what it means, what to do now
WORDS = [
    (
        "no-news", "No news yet", "update", "investigating",
        "We are still finding out what is wrong with {service}.", "", "",
    ),
    (
        "cause-found", "The cause is found", "update", "identified",
        "We know what is wrong with {service}, and we are putting it right.", "", "",
    ),
    (
        "workaround", "There is a workaround", "workaround", "identified",
        "{service} is not back yet. There is a way to work without it.", "Work takes longer than usual.",
        "Follow the downtime procedure.",
    ),
    (
        "supplier-told", "The supplier is told", "update", "investigating",
        "The supplier knows that {service} does not work as it should, and is working on it.", "", "",
    ),
    (
        "worse", "It is worse than we thought", "update", "",
        "More is hit than we thought: {service}.", "", "",
    ),
    (
        "waiting", "Waiting for a part or a person", "update", "identified",
        "We know what is wrong with {service}. We are waiting for what we need to put it right.", "", "",
    ),
    (
        "part-back", "Part of it is back", "update", "identified",
        "Part of {service} is back.", "Some things still do not work.",
        "Use what works. Stay on paper for the rest.",
    ),
    (
        "being-watched", "Back and being watched", "restored", "monitoring",
        "{service} is back. We are watching it.", "It may be slow at first.", "",
    ),
    (
        "over", "It is over", "stand_down", "resolved",
        "{service} works as usual again.", "", "",
    ),
]  # fmt: skip
NAMES = ("title", "kind", "stage", "happened", "means", "do_now")

# What was said at a handover is not changed once it was answered, by administrators neither.
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


def begin(apps: Any, editor: Any) -> None:
    rule = apps.get_model("incidents", "SeverityRule")
    for severity, label, meaning, minutes, days in SEVERITIES:
        rule.objects.get_or_create(
            severity=severity,
            defaults={
                "label": label,
                "meaning": meaning,
                "update_every_min": minutes,
                "review_within_days": days,
            },
        )


def begin_words(apps: Any, editor: Any) -> None:
    templates = apps.get_model("incidents", "UpdateTemplate").objects
    for order, (key, *words) in enumerate(WORDS, 1):
        templates.get_or_create(key=key, defaults={"order": order, **dict(zip(NAMES, words, strict=True))})


class Migration(migrations.Migration):
    replaces = [
        ("incidents", "0002_the_record_only_grows"),
        ("incidents", "0005_what_command_wrote_only_grows"),
        ("incidents", "0012_words_for_the_usual_turns"),
        ("incidents", "0013_an_answered_handover_is_a_record"),
    ]
    dependencies = [
        ("incidents", "0001_the_tables"),
        ("core", "0002_the_ledger_only_grows_and_is_announced"),
    ]
    operations = [
        append_only("incidents_update"),
        append_only("incidents_entry"),
        append_only("incidents_sitrep"),
        append_only("incidents_secondlook"),
        append_only("incidents_snooze"),
        append_only("incidents_escalationcall"),
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(begin_words, migrations.RunPython.noop),
    ]
