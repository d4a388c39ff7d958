"""Incidents and everything that command writes down of them."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("incidents", "0001_initial"),
        ("incidents", "0003_how_often_one_address_reports"),
        ("incidents", "0004_incidents_under_command"),
        ("incidents", "0006_a_key_belongs_to_a_form"),
        ("incidents", "0007_a_tick_is_whole"),
        ("incidents", "0008_an_alarm_may_pass_somebody_over"),
        ("incidents", "0009_why_no_procedure_was_used"),
        ("incidents", "0010_the_timeline_is_read_by_key"),
        ("incidents", "0011_outside_bodies_may_need_no_word"),
        ("incidents", "0014_incidents_read_by_time"),
        ("incidents", "0015_failures_read_by_time"),
        ("incidents", "0016_what_is_looked_back_at_is_found"),
    ]

    dependencies = [
        ("catalogue", "0001_the_tables"),
        ("command", "0001_the_tables"),
        ("plans", "0001_the_tables"),
        ("releases", "0001_the_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="SeverityRule",
                    fields=[
                        ("severity", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                        ("label", models.CharField(max_length=40)),
                        ("meaning", models.CharField(max_length=200)),
                        (
                            "update_every_min",
                            models.PositiveIntegerField(verbose_name="promise of the next update, minutes"),
                        ),
                        ("review_within_days", models.PositiveIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "ordering": ["severity"],
                    },
                ),
                migrations.CreateModel(
                    name="UpdateTemplate",
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
                        ("title", models.CharField(max_length=80, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("initial", "First news"),
                                    ("update", "Update"),
                                    ("severity", "Severity changed"),
                                    ("workaround", "Workaround"),
                                    ("restored", "Service is back"),
                                    ("stand_down", "Stood down"),
                                    ("correction", "Correction"),
                                ],
                                default="update",
                                max_length=20,
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("investigating", "Finding out"),
                                    ("identified", "Cause known"),
                                    ("monitoring", "Back and being watched"),
                                    ("resolved", "Over"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("happened", models.TextField(verbose_name="what happened")),
                        ("means", models.TextField(blank=True, verbose_name="what it means for you")),
                        ("do_now", models.TextField(blank=True, verbose_name="what to do now")),
                        ("order", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ["order", "title"],
                    },
                ),
                migrations.CreateModel(
                    name="Escalation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("promise", "A promised update is overdue"),
                                    ("leaderless", "Nobody leads a severity 1 or 2 incident"),
                                    ("handover", "A handover was not answered"),
                                    ("severity", "A lower severity was not confirmed"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "Being escalated"),
                                    ("paused", "Paused"),
                                    ("taken", "Somebody took it"),
                                    ("exhausted", "Nobody answered"),
                                    ("ended", "Over"),
                                ],
                                default="running",
                                max_length=20,
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="the level told last; 0: none yet"
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=1)),
                        (
                            "next_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="when it goes on by itself"
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("paused_why", models.CharField(blank=True, max_length=200)),
                        ("taken_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "taken_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="command.chainversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["started_at"],
                    },
                ),
                migrations.CreateModel(
                    name="EscalationCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("level", models.PositiveSmallIntegerField()),
                        ("round", models.PositiveSmallIntegerField()),
                        (
                            "role",
                            models.CharField(max_length=120, verbose_name="the role or post of the level"),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("told", "Told"),
                                    ("nobody", "Nobody on call"),
                                    ("no_contact", "No working contact"),
                                    ("off_hours", "Not in working hours"),
                                    ("outside", "May not be told of it"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calls",
                                to="incidents.escalation",
                            ),
                        ),
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
                    ],
                    options={
                        "ordering": ["at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ref", models.CharField(max_length=40, unique=True)),
                        ("title", models.CharField(max_length=120)),
                        ("summary", models.TextField(blank=True)),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("it_incident", "IT incident"),
                                    ("business_continuity", "Business continuity incident"),
                                    ("critical", "Critical incident"),
                                ],
                                default="it_incident",
                                max_length=30,
                            ),
                        ),
                        (
                            "impact",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="1 (most) to 5; empty: not known yet"
                            ),
                        ),
                        (
                            "urgency",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="1 (most) to 5; empty: not known yet"
                            ),
                        ),
                        ("severity", models.PositiveSmallIntegerField()),
                        (
                            "severity_reason",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="why it was set by hand"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("declared", "Declared"),
                                    ("responding", "Responding"),
                                    ("mitigated", "Workaround in place"),
                                    ("restored", "Service is back"),
                                    ("recovering", "Catching up"),
                                    ("stood_down", "Stood down"),
                                    ("closed", "Closed"),
                                    ("duplicate", "Duplicate"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="declared",
                                max_length=20,
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("is_start_estimated", models.BooleanField(default=False)),
                        ("detected_at", models.DateTimeField()),
                        (
                            "detected_by",
                            models.CharField(
                                choices=[
                                    ("staff", "Staff reported it"),
                                    ("monitoring", "Monitoring"),
                                    ("supplier", "A supplier"),
                                    ("national", "A national service"),
                                ],
                                default="staff",
                                max_length=20,
                            ),
                        ),
                        ("declared_at", models.DateTimeField()),
                        ("mitigated_at", models.DateTimeField(blank=True, null=True)),
                        ("restored_at", models.DateTimeField(blank=True, null=True)),
                        ("stood_down_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("next_update_due_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "instruction",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("use", "Use it"),
                                    ("use_and_report", "Use it, report problems"),
                                    ("stay_on_paper", "Back, but stay on paper until your area is told"),
                                ],
                                max_length=20,
                                verbose_name="the one instruction when it ends",
                            ),
                        ),
                        ("contact", models.CharField(blank=True, max_length=300)),
                        (
                            "patient_safety",
                            models.CharField(
                                choices=[
                                    ("not_assessed", "Not assessed"),
                                    ("none", "None"),
                                    ("possible", "Possible"),
                                    ("confirmed", "Confirmed"),
                                ],
                                default="not_assessed",
                                max_length=20,
                            ),
                        ),
                        ("patient_safety_ref", models.CharField(blank=True, max_length=60)),
                        (
                            "data_security",
                            models.CharField(
                                choices=[
                                    ("not_assessed", "Not assessed"),
                                    ("none", "None"),
                                    ("possible", "Possible"),
                                    ("confirmed", "Confirmed"),
                                ],
                                default="not_assessed",
                                max_length=20,
                            ),
                        ),
                        ("data_security_ref", models.CharField(blank=True, max_length=60)),
                        ("data_aware_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "safety_informed_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="clinical safety officer informed"
                            ),
                        ),
                        ("national_reference", models.CharField(blank=True, max_length=120)),
                        ("needs_review", models.BooleanField(default=False)),
                        ("is_restricted", models.BooleanField(default=False)),
                        ("restricted_why", models.CharField(blank=True, max_length=200)),
                        ("is_exercise", models.BooleanField(default=False)),
                        ("is_near_miss", models.BooleanField(default=False)),
                        (
                            "declared_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "duplicate_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="duplicates",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-declared_at"],
                    },
                ),
                migrations.CreateModel(
                    name="Impact",
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
                        ("since", models.DateTimeField()),
                        ("until", models.DateTimeField(blank=True, null=True)),
                        (
                            "no_run_why",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why no downtime procedure was used"
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="impacts",
                                to="catalogue.service",
                            ),
                        ),
                        ("sites", models.ManyToManyField(blank=True, related_name="+", to="catalogue.site")),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="impacts",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["since", "service"],
                    },
                ),
                migrations.CreateModel(
                    name="Follow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since", models.DateTimeField()),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="followers",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="escalation",
                    name="incident",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="incidents.incident",
                    ),
                ),
                migrations.CreateModel(
                    name="AreaStandDown",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "instruction",
                            models.CharField(
                                choices=[
                                    ("use", "Use it"),
                                    ("use_and_report", "Use it, report problems"),
                                    ("stay_on_paper", "Back, but stay on paper until your area is told"),
                                ],
                                default="stay_on_paper",
                                max_length=20,
                            ),
                        ),
                        ("stood_down_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stand_downs",
                                to="catalogue.area",
                            ),
                        ),
                        (
                            "stood_down_by",
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
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="areas",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["area"],
                    },
                ),
                migrations.CreateModel(
                    name="OutsideBody",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("told_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "why",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why they must be told"
                            ),
                        ),
                        (
                            "how",
                            models.CharField(blank=True, max_length=120, verbose_name="how they were told"),
                        ),
                        ("reference", models.CharField(blank=True, max_length=120)),
                        (
                            "needless_why",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why they need not be told after all"
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outside_bodies",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "told_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "outside bodies",
                        "ordering": ["due_at", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="Press",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(unique=True)),
                        ("at", models.DateTimeField(db_index=True)),
                        ("said", models.CharField(max_length=300, verbose_name="what the person was told")),
                        ("address", models.CharField(max_length=300, verbose_name="the page they came to")),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "presses",
                    },
                ),
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(max_length=300)),
                        ("at", models.DateTimeField()),
                        ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                        ("dismissed_why", models.CharField(blank=True, max_length=200)),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="catalogue.area",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-at"],
                    },
                ),
                migrations.CreateModel(
                    name="ReportTally",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sender", models.CharField(max_length=64)),
                        ("minute", models.DateTimeField()),
                        ("count", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "verbose_name_plural": "report tallies",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sender", "minute"), name="one_tally_a_sender_and_minute"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoleAssignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person_role",
                            models.CharField(
                                blank=True,
                                max_length=120,
                                verbose_name="who, by role, where no person is known",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("offered", "Offered"),
                                    ("active", "Active"),
                                    ("declined", "Declined"),
                                    ("lapsed", "Lapsed"),
                                    ("handed_over", "Handed over"),
                                    ("released", "Released"),
                                ],
                                default="offered",
                                max_length=20,
                            ),
                        ),
                        ("is_single", models.BooleanField(default=True, verbose_name="one holder at a time")),
                        (
                            "is_acting",
                            models.BooleanField(default=False, verbose_name="acting without training"),
                        ),
                        ("offered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "lapses_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="until when the offer stands"
                            ),
                        ),
                        ("accepted_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_why", models.CharField(blank=True, max_length=200)),
                        (
                            "allowed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who allowed acting without training",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "offered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="command.commandrole",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalogue.service",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalogue.site",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["role__order", "accepted_at"],
                    },
                ),
                migrations.CreateModel(
                    name="Handover",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Proposed"),
                                    ("accepted", "Accepted"),
                                    ("declined", "Declined"),
                                    ("withdrawn", "Withdrawn"),
                                    ("expired", "Expired"),
                                    ("forced", "Forced"),
                                ],
                                default="proposed",
                                max_length=20,
                            ),
                        ),
                        ("situation", models.TextField(blank=True)),
                        ("decisions_pending", models.TextField(blank=True)),
                        ("risks", models.TextField(blank=True)),
                        ("open_items", models.TextField(blank=True, verbose_name="filled in by the system")),
                        ("proposed_at", models.DateTimeField()),
                        (
                            "expires_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="when it goes one level up unanswered"
                            ),
                        ),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "settled_why",
                            models.CharField(
                                blank=True,
                                max_length=200,
                                verbose_name="why it was declined, withdrawn or forced",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who entered an answer by phone",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "to",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handovers",
                                to="incidents.roleassignment",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["proposed_at"],
                    },
                ),
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("occurred_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("detected", "Detected"),
                                    ("reported", "Reported"),
                                    ("declared", "Declared"),
                                    ("decision", "Decision"),
                                    ("action", "Action"),
                                    ("communication", "Communication"),
                                    ("restored", "Restored"),
                                    ("verified", "Verified"),
                                    ("stood_down", "Stood down"),
                                    ("welfare", "Welfare"),
                                    ("correction", "Correction"),
                                ],
                                default="action",
                                max_length=20,
                            ),
                        ),
                        ("text", models.TextField()),
                        ("author_role", models.CharField(blank=True, max_length=120)),
                        ("on_behalf_of", models.CharField(blank=True, max_length=120)),
                        (
                            "paper_sheet",
                            models.CharField(
                                blank=True,
                                max_length=60,
                                verbose_name="reference of the paper sheet it was copied from",
                            ),
                        ),
                        ("information", models.TextField(blank=True, verbose_name="information relied on")),
                        ("options", models.TextField(blank=True, verbose_name="options looked at")),
                        ("reason", models.TextField(blank=True)),
                        ("look_again_at", models.DateTimeField(blank=True, null=True)),
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
                            "corrects",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="incidents.entry",
                            ),
                        ),
                        (
                            "revisits",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisited_by",
                                to="incidents.entry",
                                verbose_name="the decision that it looks at again",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="incidents.roleassignment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "entries",
                        "ordering": ["occurred_at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="Chase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("promise_soon", "The next update is due in 5 minutes"),
                                    ("leaderless", "Nobody leads it"),
                                    ("unknown", "Impact or urgency is not known yet"),
                                    ("long_shift", "8 hours in a role"),
                                    ("too_long_shift", "12 hours in a role"),
                                    ("outstanding", "Something is outstanding"),
                                    ("outside_body", "An outside body must be told"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("due_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chases",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "assignment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.roleassignment",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["due_at"],
                    },
                ),
                migrations.CreateModel(
                    name="Run",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "Running"),
                                    ("paused", "Paused"),
                                    ("completed", "Completed"),
                                    ("abandoned", "Abandoned"),
                                ],
                                default="running",
                                max_length=20,
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_why", models.CharField(blank=True, max_length=200)),
                        (
                            "follows",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followed_by",
                                to="incidents.run",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "started_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="plans.version",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["started_at"],
                    },
                ),
                migrations.CreateModel(
                    name="SafetyAgreement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "agreed_by_role",
                            models.CharField(max_length=120, verbose_name="who agreed, by role"),
                        ),
                        ("agreed_at", models.DateTimeField()),
                        (
                            "words",
                            models.CharField(blank=True, max_length=300, verbose_name="on what it rests"),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "agreed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who entered what was said by phone",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="safety_agreements",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["agreed_at"],
                    },
                ),
                migrations.CreateModel(
                    name="SeverityChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("was", models.PositiveSmallIntegerField()),
                        ("severity", models.PositiveSmallIntegerField()),
                        ("reason", models.CharField(max_length=300)),
                        ("changed_at", models.DateTimeField()),
                        (
                            "confirm_by_at",
                            models.DateTimeField(verbose_name="by when a second person confirms it"),
                        ),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "is_overtaken",
                            models.BooleanField(
                                default=False, verbose_name="the severity changed again before"
                            ),
                        ),
                        (
                            "changed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "confirmed_by",
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
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="severity_changes",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["changed_at"],
                    },
                ),
                migrations.CreateModel(
                    name="Sitrep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "shape",
                            models.CharField(
                                choices=[("methane", "METHANE"), ("can", "Conditions, actions, needs")],
                                max_length=20,
                            ),
                        ),
                        ("parts", models.JSONField(verbose_name="heading to words, in order")),
                        ("written_at", models.DateTimeField()),
                        (
                            "authorised_by",
                            models.CharField(max_length=120, verbose_name="who authorised it, by role"),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sitreps",
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
                        "ordering": ["incident", "number"],
                    },
                ),
                migrations.CreateModel(
                    name="Snooze",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("until", models.DateTimeField()),
                        ("reason", models.CharField(max_length=200)),
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
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="snoozes",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at"],
                    },
                ),
                migrations.CreateModel(
                    name="StepRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "To do"),
                                    ("in_progress", "In progress"),
                                    ("done", "Done"),
                                    ("skipped", "Skipped"),
                                    ("not_applicable", "Not needed"),
                                    ("blocked", "Blocked"),
                                ],
                                default="pending",
                                max_length=20,
                            ),
                        ),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        ("entered_at", models.DateTimeField(blank=True, null=True)),
                        ("evidence", models.CharField(blank=True, max_length=300)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("is_on_paper", models.BooleanField(default=False)),
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="incidents.run",
                            ),
                        ),
                        (
                            "second_person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.step"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["step__order"],
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
                        ("number", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("initial", "First news"),
                                    ("update", "Update"),
                                    ("severity", "Severity changed"),
                                    ("workaround", "Workaround"),
                                    ("restored", "Service is back"),
                                    ("stand_down", "Stood down"),
                                    ("correction", "Correction"),
                                ],
                                default="update",
                                max_length=20,
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("investigating", "Finding out"),
                                    ("identified", "Cause known"),
                                    ("monitoring", "Back and being watched"),
                                    ("resolved", "Over"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("happened", models.TextField(verbose_name="what happened")),
                        ("means", models.TextField(blank=True, verbose_name="what it means for you")),
                        ("do_now", models.TextField(blank=True, verbose_name="what to do now")),
                        ("severity", models.PositiveSmallIntegerField()),
                        (
                            "services",
                            models.JSONField(
                                blank=True, default=dict, verbose_name="services and effects as they were"
                            ),
                        ),
                        ("next_due_at", models.DateTimeField(blank=True, null=True)),
                        ("published_at", models.DateTimeField()),
                        ("author_role", models.CharField(blank=True, max_length=120)),
                        ("is_routine", models.BooleanField(default=False, verbose_name="a holding message")),
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
                            "corrects",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="incidents.update",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="updates",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "procedure",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="plans.version",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["incident", "number"],
                    },
                ),
                migrations.CreateModel(
                    name="SecondLook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("is_right", models.BooleanField()),
                        ("words", models.CharField(blank=True, max_length=300)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "update_read",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="looks",
                                to="incidents.update",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at"],
                    },
                ),
                migrations.AddIndex(
                    model_name="incident",
                    index=models.Index(
                        condition=models.Q(
                            ("state__in", ["closed", "duplicate", "cancelled"]), _negated=True
                        ),
                        fields=["state"],
                        name="incident_open",
                    ),
                ),
                migrations.AddIndex(
                    model_name="incident",
                    index=models.Index(fields=["restored_at"], name="incident_restored"),
                ),
                migrations.AddIndex(
                    model_name="incident",
                    index=models.Index(fields=["-declared_at"], name="incident_newest_first"),
                ),
                migrations.AddIndex(
                    model_name="incident",
                    index=models.Index(
                        django.db.models.functions.comparison.Coalesce("stood_down_at", "closed_at"),
                        name="incident_over_since",
                    ),
                ),
                migrations.AddIndex(
                    model_name="incident",
                    index=models.Index(
                        condition=models.Q(
                            ("severity__in", [1, 2]),
                            ("needs_review", True),
                            ("patient_safety", "confirmed"),
                            ("data_security", "confirmed"),
                            ("level__in", ["business_continuity", "critical"]),
                            _connector="OR",
                        ),
                        fields=["-declared_at"],
                        name="incident_may_owe_review",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incident",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("severity__range", (1, 4))), name="severity_is_1_to_4"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incident",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("detected_at__lte", models.F("declared_at")),
                            ("started_at__lte", models.F("detected_at")),
                        ),
                        name="started_then_detected_then_declared",
                        violation_error_message="An incident starts, is noticed and is declared, in that order.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incident",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("mitigated_at__isnull", True),
                                ("restored_at__isnull", True),
                                ("mitigated_at__lte", models.F("restored_at")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("restored_at__isnull", True),
                                ("stood_down_at__isnull", True),
                                ("restored_at__lte", models.F("stood_down_at")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("stood_down_at__isnull", True),
                                ("closed_at__isnull", True),
                                ("stood_down_at__lte", models.F("closed_at")),
                                _connector="OR",
                            ),
                        ),
                        name="milestones_are_in_order",
                        violation_error_message="A milestone cannot come before an earlier one.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incident",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("duplicate_of__isnull", True),
                            models.Q(("duplicate_of", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="no_duplicate_of_itself",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incident",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("data_security", "confirmed"), _negated=True),
                            ("data_aware_at__isnull", False),
                            _connector="OR",
                        ),
                        name="confirmed_data_incident_has_its_instant",
                        violation_error_message="Say when the trust became aware of the data incident.",
                    ),
                ),
                migrations.AddIndex(
                    model_name="impact",
                    index=models.Index(
                        condition=models.Q(("until__isnull", True)), fields=["service"], name="impact_now"
                    ),
                ),
                migrations.AddIndex(
                    model_name="impact",
                    index=models.Index(fields=["until"], name="impact_ended"),
                ),
                migrations.AddConstraint(
                    model_name="impact",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("incident", "service"),
                        name="a_service_is_hit_in_one_way_at_a_time",
                        violation_error_message="This service is on the incident already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="impact",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True), ("since__lte", models.F("until")), _connector="OR"
                        ),
                        name="an_impact_ends_after_it_begins",
                        violation_error_message="The service cannot be back before it was hit.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="follow",
                    constraint=models.UniqueConstraint(
                        fields=("incident", "person"), name="an_incident_is_followed_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="escalation",
                    index=models.Index(
                        condition=models.Q(("state__in", ["exhausted", "ended"]), _negated=True),
                        fields=["next_at"],
                        name="escalation_due",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="escalation",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "ended"), _negated=True),
                        fields=("incident", "cause"),
                        name="one_escalation_a_cause",
                        violation_error_message="This is being escalated already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="escalation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["running", "paused", "taken"]), _negated=True),
                            ("next_at__isnull", False),
                            _connector="OR",
                        ),
                        name="an_escalation_always_goes_on",
                        violation_error_message="An escalation that runs has its next instant.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="areastanddown",
                    constraint=models.UniqueConstraint(
                        fields=("incident", "area"), name="an_area_is_stood_down_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="report",
                    index=models.Index(
                        condition=models.Q(("dismissed_at__isnull", True), ("incident__isnull", True)),
                        fields=["-at"],
                        name="report_waiting",
                    ),
                ),
                migrations.AddIndex(
                    model_name="roleassignment",
                    index=models.Index(
                        condition=models.Q(("state", "offered")), fields=["lapses_at"], name="offer_lapses"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="roleassignment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("is_single", True), ("state", "active")),
                        fields=("incident", "role", "site", "service"),
                        name="one_active_holder_a_role_and_scope",
                        nulls_distinct=False,
                        violation_error_message="Somebody else holds this role already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="roleassignment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False), ("state__in", ["offered", "active"])),
                        fields=("incident", "role", "person", "site", "service"),
                        name="a_role_is_offered_once_to_a_person",
                        nulls_distinct=False,
                        violation_error_message="This role is offered to them already, or theirs.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="roleassignment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_acting", True), _negated=True),
                            ("allowed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="acting_without_training_is_allowed_by_somebody",
                        violation_error_message="Somebody a level above must allow acting without training.",
                    ),
                ),
                migrations.AddIndex(
                    model_name="handover",
                    index=models.Index(
                        condition=models.Q(("state", "proposed")),
                        fields=["expires_at"],
                        name="handover_expires",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="handover",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("assignment",),
                        name="one_handover_of_a_role_at_a_time",
                        violation_error_message="This role is being handed over already.",
                    ),
                ),
                migrations.AddIndex(
                    model_name="entry",
                    index=models.Index(fields=["incident", "occurred_at"], name="entry_in_order"),
                ),
                migrations.AddIndex(
                    model_name="entry",
                    index=models.Index(fields=["incident", "kind", "occurred_at"], name="entry_by_kind"),
                ),
                migrations.AddIndex(
                    model_name="entry",
                    index=models.Index(
                        condition=models.Q(("look_again_at__isnull", False)),
                        fields=["incident", "look_again_at"],
                        name="decision_to_look_at_again",
                    ),
                ),
                migrations.AddIndex(
                    model_name="chase",
                    index=models.Index(
                        condition=models.Q(("done_at__isnull", True)), fields=["due_at"], name="chase_due"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="chase",
                    constraint=models.UniqueConstraint(
                        fields=("incident", "what", "assignment", "due_at"),
                        name="a_chase_is_due_once",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="run",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ["running", "paused"])),
                        fields=("incident", "version"),
                        name="a_version_runs_once_at_a_time",
                        violation_error_message="This procedure is running in this incident already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="run",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["running", "paused"]), ("ended_at__isnull", False), _connector="OR"
                        ),
                        name="a_run_that_is_over_has_its_end",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="run",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "abandoned"), _negated=True),
                            models.Q(("ended_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="an_abandoned_run_says_why",
                        violation_error_message="Say why the procedure is abandoned.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="safetyagreement",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("incident",),
                        name="one_agreement_stands",
                        violation_error_message="Clinical safety has agreed already.",
                    ),
                ),
                migrations.AddIndex(
                    model_name="severitychange",
                    index=models.Index(
                        condition=models.Q(("confirmed_at__isnull", True), ("is_overtaken", False)),
                        fields=["confirm_by_at"],
                        name="severity_unconfirmed",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="severitychange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("changed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_confirms_their_own_severity",
                        violation_error_message="Somebody else must confirm the lower severity.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sitrep",
                    constraint=models.UniqueConstraint(
                        fields=("incident", "number"), name="sitrep_numbers_are_unique"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="snooze",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("at__lt", models.F("until"))),
                        name="a_snooze_ends_later",
                        violation_error_message="A snooze ends later than it begins.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="steprun",
                    constraint=models.UniqueConstraint(fields=("run", "step"), name="a_step_runs_once"),
                ),
                migrations.AddConstraint(
                    model_name="steprun",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_at__lte", models.F("entered_at")),
                                ("entered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_done_step_has_both_its_times",
                        violation_error_message="A step that is done has the time it was done and the time it was entered.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="steprun",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["skipped", "not_applicable", "blocked"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="what_is_not_done_says_why",
                        violation_error_message="Say why the step is not done.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="steprun",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("second_person__isnull", True),
                            models.Q(("second_person", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_is_their_own_second_person",
                        violation_error_message="The second person must be somebody else.",
                    ),
                ),
                migrations.AddIndex(
                    model_name="update",
                    index=models.Index(fields=["incident", "published_at"], name="update_in_order"),
                ),
                migrations.AddConstraint(
                    model_name="update",
                    constraint=models.UniqueConstraint(
                        fields=("incident", "number"), name="update_numbers_are_unique"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="secondlook",
                    constraint=models.UniqueConstraint(
                        fields=("update_read", "by"),
                        name="one_look_a_person",
                        violation_error_message="You looked at this update already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="secondlook",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("is_right", True), models.Q(("words", ""), _negated=True), _connector="OR"
                        ),
                        name="what_is_wrong_is_said",
                        violation_error_message="Say what is wrong with the update.",
                    ),
                ),
            ]
        )
    ]
