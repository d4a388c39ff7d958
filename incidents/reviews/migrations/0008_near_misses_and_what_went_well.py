"""What staff noticed without an incident may be looked back at; how they wrote it down stands."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from continuity.core.append_only import append_only

LOOKED_BACK_AT = ("incident", "release", "exercise")


def something(*links: str) -> models.Q:
    """One of these is looked back at, or a theme."""
    found = [(f"{link}__isnull", False) for link in links]
    return models.Q(*found, models.Q(("theme", ""), _negated=True), _connector="OR")


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0007_meetings_and_who_is_invited"),
        ("catalogue", "0005_how_many_use_a_service"),
        ("core", "0002_the_ledger_only_grows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
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
                        choices=[("near_miss", "Near miss"), ("went_well", "Went well")], max_length=20
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField(blank=True, verbose_name="more about it")),
                ("helped", models.TextField(blank=True, verbose_name="what stopped it, or what helped")),
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("happened_at__lte", models.F("recorded_at"))),
                        name="an_observation_happened_before_it_was_recorded",
                        violation_error_message="It cannot have happened in the future.",
                    )
                ],
            },
        ),
        append_only("reviews_observation"),
        migrations.AddField(
            model_name="review",
            name="observation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reviews",
                to="reviews.observation",
            ),
        ),
        migrations.RemoveConstraint(model_name="review", name="a_review_looks_back_at_something"),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=something(*LOOKED_BACK_AT, "observation"), name="a_review_looks_back_at_something"
            ),
        ),
    ]
