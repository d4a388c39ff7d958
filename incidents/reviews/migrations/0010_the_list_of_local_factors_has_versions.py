"""Each change of the list of local factors is a version of its own; a review keeps the words it was approved with."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from continuity.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_the_ledger_only_grows"),
        ("reviews", "0009_a_plan_version_proves_an_action"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="factor",
            name="local_words",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
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
                    models.CharField(blank=True, max_length=120, verbose_name="what it was called before"),
                ),
                ("name", models.CharField(max_length=120, verbose_name="what it is called from then on")),
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
            options={"ordering": ["-number"]},
        ),
        append_only("reviews_listversion"),
    ]
