"""What was over lately and what may owe a review is found without looking through all that ever happened."""

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("incidents", "0015_failures_read_by_time")]
    operations = [
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(Coalesce("stood_down_at", "closed_at"), name="incident_over_since"),
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
    ]
