"""A review has a meeting, and people are invited to it, whether or not they are asked to write."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0006_who_has_read_a_review")]
    operations = [
        migrations.AddField(
            model_name="attendance",
            name="is_asked",
            field=models.BooleanField(db_default=True, default=True, verbose_name="is asked to write"),
        ),
        migrations.AddField(
            model_name="attendance",
            name="is_invited",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="is invited to the meeting"
            ),
        ),
        migrations.AlterField(
            model_name="attendance",
            name="state",
            field=models.CharField(
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
                    models.CharField(blank=True, max_length=500, verbose_name="address to join online"),
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("called_off_at", None)),
                        fields=("review",),
                        name="one_meeting_a_review",
                        violation_error_message="This review has a meeting already. Change that one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("span__endswith__isnull", False),
                            ("span__isempty", False),
                            ("span__startswith__isnull", False),
                        ),
                        name="a_meeting_begins_and_ends",
                        violation_error_message="The meeting must end later than it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("link", ""), ("place", ""), _negated=True),
                        name="a_meeting_is_somewhere",
                        violation_error_message="Write the place, or the link to join online.",
                    ),
                ],
            },
        ),
    ]
