"""Who keeps audiences and outside contacts, and who looks after the channels."""

from typing import Any

from django.db import migrations

MORE = {
    "manager": ["audience.edit"],
    "lead": ["audience.edit"],
    "administrator": ["audience.edit", "channel.manage"],
}


def give(apps: Any, editor: Any) -> None:
    for role in apps.get_model("accounts", "Role").objects.filter(code__in=MORE):
        role.permissions = [
            *role.permissions,
            *(new for new in MORE[role.code] if new not in role.permissions),
        ]
        role.save(update_fields=["permissions"])


def take(apps: Any, editor: Any) -> None:
    for role in apps.get_model("accounts", "Role").objects.filter(code__in=MORE):
        role.permissions = [old for old in role.permissions if old not in MORE[role.code]]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_permissions_to_tell_people")]
    operations = [migrations.RunPython(give, take)]
