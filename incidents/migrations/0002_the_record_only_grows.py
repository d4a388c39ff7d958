"""What staff read and what was written down is never changed; the four severities a trust begins with."""

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


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("core", "0002_the_ledger_only_grows")]
    operations = [
        append_only("incidents_update"),
        append_only("incidents_entry"),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
