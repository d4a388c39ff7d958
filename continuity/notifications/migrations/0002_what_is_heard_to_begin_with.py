"""What each role hears until its holders choose, a row for each channel; what a delivery names is checked at once.

References of deliveries are checked once a statement: 40,000 rows at once asked 80,000 times.
"""

from typing import Any

from django.conf import settings
from django.db import migrations

from continuity.core.checked_at_once import checked_at_once

DELIVERY = "notifications_delivery"
# By role: kind of news, channel, incidents down to this severity.
HEARS = {
    "administrator": [
        ("planned_work", "portal", 4),
        ("incident", "portal", 4),
        ("watch", "portal", 4),
        ("watch", "email", 4),
    ],
    "commander": [
        ("planned_work", "portal", 4),
        ("incident", "portal", 4),
        ("incident", "email", 2),
        ("incident", "sms", 2),
    ],
    "lead": [
        ("planned_work", "portal", 4),
        ("incident", "portal", 4),
        ("review", "portal", 4),
        ("review", "email", 4),
    ],
    "manager": [
        ("planned_work", "portal", 4),
        ("planned_work", "email", 4),
        ("incident", "portal", 4),
        ("incident", "email", 3),
        ("watch", "portal", 4),
        ("watch", "email", 4),
    ],
    "reader": [("planned_work", "portal", 4), ("incident", "portal", 2)],
    "safety": [
        ("planned_work", "portal", 4),
        ("incident", "portal", 4),
        ("incident", "email", 2),
        ("review", "portal", 4),
    ],
}
CHANNELS = ["portal", "email", "sms", "teams", "webhook"]


def begin(apps: Any, editor: Any) -> None:
    roles = apps.get_model("accounts", "Role").objects
    default = apps.get_model("notifications", "RoleDefault")
    for code, heard in HEARS.items():
        for kind, channel, severity in heard:
            default.objects.get_or_create(
                role=roles.get(code=code), kind=kind, channel=channel, defaults={"severity": severity}
            )
    for channel in CHANNELS:
        apps.get_model("notifications", "ChannelHealth").objects.get_or_create(channel=channel)


class Migration(migrations.Migration):
    replaces = [
        ("notifications", "0004_what_each_role_hears"),
        ("notifications", "0010_what_the_safety_officer_hears"),
        ("notifications", "0011_references_of_deliveries_are_checked_at_once"),
    ]
    dependencies = [
        ("notifications", "0001_the_tables"),
        ("accounts", "0002_the_roles_to_begin_with"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        checked_at_once(DELIVERY, "message_id", to="notifications_message"),
        checked_at_once(DELIVERY, "person_id", to="accounts_user"),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
