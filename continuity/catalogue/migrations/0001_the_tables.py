"""Services, who vouches for them, and what they need."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("catalogue", "0001_initial"),
        ("catalogue", "0003_stale_forms_are_noticed"),
        ("catalogue", "0004_weekly_hours_have_days"),
        ("catalogue", "0005_how_many_use_a_service"),
        ("catalogue", "0006_which_vouches_still_hold"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="Dependency",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("stops", "Stops without it"),
                                    ("degrades", "Works in part without it"),
                                ],
                                max_length=20,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "dependencies",
                    },
                ),
                migrations.CreateModel(
                    name="Site",
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
                        ("name", models.CharField(max_length=120, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("acute", "Acute hospital"),
                                    ("community", "Community hospital"),
                                    ("outpatients", "Outpatient clinics"),
                                    ("practice", "General practice"),
                                ],
                                max_length=20,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Service",
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
                        ("name", models.CharField(max_length=120, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("system", "System"),
                                    ("activity", "Activity"),
                                    ("building", "Building service"),
                                    ("supplier", "Supplier"),
                                ],
                                default="system",
                                max_length=20,
                            ),
                        ),
                        ("description", models.TextField(verbose_name="what it is, in plain words")),
                        (
                            "tier",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "1: life at risk within the hour"),
                                    (2, "2: care delayed the same day"),
                                    (3, "3: tolerable for 1 to 2 days"),
                                    (4, "4: office work"),
                                ]
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                choices=[
                                    ("local", "Run by the trust"),
                                    ("national", "National service"),
                                    ("supplier", "Run by a supplier"),
                                ],
                                default="local",
                                max_length=20,
                            ),
                        ),
                        (
                            "ring",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200),
                                default=list,
                                size=None,
                                verbose_name="whom to ring, in order",
                            ),
                        ),
                        (
                            "hours",
                            models.CharField(
                                choices=[
                                    ("always", "All day, every day"),
                                    ("weekly", "Some days of the week"),
                                ],
                                default="always",
                                max_length=20,
                                verbose_name="opening hours",
                            ),
                        ),
                        (
                            "open_days",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("opens", models.TimeField(blank=True, null=True)),
                        ("closes", models.TimeField(blank=True, null=True)),
                        ("is_open_on_bank_holidays", models.BooleanField(default=True)),
                        (
                            "rto_min",
                            models.PositiveIntegerField(
                                verbose_name="recovery time objective (RTO), minutes"
                            ),
                        ),
                        (
                            "mtpd_min",
                            models.PositiveIntegerField(
                                verbose_name="maximum tolerable period of disruption (MTPD), minutes"
                            ),
                        ),
                        (
                            "freshness_min",
                            models.PositiveIntegerField(
                                default=720, verbose_name="how long 'working' stays true, minutes"
                            ),
                        ),
                        (
                            "allowance_min",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="planned downtime a year, minutes"
                            ),
                        ),
                        (
                            "needs",
                            models.ManyToManyField(
                                related_name="needed_by",
                                through="catalogue.Dependency",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.AddField(
                    model_name="dependency",
                    name="on",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dependants",
                        to="catalogue.service",
                    ),
                ),
                migrations.AddField(
                    model_name="dependency",
                    name="service",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dependencies",
                        to="catalogue.service",
                    ),
                ),
                migrations.CreateModel(
                    name="Area",
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
                        ("name", models.CharField(max_length=120, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("ward", "Ward"),
                                    ("clinic", "Clinic"),
                                    ("department", "Department"),
                                    ("practice", "General practice"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="desk extension or bleep"
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="shared mailbox"),
                        ),
                        (
                            "services",
                            models.ManyToManyField(blank=True, related_name="areas", to="catalogue.service"),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="areas",
                                to="catalogue.site",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Team",
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
                        ("name", models.CharField(max_length=120, unique=True)),
                        ("ring", models.CharField(max_length=200, verbose_name="whom to ring")),
                        ("hours", models.CharField(max_length=200, verbose_name="when they answer")),
                        (
                            "members",
                            models.ManyToManyField(
                                blank=True, related_name="teams", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.AddField(
                    model_name="service",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="catalogue.team",
                    ),
                ),
                migrations.CreateModel(
                    name="Usage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("hour", models.PositiveSmallIntegerField(verbose_name="hour of the week")),
                        ("people", models.PositiveIntegerField()),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="usage",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "usage",
                        "ordering": ["service", "hour"],
                    },
                ),
                migrations.CreateModel(
                    name="Vouch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("said_at", models.DateTimeField()),
                        ("holds_until", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="vouches",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "vouches",
                        "ordering": ["-said_at"],
                    },
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.UniqueConstraint(
                        fields=("service", "on"),
                        name="one_dependency_a_pair",
                        violation_error_message="That dependency is there already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("service", models.F("on")), _negated=True),
                        name="no_service_depends_on_itself",
                        violation_error_message="A service cannot depend on itself.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="service",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("rto_min__lt", models.F("mtpd_min"))),
                        name="rto_is_shorter_than_mtpd",
                        violation_error_message="The recovery time objective must be shorter than the maximum tolerable period.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="service",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("tier__range", (1, 4))), name="tier_is_1_to_4"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="service",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("hours", "always"),
                            models.Q(("closes__isnull", False), ("opens__isnull", False)),
                            _connector="OR",
                        ),
                        name="weekly_hours_have_times",
                        violation_error_message="Say when it opens and closes, or choose all day, every day.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="service",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("hours", "always"), ("open_days__len__gt", 0), _connector="OR"),
                        name="weekly_hours_have_days",
                        violation_error_message="Choose the days it is open, or choose all day, every day.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="usage",
                    constraint=models.UniqueConstraint(fields=("service", "hour"), name="one_number_an_hour"),
                ),
                migrations.AddConstraint(
                    model_name="usage",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("hour__lt", 168)), name="a_week_has_168_hours"
                    ),
                ),
                migrations.AddIndex(
                    model_name="vouch",
                    index=models.Index(fields=["service", "-said_at"], name="vouch_newest_first"),
                ),
                migrations.AddIndex(
                    model_name="vouch",
                    index=models.Index(fields=["holds_until"], name="vouch_holds"),
                ),
            ]
        )
    ]
