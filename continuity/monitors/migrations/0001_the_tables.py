"""What the portal watches, and what it found."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("monitors", "0001_initial"),
        ("monitors", "0002_stale_forms_are_noticed"),
        ("monitors", "0003_a_job_proves_an_action"),
    ]

    dependencies = [
        ("catalogue", "0001_the_tables"),
        ("releases", "0001_the_tables"),
        ("reviews", "0001_the_tables"),
    ]

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="Heartbeat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1,
                                editable=False,
                                verbose_name="counts changes, so that a stale form is noticed",
                            ),
                        ),
                        ("key", models.SlugField(unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("secret", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "timeout_s",
                            models.PositiveIntegerField(
                                default=86400, verbose_name="expected every, seconds"
                            ),
                        ),
                        ("grace_s", models.PositiveIntegerField(default=3600, verbose_name="grace, seconds")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "Never heard of"),
                                    ("up", "Up"),
                                    ("down", "Down"),
                                    ("paused", "Paused"),
                                ],
                                default="new",
                                max_length=10,
                            ),
                        ),
                        ("last_ping_at", models.DateTimeField(blank=True, null=True)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "number_name",
                            models.CharField(
                                blank=True,
                                max_length=40,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[a-z][a-z_]*\\Z",
                                        "Write one word in small letters, for example slots",
                                    )
                                ],
                                verbose_name="what the number it sends counts",
                            ),
                        ),
                        (
                            "number_least",
                            models.IntegerField(blank=True, null=True, verbose_name="fewest that is well"),
                        ),
                        ("last_number", models.IntegerField(blank=True, null=True)),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="heartbeats",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Flip",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "old",
                            models.CharField(
                                choices=[
                                    ("new", "Never heard of"),
                                    ("up", "Up"),
                                    ("down", "Down"),
                                    ("paused", "Paused"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "new",
                            models.CharField(
                                choices=[
                                    ("new", "Never heard of"),
                                    ("up", "Up"),
                                    ("down", "Down"),
                                    ("paused", "Paused"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(verbose_name="when it happened, not when it was noticed"),
                        ),
                        ("why", models.CharField(blank=True, max_length=200)),
                        (
                            "heartbeat",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="flips",
                                to="monitors.heartbeat",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Evidence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("text", models.CharField(max_length=200)),
                        ("is_good", models.BooleanField()),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="evidences",
                                to="releases.release",
                            ),
                        ),
                        (
                            "heartbeat",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="evidences",
                                to="monitors.heartbeat",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "evidence",
                        "ordering": ["at"],
                    },
                ),
                migrations.CreateModel(
                    name="Proof",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "action",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="reviews.action",
                            ),
                        ),
                        (
                            "heartbeat",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="proofs",
                                to="monitors.heartbeat",
                            ),
                        ),
                    ],
                ),
                migrations.AddIndex(
                    model_name="heartbeat",
                    index=models.Index(
                        condition=models.Q(("state", "up")), fields=["due_at"], name="heartbeat_due"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="heartbeat",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("grace_s__range", (60, 31536000)), ("timeout_s__range", (60, 31536000))
                        ),
                        name="timeout_and_grace_are_60_seconds_to_365_days",
                        violation_error_message="A job may be expected every minute to every 365 days, and be as late.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="heartbeat",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("number_least__isnull", True),
                            models.Q(("number_name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_fewest_number_counts_something",
                        violation_error_message="Say what the number counts, for example slots.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="evidence",
                    constraint=models.UniqueConstraint(
                        fields=("release", "heartbeat", "at"), name="evidence_is_kept_once"
                    ),
                ),
            ]
        )
    ]
