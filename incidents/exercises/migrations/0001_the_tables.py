"""Exercises, and how often each kind is due."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("exercises", "0001_initial"),
    ]

    dependencies = [
        ("incidents", "0001_the_tables"),
        ("plans", "0001_the_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="Requirement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("communications", "Communications test"),
                                    ("tabletop", "Tabletop"),
                                    ("command_post", "Command post"),
                                    ("live_play", "Live play"),
                                    ("technical_restore", "Technical restore"),
                                    ("equipment_check", "Equipment check"),
                                ],
                                max_length=20,
                                unique=True,
                            ),
                        ),
                        ("interval_months", models.PositiveSmallIntegerField()),
                        ("source", models.CharField(max_length=200)),
                        ("does_live_incident_count", models.BooleanField(default=False)),
                    ],
                    options={
                        "ordering": ["type"],
                    },
                ),
                migrations.CreateModel(
                    name="Exercise",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ref", models.CharField(max_length=40, unique=True)),
                        ("title", models.CharField(max_length=120)),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("communications", "Communications test"),
                                    ("tabletop", "Tabletop"),
                                    ("command_post", "Command post"),
                                    ("live_play", "Live play"),
                                    ("technical_restore", "Technical restore"),
                                    ("equipment_check", "Equipment check"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("approved", "Approved"),
                                    ("running", "Running"),
                                    ("debrief", "Debrief"),
                                    ("reported", "Reported"),
                                    ("closed", "Closed"),
                                    ("postponed", "Postponed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="planned",
                                max_length=20,
                            ),
                        ),
                        ("theme", models.CharField(blank=True, max_length=200)),
                        ("held_on", models.DateField()),
                        (
                            "is_board_present",
                            models.BooleanField(default=False, verbose_name="a board member was present"),
                        ),
                        (
                            "injects",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=300),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("observed_rto_min", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "director",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="exercise",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "procedures",
                            models.ManyToManyField(
                                blank=True, related_name="exercises", to="plans.procedure"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-held_on"],
                    },
                ),
                migrations.CreateModel(
                    name="Objective",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(max_length=200)),
                        ("measure", models.CharField(max_length=200)),
                        (
                            "rating",
                            models.CharField(
                                blank=True,
                                choices=[("met", "Met"), ("partly", "Partly met"), ("not_met", "Not met")],
                                max_length=10,
                            ),
                        ),
                        (
                            "exercise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="objectives",
                                to="exercises.exercise",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
            ]
        )
    ]
