"""What people said right after an incident is kept."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("incidents", "0015_failures_read_by_time"),
        ("reviews", "0004_figures_and_key_moments"),
    ]

    operations = [
        migrations.CreateModel(
            name="HotDebrief",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("went_well", models.TextField(blank=True)),
                ("went_badly", models.TextField(blank=True)),
                ("to_do_now", models.TextField(blank=True)),
                (
                    "who_was_there",
                    models.TextField(blank=True, verbose_name="who was there, as roles"),
                ),
                ("is_skipped", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hot_debrief",
                        to="incidents.incident",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_skipped", True),
                            models.Q(("to_do_now", ""), ("went_badly", ""), ("went_well", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_hot_debrief_says_something",
                        violation_error_message="Write what went well, what went badly or what to do now.",
                    )
                ],
            },
        ),
    ]
