"""The intervals of the NHS core standards for emergency preparedness, as this trust begins with them."""

from typing import Any

from django.db import migrations

SOURCE = "NHS core standards for emergency preparedness, resilience and response"
# type, every so many months, source, whether a live incident counts when its review has lessons and actions
REQUIREMENTS = [
    ("communications", 6, SOURCE, True),
    ("tabletop", 12, SOURCE, True),
    ("live_play", 36, SOURCE, True),
    ("command_post", 36, f"{SOURCE} (check against the current edition)", True),
]


def begin(apps: Any, editor: Any) -> None:
    requirement = apps.get_model("exercises", "Requirement")
    for kind, months, source, counts in REQUIREMENTS:
        requirement.objects.get_or_create(
            type=kind,
            defaults={"interval_months": months, "source": source, "does_live_incident_count": counts},
        )


class Migration(migrations.Migration):
    replaces = [("exercises", "0002_how_often_to_practise")]
    dependencies = [("exercises", "0001_the_tables")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
