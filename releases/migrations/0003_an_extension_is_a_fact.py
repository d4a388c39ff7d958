"""The planned end of a release moves by a fact of its own, which nobody can change later."""

import django.db.models.deletion
from django.db import migrations, models

from continuity.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("releases", "0002_an_outage_stays_inside_its_work_window")]
    operations = [
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
            options={"ordering": ["at", "id"]},
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("to__gt", models.F("was"))),
                name="an_extension_ends_later",
                violation_error_message="The new end must be later than the planned one.",
            ),
        ),
        append_only("releases_extension"),
    ]
