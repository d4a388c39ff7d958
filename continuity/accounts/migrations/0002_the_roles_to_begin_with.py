"""Six roles to begin with; the trust may change them afterwards."""

from typing import Any

from django.db import migrations

READER = ["incident.read", "review.read", "incident.declare", "action.work"]
WRITING = ["service.vouch", "procedure.write", "release.write", "release.publish", "incident.run"]
COMMANDING = ["incident.run", "incident.command", "service.vouch"]
REVIEWING = ["incident.run", "review.write", "review.publish", "procedure.write", "procedure.approve"]
OTHERS = ["catalogue.edit", "people.manage", "mail.see", "import.run", "admin.site"]
MORE = ["audience.edit", "channel.manage", "policy.set", "release.clear", "incident.clear"]
ROLES = [
    ("reader", "Reader", READER),
    ("manager", "IT manager", [*READER, *WRITING, "audience.edit"]),
    ("commander", "Commander", [*READER, *COMMANDING]),
    ("lead", "Continuity lead", [*READER, *REVIEWING, "audience.edit", "policy.set"]),
    (
        "administrator",
        "Administrator",
        [*sorted({*READER, *WRITING, *COMMANDING, *REVIEWING, *OTHERS}), *MORE],
    ),
    ("safety", "Clinical safety officer", [*READER, "release.clear", "incident.clear"]),
]


def begin(apps: Any, editor: Any) -> None:
    role = apps.get_model("accounts", "Role")
    for code, name, permissions in ROLES:
        role.objects.get_or_create(code=code, defaults={"name": name, "permissions": permissions})


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0002_the_roles_a_trust_begins_with"),
        ("accounts", "0004_who_tells_people"),
        ("accounts", "0006_who_agrees_to_planned_work"),
        ("accounts", "0008_who_clears_a_service"),
    ]
    dependencies = [
        ("accounts", "0001_the_tables"),
    ]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
