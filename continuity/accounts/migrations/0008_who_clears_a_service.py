"""Clinical safety agrees before the all-clear of a severe incident."""

from typing import Any

from django.db import migrations

MAY = "incident.clear"
ROLES = ["safety", "administrator"]


def give(apps: Any, editor: Any) -> None:
    for role in apps.get_model("accounts", "Role").objects.filter(code__in=ROLES):
        role.permissions = [*(old for old in role.permissions if old != MAY), MAY]
        role.save(update_fields=["permissions"])


def take(apps: Any, editor: Any) -> None:
    for role in apps.get_model("accounts", "Role").objects.filter(code__in=ROLES):
        role.permissions = [old for old in role.permissions if old != MAY]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_permission_to_clear_a_service")]
    operations = [migrations.RunPython(give, take)]
