"""Words for updates that a trust begins with, for the turns that most incidents take."""

from typing import Any

from django.db import migrations

# key, title, kind, stage, what happened, what it means, what to do now
WORDS = [
    (
        "no-news", "No news yet", "update", "investigating",
        "We are still finding out what is wrong with {service}.", "", "",
    ),
    (
        "cause-found", "The cause is found", "update", "identified",
        "We know what is wrong with {service}, and we are putting it right.", "", "",
    ),
    (
        "workaround", "There is a workaround", "workaround", "identified",
        "{service} is not back yet. There is a way to work without it.", "Work takes longer than usual.",
        "Follow the downtime procedure.",
    ),
    (
        "supplier-told", "The supplier is told", "update", "investigating",
        "The supplier knows that {service} does not work as it should, and is working on it.", "", "",
    ),
    (
        "worse", "It is worse than we thought", "update", "",
        "More is hit than we thought: {service}.", "", "",
    ),
    (
        "waiting", "Waiting for a part or a person", "update", "identified",
        "We know what is wrong with {service}. We are waiting for what we need to put it right.", "", "",
    ),
    (
        "part-back", "Part of it is back", "update", "identified",
        "Part of {service} is back.", "Some things still do not work.",
        "Use what works. Stay on paper for the rest.",
    ),
    (
        "being-watched", "Back and being watched", "restored", "monitoring",
        "{service} is back. We are watching it.", "It may be slow at first.", "",
    ),
    (
        "over", "It is over", "stand_down", "resolved",
        "{service} works as usual again.", "", "",
    ),
]  # fmt: skip
NAMES = ("title", "kind", "stage", "happened", "means", "do_now")


def begin(apps: Any, editor: Any) -> None:
    templates = apps.get_model("incidents", "UpdateTemplate").objects
    for order, (key, *words) in enumerate(WORDS, 1):
        templates.get_or_create(key=key, defaults={"order": order, **dict(zip(NAMES, words, strict=True))})


class Migration(migrations.Migration):
    dependencies = [("incidents", "0011_outside_bodies_may_need_no_word")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
