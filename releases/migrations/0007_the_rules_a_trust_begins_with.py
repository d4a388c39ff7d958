"""Rules by tier and busy times to begin with, which the trust may change; versions, opinions and decisions only grow.

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
    dependencies = [("releases", "0006_how_people_agree_and_run_it")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        append_only("releases_version"),
        append_only("releases_opinion"),
        append_only("releases_godecision"),
    ]
