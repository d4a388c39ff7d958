"""PostgreSQL refuses a release that ends before it began, and an outage that never lasted."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("releases", "0003_an_extension_is_a_fact")]
    operations = [
        migrations.AddConstraint(
            model_name="disruption",
            constraint=models.CheckConstraint(
                condition=Q(actual__isnull=True) | Q(actual__isempty=False, actual__startswith__isnull=False),
                name="what_happened_has_a_beginning",
                violation_error_message="The outage must have ended later than it started.",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=(Q(back_at__isnull=True) | Q(ended_at__isnull=True) | Q(back_at__lte=F("ended_at")))
                & (Q(started_at__isnull=True) | Q(ended_at__isnull=True) | Q(started_at__lte=F("ended_at")))
                & (Q(started_at__isnull=True) | Q(back_at__isnull=True) | Q(started_at__lte=F("back_at"))),
                name="release_times_are_in_order",
                violation_error_message="The work must start, be back and end in that order.",
            ),
        ),
    ]
