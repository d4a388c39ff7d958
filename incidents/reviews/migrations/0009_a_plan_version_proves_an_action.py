"""An action may be linked to the version of a procedure that it changes, and later to the one that proves it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0002_stale_drafts_and_their_writers"),
        ("reviews", "0008_near_misses_and_what_went_well"),
    ]
    operations = [
        migrations.AddField(
            model_name="action",
            name="plan_version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="plans.version",
            ),
        )
    ]
