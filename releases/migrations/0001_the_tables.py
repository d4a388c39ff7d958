"""Planned work and the rules that it keeps."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("releases", "0001_initial"),
        ("releases", "0004_what_happened_is_in_order"),
        ("releases", "0005_who_is_told_besides"),
        ("releases", "0006_how_people_agree_and_run_it"),
        ("releases", "0008_the_calendar_reads_by_time"),
        ("releases", "0009_notice_counts_from_its_present_start"),
        ("releases", "0010_who_postponed_it"),
        ("releases", "0011_a_freeze_has_both_its_ends"),
        ("releases", "0012_outages_read_by_time"),
        ("releases", "0013_what_ended_lately_is_found_by_time"),
        ("releases", "0014_what_was_late_is_found"),
    ]

    dependencies = [
        ("core", "0002_the_ledger_only_grows_and_is_announced"),
        ("catalogue", "0001_the_tables"),
        ("notifications", "0001_the_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="BusyTime",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("drug_round", "Drug round"),
                                    ("handover", "Handover"),
                                    ("site_meeting", "Site meeting"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("starts", models.TimeField()),
                        ("minutes", models.PositiveSmallIntegerField()),
                        (
                            "days",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(), default=list, size=None
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["starts", "kind"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "starts"),
                                name="one_busy_time_a_start",
                                violation_error_message="That busy time is there already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("minutes__range", (5, 720))),
                                name="a_busy_time_is_5_minutes_to_12_hours",
                                violation_error_message="A busy time lasts 5 minutes to 12 hours.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("days__len__gt", 0)),
                                name="a_busy_time_has_days",
                                violation_error_message="Choose the days on which it is busy.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Freeze",
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
                        ("ref", models.CharField(max_length=40, unique=True)),
                        ("title", models.CharField(max_length=160)),
                        ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                        ("reason", models.TextField(blank=True)),
                    ],
                    options={
                        "ordering": ["-span"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("span__isempty", False)),
                                name="a_freeze_is_not_empty",
                                violation_error_message="The freeze must end later than it starts.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("span__endswith__isnull", False), ("span__startswith__isnull", False)
                                ),
                                name="a_freeze_has_both_its_ends",
                                violation_error_message="Say when the freeze starts and when it ends.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Policy",
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
                        (
                            "tier",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "1: life at risk within the hour"),
                                    (2, "2: care delayed the same day"),
                                    (3, "3: tolerable for 1 to 2 days"),
                                    (4, "4: office work"),
                                ],
                                unique=True,
                            ),
                        ),
                        (
                            "notice_short",
                            models.PositiveSmallIntegerField(
                                verbose_name="working days of notice for up to 4 hours"
                            ),
                        ),
                        (
                            "notice_long",
                            models.PositiveSmallIntegerField(
                                verbose_name="working days of notice for up to 12 hours"
                            ),
                        ),
                        (
                            "notice_longest",
                            models.PositiveSmallIntegerField(
                                verbose_name="working days of notice for longer work"
                            ),
                        ),
                        (
                            "approvers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("peer", "Another IT manager"),
                                        ("clinical_safety", "Clinical safety officer"),
                                        ("service_owner", "Service owner"),
                                    ],
                                    max_length=20,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "blocks",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("notice", "Enough notice is given"),
                                        ("approval", "Everybody asked has approved"),
                                        ("procedure", "A downtime procedure is in date"),
                                        ("freeze", "No change freeze is touched"),
                                    ],
                                    max_length=20,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "asks_checklist",
                            models.BooleanField(
                                default=False, verbose_name="offers the readiness checklist by itself"
                            ),
                        ),
                        (
                            "asks_run_sheet",
                            models.BooleanField(default=False, verbose_name="offers the run sheet by itself"),
                        ),
                        (
                            "allowance_min",
                            models.PositiveIntegerField(
                                verbose_name="planned downtime of a service a year, minutes"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "policies",
                        "ordering": ["tier"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("notice_short__lte", models.F("notice_long")),
                                    ("notice_long__lte", models.F("notice_longest")),
                                ),
                                name="longer_work_is_told_no_later",
                                violation_error_message="Longer work needs at least as much notice as shorter work.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("allowance_min__gt", 0)),
                                name="an_allowance_is_not_nothing",
                                violation_error_message="Planned downtime a year must be at least 1 minute.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Release",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ref", models.CharField(max_length=40, unique=True)),
                        ("title", models.CharField(max_length=160)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("release", "Release"),
                                    ("maintenance", "Maintenance"),
                                    ("patching", "Security updates"),
                                    ("emergency_change", "Emergency change"),
                                    ("supplier_work", "Work by a supplier"),
                                    ("resilience_test", "Resilience test"),
                                ],
                                default="release",
                                max_length=20,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("local", "The trust"),
                                    ("national", "A national service"),
                                    ("supplier", "A supplier"),
                                ],
                                default="local",
                                max_length=20,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("published", "Planned"),
                                    ("in_progress", "In progress"),
                                    ("checking", "Back and being checked"),
                                    ("completed", "Completed"),
                                    ("rolled_back", "Rolled back"),
                                    ("cancelled", "Cancelled"),
                                    ("postponed", "Postponed"),
                                ],
                                default="draft",
                                max_length=20,
                            ),
                        ),
                        ("summary", models.TextField(blank=True, verbose_name="what it means for staff")),
                        ("reason", models.TextField(blank=True, verbose_name="why it is done")),
                        (
                            "work",
                            django.contrib.postgres.fields.ranges.DateTimeRangeField(
                                verbose_name="work window"
                            ),
                        ),
                        ("contact", models.CharField(max_length=300)),
                        ("local_note", models.TextField(blank=True, verbose_name="what carries on locally")),
                        ("owner_role", models.CharField(blank=True, max_length=120)),
                        (
                            "is_held",
                            models.BooleanField(default=False, verbose_name="does not start by the clock"),
                        ),
                        (
                            "why_soon",
                            models.TextField(
                                blank=True, verbose_name="why it cannot wait for the usual notice"
                            ),
                        ),
                        ("rollback_plan", models.TextField(blank=True, verbose_name="how it is undone")),
                        (
                            "rollback_by",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="last moment to begin undoing it"
                            ),
                        ),
                        (
                            "may_monitor_end",
                            models.BooleanField(
                                default=False, verbose_name="a watched job may say that the service is back"
                            ),
                        ),
                        (
                            "series_start",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="the start by its series' rule"
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "start_told_at",
                            models.DateTimeField(
                                blank=True,
                                null=True,
                                verbose_name="when staff were told of its present start",
                            ),
                        ),
                        ("started_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "back_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="service back, being checked"
                            ),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("postponed_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "outcome",
                            models.TextField(blank=True, verbose_name="how it ended, in words for staff"),
                        ),
                        ("evidence", models.TextField(blank=True, verbose_name="what the watched jobs did")),
                        ("lesson", models.TextField(blank=True, verbose_name="what was learned")),
                        ("follow_ups", models.TextField(blank=True, verbose_name="what is still to do")),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1, verbose_name="counts changes, so that a stale form is noticed"
                            ),
                        ),
                        (
                            "audiences",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="notifications.audiencelist"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="releases",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "postponed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who chose that start",
                            ),
                        ),
                        (
                            "replaces",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="releases.release",
                            ),
                        ),
                        (
                            "services",
                            models.ManyToManyField(
                                blank=True, related_name="releases", to="catalogue.service"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-work", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Instruction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "phase",
                            models.CharField(
                                choices=[("before", "Before"), ("during", "During"), ("after", "After")],
                                max_length=10,
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField()),
                        ("role", models.CharField(blank=True, max_length=80)),
                        ("text", models.CharField(max_length=300)),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="instructions",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["release", "order"],
                    },
                ),
                migrations.CreateModel(
                    name="Series",
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
                        ("title", models.CharField(max_length=160)),
                        ("rule", models.CharField(max_length=200)),
                        ("first", models.DateField(verbose_name="day of the first occurrence")),
                        ("wall", models.TimeField(verbose_name="local time at which the work starts")),
                        ("content", models.JSONField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "series",
                        "ordering": ["title", "id"],
                    },
                ),
                migrations.AddField(
                    model_name="release",
                    name="series",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="releases.series",
                    ),
                ),
                migrations.CreateModel(
                    name="SeriesException",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("start", models.DateTimeField(verbose_name="the start by the rule")),
                        ("reason", models.CharField(max_length=300)),
                        (
                            "series",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="exceptions",
                                to="releases.series",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["start"],
                    },
                ),
                migrations.CreateModel(
                    name="Update",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("stage", models.CharField(max_length=40)),
                        ("text", models.TextField()),
                        ("author_role", models.CharField(blank=True, max_length=120)),
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
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="updates",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
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
                            "number",
                            models.PositiveIntegerField(
                                verbose_name="the release's count of changes by then"
                            ),
                        ),
                        ("content", models.JSONField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number"],
                    },
                ),
                migrations.CreateModel(
                    name="Opinion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("comment", "Comment"),
                                    ("approved", "Approved"),
                                    ("sent_back", "Sent back"),
                                ],
                                default="comment",
                                max_length=10,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(verbose_name="the version that was read")),
                        (
                            "role",
                            models.CharField(blank=True, max_length=160, verbose_name="as whom they spoke"),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="opinions",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("verdict", "approved"),
                                    models.Q(("text", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="an_opinion_has_words",
                                violation_error_message="Write what you think.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GoDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(choices=[("go", "Go"), ("no_go", "No go")], max_length=10),
                        ),
                        ("reason", models.TextField(blank=True)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("verdict", "go"),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="no_go_has_a_reason",
                                violation_error_message="Say why the work does not go ahead.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Extension",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("was", models.DateTimeField(verbose_name="planned end before")),
                        ("to", models.DateTimeField(verbose_name="planned end from then on")),
                        ("reason", models.TextField()),
                        ("at", models.DateTimeField()),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="extensions",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("to__gt", models.F("was"))),
                                name="an_extension_ends_later",
                                violation_error_message="The new end must be later than the planned one.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Disruption",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "effect",
                            models.CharField(
                                choices=[
                                    ("at_risk", "At risk"),
                                    ("degraded", "Degraded (slow or partly working)"),
                                    ("read_only", "Read only (can be viewed, not changed)"),
                                    ("down", "Down (cannot be used)"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "span",
                            django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="planned"),
                        ),
                        (
                            "actual",
                            django.contrib.postgres.fields.ranges.DateTimeRangeField(
                                blank=True,
                                null=True,
                                verbose_name="what happened; without an end while it lasts",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disruptions",
                                to="catalogue.service",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="disruptions",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["span", "-effect", "service"],
                        "indexes": [
                            django.contrib.postgres.indexes.GistIndex(
                                fields=["actual"], name="disruption_as_it_was"
                            ),
                            models.Index(
                                models.ExpressionWrapper(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("actual__endswith"), "-", models.F("span__endswith")
                                    ),
                                    models.DurationField(),
                                ),
                                name="disruption_late_by",
                            ),
                        ],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("release", "="), ("service", "="), ("span", "&&")],
                                name="disruptions_of_one_service_do_not_overlap",
                                violation_error_message="Two outages of one service overlap. Change one of them or join them.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("span__endswith__isnull", False),
                                    ("span__isempty", False),
                                    ("span__startswith__isnull", False),
                                ),
                                name="a_disruption_is_not_empty",
                                violation_error_message="The outage must end later than it starts.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("actual__isnull", True),
                                    models.Q(
                                        ("actual__isempty", False), ("actual__startswith__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="what_happened_has_a_beginning",
                                violation_error_message="The outage must have ended later than it started.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Check",
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
                                    ("procedure", "Downtime procedure"),
                                    ("fallback", "Fallback"),
                                    ("areas", "Areas have confirmed"),
                                    ("rollback", "Rollback plan and its deadline"),
                                    ("people", "People on duty"),
                                    ("other", "Something else"),
                                ],
                                default="other",
                                max_length=12,
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField()),
                        ("text", models.CharField(max_length=200)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="checks",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["release", "order"],
                        "constraints": [
                            models.UniqueConstraint(fields=("release", "order"), name="checks_have_an_order"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at", None), ("done_by", None)),
                                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_check_is_ticked_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
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
                                blank=True,
                                choices=[
                                    ("peer", "Another IT manager"),
                                    ("clinical_safety", "Clinical safety officer"),
                                    ("service_owner", "Service owner"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("role", models.CharField(max_length=160)),
                        ("asked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "version",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="the version that was approved"
                            ),
                        ),
                        ("at", models.DateTimeField(blank=True, null=True)),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalogue.team",
                                verbose_name="whose service it is",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="approvals",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("release", "role"), name="one_approval_a_role"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", ""),
                                    models.Q(("at", None), ("person", None), ("version", None)),
                                    models.Q(
                                        ("at__isnull", False),
                                        ("person__isnull", False),
                                        ("version__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_approval_is_given_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RunStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField()),
                        ("text", models.CharField(max_length=300)),
                        ("who", models.CharField(blank=True, max_length=120, verbose_name="owner")),
                        ("starts_at", models.DateTimeField(verbose_name="planned start")),
                        ("minutes", models.PositiveSmallIntegerField(verbose_name="planned length, minutes")),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("is_skipped", models.BooleanField(default=False)),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="run_steps",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["release", "order"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "order"), name="run_steps_have_an_order"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("minutes__gt", 0)),
                                name="a_run_step_takes_time",
                                violation_error_message="A step takes at least 1 minute.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at", None), ("done_by", None)),
                                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_run_step_is_ticked_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_skipped", False),
                                    models.Q(
                                        ("done_at__isnull", False), models.Q(("note", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="a_skipped_run_step_has_a_reason",
                                violation_error_message="Say why the step is skipped.",
                            ),
                        ],
                    },
                ),
                migrations.AddIndex(
                    model_name="release",
                    index=models.Index(
                        condition=models.Q(
                            ("state__in", ["completed", "cancelled", "rolled_back"]), _negated=True
                        ),
                        fields=["state"],
                        name="release_open",
                    ),
                ),
                migrations.AddIndex(
                    model_name="release",
                    index=django.contrib.postgres.indexes.GistIndex(fields=["work"], name="release_by_time"),
                ),
                migrations.AddIndex(
                    model_name="release",
                    index=models.Index(fields=["-work", "-id"], name="release_newest_first"),
                ),
                migrations.AddIndex(
                    model_name="release",
                    index=models.Index(fields=["ended_at"], name="release_ended"),
                ),
                migrations.AddIndex(
                    model_name="release",
                    index=models.Index(
                        models.ExpressionWrapper(
                            django.db.models.expressions.CombinedExpression(
                                models.F("ended_at"), "-", models.F("work__endswith")
                            ),
                            models.DurationField(),
                        ),
                        name="release_late_by",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="release",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("work__endswith__isnull", False),
                            ("work__isempty", False),
                            ("work__startswith__isnull", False),
                        ),
                        name="work_window_is_not_empty",
                        violation_error_message="The work must end later than it starts.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="release",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "completed"), _negated=True),
                            models.Q(("outcome", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_completed_release_has_an_outcome",
                        violation_error_message="Say how it ended, in words for staff.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="release",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("back_at__isnull", True),
                                ("ended_at__isnull", True),
                                ("back_at__lte", models.F("ended_at")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("started_at__isnull", True),
                                ("ended_at__isnull", True),
                                ("started_at__lte", models.F("ended_at")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("started_at__isnull", True),
                                ("back_at__isnull", True),
                                ("started_at__lte", models.F("back_at")),
                                _connector="OR",
                            ),
                        ),
                        name="release_times_are_in_order",
                        violation_error_message="The work must start, be back and end in that order.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="release",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("rollback_by", None),
                            ("work__contains", models.F("rollback_by")),
                            _connector="OR",
                        ),
                        name="rollback_begins_inside_the_work",
                        violation_error_message="The last moment to begin the rollback must lie inside the work window.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="release",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("series", None), ("series_start", None)),
                            models.Q(("series__isnull", False), ("series_start__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_occurrence_knows_its_place",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="release",
                    constraint=models.UniqueConstraint(
                        fields=("series", "series_start"), name="one_release_an_occurrence"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="seriesexception",
                    constraint=models.UniqueConstraint(
                        fields=("series", "start"), name="one_exception_a_start"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="seriesexception",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="an_exception_has_a_reason",
                        violation_error_message="Say why this occurrence is left out.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="version",
                    constraint=models.UniqueConstraint(
                        fields=("release", "number"), name="one_version_a_change"
                    ),
                ),
            ]
        )
    ]
