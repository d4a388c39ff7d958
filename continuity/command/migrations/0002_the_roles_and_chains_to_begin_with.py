"""The command roles an incident may have, in the national words and the staff's, and the chains to begin with."""

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

# Which permission a role asks for.
PERMISSIONS = {
    "strategic": "incident.command",
    "tactical": "incident.command",
    "clinical_safety": "incident.clear",
}

# cause, name, then role and minutes until the next is told (None: as long as the severity promises updates)
CHAINS = [
    (
        "promise",
        "Overdue updates",
        [("it_lead", None), ("tactical", None), ("strategic", None)],
    ),
    (
        "leaderless",
        "Incidents that nobody leads",
        [("it_lead", 5), ("tactical", 5), ("strategic", 10)],
    ),
    ("handover", "Handovers that nobody answers", [("tactical", 10), ("strategic", 10)]),
    ("severity", "Lower severities that nobody confirms", [("tactical", 30), ("strategic", 30)]),
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
    for code, permission in PERMISSIONS.items():
        role.objects.filter(code=code).update(permission=permission)


def begin_chains(apps: Any, editor: Any) -> None:
    roles = apps.get_model("command", "CommandRole").objects
    for cause, name, levels in CHAINS:
        chain, is_new = apps.get_model("command", "Chain").objects.get_or_create(
            cause=cause, defaults={"name": name}
        )
        if is_new:
            version = apps.get_model("command", "ChainVersion").objects.create(chain=chain, number=1)
            for order, (code, wait) in enumerate(levels, 1):
                apps.get_model("command", "ChainLevel").objects.create(
                    version=version, order=order, role=roles.get(code=code), wait_min=wait
                )


class Migration(migrations.Migration):
    replaces = [
        ("command", "0002_the_roles_of_command"),
        ("command", "0005_who_may_hold_a_role_and_who_is_told_next"),
    ]
    dependencies = [
        ("command", "0001_the_tables"),
    ]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(begin_chains, migrations.RunPython.noop),
    ]
