"""The releases that ever hit a service are found in one index, which serves its foreign key too."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_no_dependency_closes_a_circle"),
        ("releases", "0002_rules_to_begin_with"),
    ]

    operations = [
        migrations.AddIndex(
            "disruption", models.Index(fields=["service", "release"], name="disruption_by_service")
        ),
        migrations.AlterField(
            "disruption",
            "service",
            models.ForeignKey("catalogue.service", PROTECT, related_name="disruptions", db_index=False),
        ),
    ]
