"""What a clinical safety officer hears until they choose: all planned work, and failures that may harm."""

from typing import Any

from django.db import migrations

HEARS = [
    ("planned_work", "portal", 4),
    ("incident", "portal", 4),
    ("incident", "email", 2),
    ("review", "portal", 4),
]


def begin(apps: Any, editor: Any) -> None:
    default = apps.get_model("notifications", "RoleDefault")
    for role in apps.get_model("accounts", "Role").objects.filter(code="safety"):
        for kind, channel, severity in HEARS:
            default.objects.get_or_create(
                role=role, kind=kind, channel=channel, defaults={"severity": severity}
            )


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0009_an_area_may_be_asked_later"),
        ("accounts", "0006_who_agrees_to_planned_work"),
    ]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
