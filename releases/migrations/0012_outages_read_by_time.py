"""Figures read the outages of their months, however many came before."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("releases", "0011_a_freeze_has_both_its_ends")]
    operations = [
        migrations.AddIndex(
            model_name="disruption",
            index=django.contrib.postgres.indexes.GistIndex(fields=["actual"], name="disruption_as_it_was"),
        )
    ]
