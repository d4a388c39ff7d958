"""Procedures, their versions and steps."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("plans", "0001_initial"),
        ("plans", "0002_stale_drafts_and_their_writers"),
    ]

    dependencies = [
        ("catalogue", "0001_the_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="Procedure",
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
                        ("key", models.SlugField(max_length=80, unique=True)),
                        ("title", models.CharField(max_length=160)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("downtime", "Downtime procedure"),
                                    ("recovery", "Recovery procedure"),
                                    ("playbook", "Playbook"),
                                    ("action_card", "Action card"),
                                    ("contact_card", "Contact card"),
                                ],
                                default="downtime",
                                max_length=20,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="procedures",
                                to="catalogue.team",
                            ),
                        ),
                        (
                            "services",
                            models.ManyToManyField(
                                blank=True, related_name="procedures", to="catalogue.service"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["title"],
                    },
                ),
                migrations.CreateModel(
                    name="Version",
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
                        ("number", models.PositiveIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("approved", "Approved"),
                                    ("published", "Published"),
                                    ("superseded", "Superseded"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=20,
                            ),
                        ),
                        ("author_role", models.CharField(blank=True, max_length=120)),
                        ("approver_role", models.CharField(blank=True, max_length=120)),
                        ("approved_at", models.DateTimeField(blank=True, null=True)),
                        ("effective_from", models.DateTimeField(blank=True, null=True)),
                        ("review_by", models.DateField(blank=True, null=True)),
                        ("what_changed", models.CharField(blank=True, max_length=300)),
                        ("content_hash", models.CharField(blank=True, max_length=64)),
                        (
                            "approver",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "procedure",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="plans.procedure",
                            ),
                        ),
                        (
                            "writers",
                            models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                    ],
                    options={
                        "ordering": ["procedure", "-number"],
                    },
                ),
                migrations.CreateModel(
                    name="Step",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField()),
                        ("section", models.CharField(blank=True, max_length=80)),
                        ("text", models.CharField(max_length=500)),
                        ("owner_role", models.CharField(blank=True, max_length=80)),
                        ("is_required", models.BooleanField(default=True)),
                        (
                            "evidence",
                            models.CharField(
                                choices=[
                                    ("none", "None"),
                                    ("text", "Text"),
                                    ("number", "Number"),
                                    ("time", "Time"),
                                    ("file", "File"),
                                    ("second_person", "A second person"),
                                ],
                                default="none",
                                max_length=20,
                            ),
                        ),
                        (
                            "due_after_min",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="due, minutes after the start"
                            ),
                        ),
                        (
                            "depends_on",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("is_reversible", models.BooleanField(default=True)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="plans.version",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["order"],
                    },
                ),
                migrations.AddConstraint(
                    model_name="version",
                    constraint=models.UniqueConstraint(
                        fields=("procedure", "number"), name="version_numbers_are_unique"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="version",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("procedure",),
                        name="one_published_version_a_procedure",
                        violation_error_message="Another version of this procedure is published already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="version",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("author__isnull", True),
                            ("approver__isnull", True),
                            models.Q(("author", models.F("approver")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_approves_their_own_version",
                        violation_error_message="Somebody other than the author must approve a procedure.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="version",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("review_by__isnull", False),
                            _connector="OR",
                        ),
                        name="a_published_version_has_a_review_date",
                        violation_error_message="Say by when the procedure must be reviewed.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="step",
                    constraint=models.UniqueConstraint(
                        fields=("version", "order"), name="step_numbers_are_unique"
                    ),
                ),
            ]
        )
    ]
