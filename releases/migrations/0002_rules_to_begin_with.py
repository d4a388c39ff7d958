"""An outage stays inside its work window and records only grow; rules by tier and busy times to begin with.

Notice follows lead times that trusts publish: 5 working days for up to 4 hours, 10 for up to 12, 30 for longer,
more or less of it by tier.
"""

from datetime import time
from typing import Any

from django.db import migrations

from continuity.core.append_only import append_only

EVERY_DAY, WEEKDAYS = list(range(7)), list(range(5))
# Tier: working days of notice for up to 4 hours, up to 12 and longer; who approves; downtime a year in minutes.
POLICIES = {
    1: ((10, 15, 30), ["clinical_safety", "service_owner"], 12 * 60),
    2: ((5, 10, 30), ["clinical_safety"], 24 * 60),
    3: ((3, 5, 10), ["peer"], 48 * 60),
    4: ((1, 3, 5), [], 96 * 60),
}
BUSY = [
    *(("drug_round", time(hour), 60, EVERY_DAY) for hour in (8, 12, 18, 22)),
    *(("handover", time(hour, 30), 60, EVERY_DAY) for hour in (7, 19)),
    *(("site_meeting", time(hour), 30, WEEKDAYS) for hour in (8, 11, 15, 19)),
]

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
OUTSIDE = """
DROP TRIGGER an_outage_stays_inside_its_work_window ON releases_disruption;
DROP TRIGGER a_work_window_holds_its_outages ON releases_release;
DROP FUNCTION refuse_outage_outside_work();
"""


def begin(apps: Any, editor: Any) -> None:
    policy, busy = (apps.get_model("releases", name) for name in ("Policy", "BusyTime"))
    for tier, ((short, long, longest), approvers, allowance) in POLICIES.items():
        defaults = {
            "notice_short": short,
            "notice_long": long,
            "notice_longest": longest,
            "approvers": approvers,
            "allowance_min": allowance,
            "asks_checklist": tier in {1, 2},
            "asks_run_sheet": tier == 1,
        }
        policy.objects.get_or_create(tier=tier, defaults=defaults)
    for kind, starts, minutes, days in BUSY:
        busy.objects.get_or_create(kind=kind, starts=starts, defaults={"minutes": minutes, "days": days})


class Migration(migrations.Migration):
    replaces = [
        ("releases", "0002_an_outage_stays_inside_its_work_window"),
        ("releases", "0003_an_extension_is_a_fact"),
        ("releases", "0007_the_rules_a_trust_begins_with"),
    ]
    dependencies = [
        ("releases", "0001_the_tables"),
        ("core", "0002_the_ledger_only_grows_and_is_announced"),
    ]
    operations = [
        migrations.RunSQL(INSIDE, OUTSIDE),
        append_only("releases_update"),
        append_only("releases_extension"),
        append_only("releases_version"),
        append_only("releases_opinion"),
        append_only("releases_godecision"),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
