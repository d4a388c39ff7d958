"""The clinical safety officer, and who sets the rules for planned work."""

from typing import Any

from django.db import migrations

SAFETY = ["incident.read", "review.read", "incident.declare", "action.work", "release.clear"]
MORE = {"lead": ["policy.set"], "administrator": ["policy.set", "release.clear"]}


def give(apps: Any, editor: Any) -> None:
    roles = apps.get_model("accounts", "Role").objects
    roles.get_or_create(code="safety", defaults={"name": "Clinical safety officer", "permissions": SAFETY})
    for role in roles.filter(code__in=MORE):
        role.permissions = [
            *role.permissions,
            *(new for new in MORE[role.code] if new not in role.permissions),
        ]
        role.save(update_fields=["permissions"])


def take(apps: Any, editor: Any) -> None:
    roles = apps.get_model("accounts", "Role").objects
    for role in roles.filter(code__in=MORE):
        role.permissions = [old for old in role.permissions if old not in MORE[role.code]]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_permissions_to_agree_and_set_rules")]
    operations = [migrations.RunPython(give, take)]
