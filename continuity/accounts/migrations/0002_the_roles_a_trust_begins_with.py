"""Five roles to begin with; the trust may change them afterwards."""

from typing import Any

from django.db import migrations

READER = ["incident.read", "review.read", "incident.declare", "action.work"]
MANAGER = [*READER, "service.vouch", "procedure.write", "release.write", "release.publish", "incident.run"]
COMMANDER = [*READER, "incident.run", "incident.command", "service.vouch"]
LEAD = [*READER, "incident.run", "review.write", "review.publish", "procedure.write", "procedure.approve"]
OTHERS = ["catalogue.edit", "people.manage", "mail.see", "import.run", "admin.site"]
ROLES = [
    ("reader", "Reader", READER),
    ("manager", "IT manager", MANAGER),
    ("commander", "Commander", COMMANDER),
    ("lead", "Continuity lead", LEAD),
    ("administrator", "Administrator", sorted({*MANAGER, *COMMANDER, *LEAD, *OTHERS})),
]


def begin(apps: Any, editor: Any) -> None:
    role = apps.get_model("accounts", "Role")
    for code, name, permissions in ROLES:
        role.objects.get_or_create(code=code, defaults={"name": name, "permissions": permissions})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
