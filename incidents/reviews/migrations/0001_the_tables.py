"""What was looked back at, what was learned, and who does what by when."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("reviews", "0001_initial"),
        ("reviews", "0003_factors_that_came_back"),
        ("reviews", "0004_figures_and_key_moments"),
        ("reviews", "0005_hot_debriefs"),
        ("reviews", "0006_who_has_read_a_review"),
        ("reviews", "0007_meetings_and_who_is_invited"),
        ("reviews", "0009_a_plan_version_proves_an_action"),
        ("reviews", "0012_several_records_under_one_theme"),
    ]

    dependencies = [
        ("catalogue", "0001_the_tables"),
        ("exercises", "0001_the_tables"),
        ("incidents", "0001_the_tables"),
        ("plans", "0001_the_tables"),
        ("releases", "0001_the_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="Factor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "area",
                            models.CharField(
                                choices=[
                                    ("people", "People"),
                                    ("tasks", "Tasks"),
                                    ("tools", "Tools and technology"),
                                    ("organisation", "Organisation"),
                                    ("environment", "Internal environment"),
                                    ("external", "External environment"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "local_words",
                            models.CharField(blank=True, db_default="", default="", max_length=120),
                        ),
                        ("text", models.TextField()),
                        ("is_hindering", models.BooleanField(default=True)),
                        (
                            "accepted_why",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="why nothing is done about it"
                            ),
                        ),
                        (
                            "moments",
                            models.JSONField(
                                blank=True, default=list, verbose_name="moments of the timeline it shows in"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="LocalFactor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("area", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=120, unique=True)),
                        ("is_in_use", models.BooleanField(default=True)),
                    ],
                    options={
                        "ordering": ["area", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="Action",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("title", models.CharField(max_length=300)),
                        ("owner_role", models.CharField(blank=True, max_length=120)),
                        (
                            "strength",
                            models.CharField(
                                choices=[
                                    ("strong", "Strong: removes the hazard"),
                                    ("medium", "Medium: checks, alarms, drills"),
                                    ("weak", "Weak: reminders, training"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("due_on", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Proposed"),
                                    ("accepted", "Accepted"),
                                    ("in_progress", "In progress"),
                                    ("claimed_done", "Done, not checked"),
                                    ("verified", "Checked and done"),
                                    ("rejected", "Rejected"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="proposed",
                                max_length=20,
                            ),
                        ),
                        (
                            "measure",
                            models.CharField(blank=True, max_length=300, verbose_name="how we will know"),
                        ),
                        ("evidence", models.TextField(blank=True)),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        ("verified_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_why", models.CharField(blank=True, max_length=300)),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "plan_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="plans.version",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="releases.release",
                            ),
                        ),
                        (
                            "verifier",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "factor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actions",
                                to="reviews.factor",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["due_on", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="DateChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("old", models.DateField()),
                        ("new", models.DateField()),
                        ("reason", models.CharField(max_length=300)),
                        ("at", models.DateTimeField()),
                        (
                            "action",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="date_changes",
                                to="reviews.action",
                            ),
                        ),
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
                    ],
                    options={
                        "ordering": ["at"],
                    },
                ),
                migrations.CreateModel(
                    name="ListVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(unique=True)),
                        (
                            "change",
                            models.CharField(
                                choices=[
                                    ("added", "Added"),
                                    ("renamed", "Renamed"),
                                    ("retired", "Retired"),
                                    ("taken_up", "Taken up again"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "was",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="what it was called before"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(max_length=120, verbose_name="what it is called from then on"),
                        ),
                        ("why", models.CharField(max_length=300)),
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
                            "factor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="reviews.localfactor",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-number"],
                    },
                ),
                migrations.AddField(
                    model_name="factor",
                    name="local",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="factors",
                        to="reviews.localfactor",
                    ),
                ),
                migrations.CreateModel(
                    name="Observation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ref", models.CharField(max_length=40, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("near_miss", "Near miss"), ("went_well", "Went well")],
                                max_length=20,
                            ),
                        ),
                        ("title", models.CharField(max_length=120)),
                        ("text", models.TextField(blank=True, verbose_name="more about it")),
                        (
                            "helped",
                            models.TextField(blank=True, verbose_name="what stopped it, or what helped"),
                        ),
                        ("happened_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-recorded_at", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Recurrence",
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
                                    ("confirmed", "Came back"),
                                    ("dismissed", "Not the same"),
                                ],
                                default="proposed",
                                max_length=20,
                            ),
                        ),
                        ("proposed_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "reason",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="why it is not the same"
                            ),
                        ),
                        (
                            "action",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recurrences",
                                to="reviews.action",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "factor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="recurrences",
                                to="reviews.factor",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Review",
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
                                    ("hot_debrief", "Hot debrief"),
                                    ("after_action_review", "After action review"),
                                    ("desk_review", "Desk review"),
                                    ("thematic", "Thematic review"),
                                    ("full_review", "Full review"),
                                    ("post_release", "Look back at a release"),
                                ],
                                default="after_action_review",
                                max_length=30,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("due", "Due"),
                                    ("scheduled", "Scheduled"),
                                    ("drafting", "Being written"),
                                    ("in_review", "With the approver"),
                                    ("approved", "Approved"),
                                    ("published", "Published"),
                                    ("waived", "Waived"),
                                ],
                                default="due",
                                max_length=20,
                            ),
                        ),
                        ("theme", models.CharField(blank=True, max_length=160)),
                        ("due_on", models.DateField(blank=True, null=True)),
                        ("held_on", models.DateField(blank=True, null=True)),
                        ("approved_at", models.DateTimeField(blank=True, null=True)),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        ("summary", models.TextField(blank=True, verbose_name="summary for all staff")),
                        ("waived_why", models.CharField(blank=True, max_length=300)),
                        (
                            "timeline",
                            models.JSONField(
                                blank=True,
                                default=list,
                                verbose_name="copy of the timeline, taken when writing begins",
                            ),
                        ),
                        ("timeline_hash", models.CharField(blank=True, max_length=64)),
                        (
                            "key_moments",
                            models.JSONField(
                                blank=True, default=list, verbose_name="numbers of those that matter, from 0"
                            ),
                        ),
                        (
                            "figures",
                            models.JSONField(
                                blank=True, default=list, verbose_name="figures, taken when writing begins"
                            ),
                        ),
                        ("content_hash", models.CharField(blank=True, max_length=64)),
                        ("allows_anonymous", models.BooleanField(default=False)),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1, verbose_name="counts changes, so that a stale form is noticed"
                            ),
                        ),
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
                            "exercise",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="exercises.exercise",
                            ),
                        ),
                        (
                            "facilitator",
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "observation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="reviews.observation",
                            ),
                        ),
                        (
                            "owner",
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-held_on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Reading",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "amendments",
                            models.PositiveSmallIntegerField(verbose_name="how many amendments it had"),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="readings",
                                to="reviews.review",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Meeting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uid", models.CharField(max_length=200, unique=True)),
                        ("sequence", models.PositiveIntegerField(default=0)),
                        ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                        ("place", models.CharField(blank=True, max_length=200)),
                        (
                            "link",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="address to join online"
                            ),
                        ),
                        ("called_off_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="meetings",
                                to="reviews.review",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.AddField(
                    model_name="factor",
                    name="review",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="factors",
                        to="reviews.review",
                    ),
                ),
                migrations.CreateModel(
                    name="Contribution",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField()),
                        ("at", models.DateTimeField()),
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
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contributions",
                                to="reviews.review",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at"],
                    },
                ),
                migrations.CreateModel(
                    name="Attendance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "is_asked",
                            models.BooleanField(
                                db_default=True, default=True, verbose_name="is asked to write"
                            ),
                        ),
                        (
                            "is_invited",
                            models.BooleanField(
                                db_default=False, default=False, verbose_name="is invited to the meeting"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("invited", "Not known yet"),
                                    ("attended", "Came"),
                                    ("apologies", "Sent apologies"),
                                    ("written", "Wrote"),
                                    ("absent", "Did not come"),
                                ],
                                default="invited",
                                max_length=20,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendances",
                                to="reviews.review",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Amendment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField()),
                        ("reason", models.CharField(max_length=300)),
                        ("at", models.DateTimeField()),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="amendments",
                                to="reviews.review",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at"],
                    },
                ),
                migrations.AddField(
                    model_name="action",
                    name="review",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="reviews.review",
                    ),
                ),
                migrations.CreateModel(
                    name="Section",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                choices=[
                                    ("effect", "Effect on patients and staff"),
                                    ("expected", "What was expected to happen"),
                                    ("happened", "What happened"),
                                    ("difference", "Why there was a difference"),
                                    ("change", "What we will change"),
                                    ("went_well", "What went well"),
                                    ("lucky", "Where we were lucky"),
                                    ("to_improve", "What to improve"),
                                    ("plans", "How plans, command and updates held up"),
                                    ("questions", "Open questions"),
                                    ("welfare", "Welfare"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("saved_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sections",
                                to="reviews.review",
                            ),
                        ),
                        (
                            "saved_by",
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
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Signpost",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "where",
                            models.CharField(
                                choices=[
                                    ("hazard_log", "Hazard log"),
                                    ("risk_register", "Risk register"),
                                    ("plan", "Continuity plan"),
                                    ("training", "Training"),
                                    ("supplier", "Supplier"),
                                    ("data_protection", "Data protection"),
                                    ("patient_safety", "Patient safety"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("undecided", "Not decided"),
                                    ("not_needed", "Not needed"),
                                    ("needed", "Needed"),
                                    ("done", "Done"),
                                ],
                                default="undecided",
                                max_length=20,
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signposts",
                                to="reviews.review",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Source",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "exercise",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exercises.exercise",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "observation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="reviews.observation",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="releases.release",
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sources",
                                to="reviews.review",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
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
                                    models.Q(
                                        ("to_do_now", ""),
                                        ("went_badly", ""),
                                        ("went_well", ""),
                                        _negated=True,
                                    ),
                                    _connector="OR",
                                ),
                                name="a_hot_debrief_says_something",
                                violation_error_message="Write what went well, what went badly or what to do now.",
                            )
                        ],
                    },
                ),
                migrations.AddConstraint(
                    model_name="observation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("happened_at__lte", models.F("recorded_at"))),
                        name="an_observation_happened_before_it_was_recorded",
                        violation_error_message="It cannot have happened in the future.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="recurrence",
                    constraint=models.UniqueConstraint(
                        fields=("factor", "action", "service"), name="proposed_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="recurrence",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state", "proposed"),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_decided_recurrence_names_who_decided",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="recurrence",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dismissed"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_dismissed_recurrence_has_its_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="review",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("author__isnull", True),
                            ("approver__isnull", True),
                            models.Q(("author", models.F("approver")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_approves_their_own_review",
                        violation_error_message="Somebody other than the author must approve a review.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="review",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("incident__isnull", False),
                            ("release__isnull", False),
                            ("exercise__isnull", False),
                            ("observation__isnull", False),
                            models.Q(("theme", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_review_looks_back_at_something",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="review",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "waived"), _negated=True),
                            models.Q(("waived_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_waived_review_has_its_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reading",
                    constraint=models.UniqueConstraint(
                        fields=("review", "person", "amendments"), name="a_review_is_read_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="meeting",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("called_off_at", None)),
                        fields=("review",),
                        name="one_meeting_a_review",
                        violation_error_message="This review has a meeting already. Change that one.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="meeting",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("span__endswith__isnull", False),
                            ("span__isempty", False),
                            ("span__startswith__isnull", False),
                        ),
                        name="a_meeting_begins_and_ends",
                        violation_error_message="The meeting must end later than it starts.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="meeting",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("link", ""), ("place", ""), _negated=True),
                        name="a_meeting_is_somewhere",
                        violation_error_message="Write the place, or the link to join online.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="attendance",
                    constraint=models.UniqueConstraint(fields=("review", "person"), name="invited_once"),
                ),
                migrations.AddConstraint(
                    model_name="action",
                    constraint=models.UniqueConstraint(
                        fields=("review", "number"), name="action_numbers_are_unique"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="action",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("owner__isnull", True),
                            ("verifier__isnull", True),
                            models.Q(("owner", models.F("verifier")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_checks_their_own_action",
                        violation_error_message="Somebody other than the owner must check an action.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="action",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("owner__isnull", False),
                            models.Q(("owner_role", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="an_action_has_an_owner",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="section",
                    constraint=models.UniqueConstraint(fields=("review", "code"), name="one_section_each"),
                ),
                migrations.AddConstraint(
                    model_name="signpost",
                    constraint=models.UniqueConstraint(fields=("review", "where"), name="one_signpost_each"),
                ),
                migrations.AddConstraint(
                    model_name="source",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("exercise__isnull", True),
                                ("incident__isnull", False),
                                ("observation__isnull", True),
                                ("release__isnull", True),
                            ),
                            models.Q(
                                ("exercise__isnull", True),
                                ("incident__isnull", True),
                                ("observation__isnull", True),
                                ("release__isnull", False),
                            ),
                            models.Q(
                                ("exercise__isnull", False),
                                ("incident__isnull", True),
                                ("observation__isnull", True),
                                ("release__isnull", True),
                            ),
                            models.Q(
                                ("exercise__isnull", True),
                                ("incident__isnull", True),
                                ("observation__isnull", False),
                                ("release__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="a_source_is_one_record",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="source",
                    constraint=models.UniqueConstraint(
                        fields=("review", "incident"), name="a_theme_holds_each_incident_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="source",
                    constraint=models.UniqueConstraint(
                        fields=("review", "release"), name="a_theme_holds_each_release_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="source",
                    constraint=models.UniqueConstraint(
                        fields=("review", "exercise"), name="a_theme_holds_each_exercise_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="source",
                    constraint=models.UniqueConstraint(
                        fields=("review", "observation"), name="a_theme_holds_each_observation_once"
                    ),
                ),
            ]
        )
    ]
