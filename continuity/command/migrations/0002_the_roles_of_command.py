"""The command roles an incident may have, in both the national words and the staff's."""

from typing import Any

from django.db import migrations

# code, title, level, who usually holds it, reports to, needed at this severity and worse
ROLES = [
    ("strategic", "Strategic commander (Gold)", "strategic", "On-call executive director", None, 1),
    ("tactical", "Tactical commander (Silver)", "tactical", "On-call manager", "strategic", 2),
    (
        "operational",
        "Operational commander (Bronze)",
        "operational",
        "Clinical site manager",
        "tactical",
        None,
    ),
    ("it_lead", "Incident manager", "support", "Duty IT manager", "tactical", 4),
    ("deputy", "Deputy incident manager", "support", "Duty IT manager", "it_lead", None),
    (
        "clinical_safety",
        "Clinical safety officer",
        "support",
        "Clinical safety officer or deputy",
        "tactical",
        2,
    ),
    ("comms", "Communications lead", "support", "On-call communications manager", "tactical", 2),
    ("loggist", "Loggist", "support", "Trained loggist from the on-call list", "tactical", 2),
    ("supplier", "Supplier liaison", "support", "Service owner", "it_lead", None),
]


def begin(apps: Any, editor: Any) -> None:
    role = apps.get_model("command", "CommandRole")
    for order, (code, title, level, held_by, reports_to, needed) in enumerate(ROLES):
        role.objects.get_or_create(
            code=code,
            defaults={
                "title": title,
                "level": level,
                "held_by": held_by,
                "has_single_holder": code != "operational",
                "reports_to": role.objects.get(code=reports_to) if reports_to else None,
                "needed_from_severity": needed,
                "order": order,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("command", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
