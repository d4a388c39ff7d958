"""What each role hears until its holders choose, a row for each channel, and who has chosen already."""

from typing import Any

from django.db import migrations
from django.utils import timezone

# By role: kind of news, channel, incidents down to this severity.
HEARS = {
    "reader": [("planned_work", "portal", 4), ("incident", "portal", 2)],
    "manager": [
        ("planned_work", "portal", 4),
        ("planned_work", "email", 4),
        ("incident", "portal", 4),
        ("incident", "email", 3),
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
    "administrator": [
        ("planned_work", "portal", 4),
        ("incident", "portal", 4),
        ("watch", "portal", 4),
        ("watch", "email", 4),
    ],
}
CHANNELS = ["portal", "email", "sms", "teams", "webhook"]


def begin(apps: Any, editor: Any) -> None:
    default = apps.get_model("notifications", "RoleDefault")
    for role in apps.get_model("accounts", "Role").objects.filter(code__in=HEARS):
        for kind, channel, severity in HEARS[role.code]:
            default.objects.get_or_create(
                role=role, kind=kind, channel=channel, defaults={"severity": severity}
            )
    health = apps.get_model("notifications", "ChannelHealth")
    for channel in CHANNELS:
        health.objects.get_or_create(channel=channel)
    _have_chosen(apps)


def _have_chosen(apps: Any) -> None:
    """Whoever subscribed to something before keeps exactly that."""
    people = apps.get_model("notifications", "Subscription").objects.exclude(person=None)
    preference = apps.get_model("notifications", "Preference")
    for person in people.values_list("person", flat=True).distinct():
        # No instant of the portal's own: the choice was made before it was kept when.
        preference.objects.get_or_create(person_id=person, defaults={"chosen_at": timezone.now()})


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_audiences_wishes_and_confirmations"),
        ("accounts", "0004_who_tells_people"),
    ]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
