"""Who is on call, the roles of command, and the chains of who is told next."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("command", "0001_initial"),
        ("command", "0003_stale_forms_are_noticed"),
        ("command", "0004_chains_stand_ins_and_swaps"),
    ]

    dependencies = [
        ("core", "0002_the_ledger_only_grows_and_is_announced"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="Chain",
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
                            "cause",
                            models.CharField(
                                choices=[
                                    ("promise", "A promised update is overdue"),
                                    ("leaderless", "Nobody leads a severity 1 or 2 incident"),
                                    ("handover", "A handover was not answered"),
                                    ("severity", "A lower severity was not confirmed"),
                                ],
                                max_length=20,
                                unique=True,
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="ChainVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "rounds",
                            models.PositiveSmallIntegerField(
                                default=2, verbose_name="times it goes through all its levels"
                            ),
                        ),
                        ("written_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "chain",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="command.chain",
                            ),
                        ),
                        (
                            "written_by",
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
                        "ordering": ["chain", "-number"],
                    },
                ),
                migrations.CreateModel(
                    name="CommandRole",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(unique=True)),
                        ("title", models.CharField(max_length=80, unique=True)),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("strategic", "Strategic (Gold)"),
                                    ("tactical", "Tactical (Silver)"),
                                    ("operational", "Operational (Bronze)"),
                                    ("support", "Support"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "held_by",
                            models.CharField(blank=True, max_length=120, verbose_name="who usually holds it"),
                        ),
                        ("has_single_holder", models.BooleanField(default=True)),
                        (
                            "permission",
                            models.CharField(
                                choices=[
                                    ("catalogue.edit", "change services, areas, teams and who is on call"),
                                    ("service.vouch", "say that a service works"),
                                    ("procedure.write", "write downtime procedures"),
                                    ("procedure.approve", "approve and publish downtime procedures"),
                                    ("release.write", "write release notices"),
                                    ("release.publish", "publish and run planned work"),
                                    ("release.clear", "agree to planned work for clinical safety"),
                                    ("policy.set", "set the trust's rules and freezes for planned work"),
                                    ("incident.read", "read incident records"),
                                    ("incident.declare", "declare incidents"),
                                    ("incident.run", "run incidents and tell staff about them"),
                                    ("incident.command", "take command of incidents"),
                                    (
                                        "incident.clear",
                                        "agree that a service returns to use, for clinical safety",
                                    ),
                                    ("review.read", "read reviews before they are published"),
                                    ("review.write", "hold reviews"),
                                    ("review.publish", "approve and publish reviews"),
                                    ("action.work", "work on actions from reviews"),
                                    ("audience.edit", "keep audiences and contacts outside the trust"),
                                    ("channel.manage", "look after how messages leave the portal"),
                                    ("people.manage", "manage people and their roles"),
                                    ("mail.see", "see the mail that this sample portal caught"),
                                    ("import.run", "import records"),
                                    ("admin.site", "use the back door for administrators"),
                                ],
                                default="incident.run",
                                max_length=40,
                                verbose_name="who may hold it: whoever may do this",
                            ),
                        ),
                        (
                            "needed_from_severity",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="needed at this severity and worse"
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=0)),
                        (
                            "reports_to",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="command.commandrole",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["order", "title"],
                    },
                ),
                migrations.CreateModel(
                    name="Rota",
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
                            "reach",
                            models.CharField(max_length=200, verbose_name="how to reach whoever holds it"),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rotas",
                                to="command.commandrole",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Override",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                        ("reason", models.CharField(max_length=200)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "rota",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="overrides",
                                to="command.rota",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["span"],
                    },
                ),
                migrations.CreateModel(
                    name="ChainLevel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField()),
                        (
                            "wait_min",
                            models.PositiveIntegerField(
                                blank=True,
                                null=True,
                                verbose_name="minutes until the next level is told; empty: as long as the severity promises updates",
                            ),
                        ),
                        (
                            "is_only_at_work",
                            models.BooleanField(
                                default=False, verbose_name="only in working hours, not on bank holidays"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="levels",
                                to="command.chainversion",
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="command.commandrole",
                            ),
                        ),
                        (
                            "rota",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="command.rota",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["order"],
                    },
                ),
                migrations.CreateModel(
                    name="Shift",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shifts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "rota",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shifts",
                                to="command.rota",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["span"],
                    },
                ),
                migrations.CreateModel(
                    name="Swap",
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
                                ],
                                default="proposed",
                                max_length=20,
                            ),
                        ),
                        ("proposed_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "in_return",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="command.shift",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "shift",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="swaps",
                                to="command.shift",
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
                    ],
                    options={
                        "ordering": ["-proposed_at"],
                    },
                ),
                migrations.AddConstraint(
                    model_name="chainversion",
                    constraint=models.UniqueConstraint(
                        fields=("chain", "number"), name="chain_versions_are_unique"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="chainversion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("rounds__range", (1, 5))),
                        name="a_chain_is_gone_through_1_to_5_times",
                        violation_error_message="A chain is gone through 1 to 5 times.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="override",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("rota", "="), ("span", "&&")],
                        name="one_person_stands_in_at_a_time",
                        violation_error_message="Somebody stands in on this rota at that time already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="override",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("span__endswith__isnull", False),
                            ("span__isempty", False),
                            ("span__startswith__isnull", False),
                        ),
                        name="a_stand_in_begins_and_ends",
                        violation_error_message="The end must be later than the start.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="chainlevel",
                    constraint=models.UniqueConstraint(
                        fields=("version", "order"), name="chain_levels_are_unique"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="chainlevel",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__isnull", False), ("rota__isnull", True)),
                            models.Q(("role__isnull", True), ("rota__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_level_names_a_role_or_a_post",
                        violation_error_message="Choose a role or a post for each level.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="shift",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("rota", "="), ("span", "&&")],
                        name="one_person_on_call_a_rota",
                        violation_error_message="Somebody is on this rota at that time already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="shift",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("span__isempty", False)),
                        name="a_shift_is_not_empty",
                        violation_error_message="The end must be later than the start.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="swap",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("shift",),
                        name="a_shift_is_offered_to_one_person",
                        violation_error_message="This shift is offered to somebody already.",
                    ),
                ),
            ]
        )
    ]
