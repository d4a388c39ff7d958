"""Which permission each command role asks for, and the chains a trust begins with."""

from typing import Any

from django.db import migrations

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
    roles = apps.get_model("command", "CommandRole").objects
    for code, permission in PERMISSIONS.items():
        roles.filter(code=code).update(permission=permission)
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
    dependencies = [("command", "0004_chains_stand_ins_and_swaps")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
