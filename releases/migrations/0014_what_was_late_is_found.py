"""Work that took too long is looked back at, and found without looking through all that ever ended."""

from django.db import migrations, models
from django.db.models import ExpressionWrapper, F


class Migration(migrations.Migration):
    dependencies = [("releases", "0013_what_ended_lately_is_found_by_time")]
    operations = [
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                ExpressionWrapper(F("actual__endswith") - F("span__endswith"), models.DurationField()),
                name="disruption_late_by",
            ),
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                ExpressionWrapper(F("ended_at") - F("work__endswith"), models.DurationField()),
                name="release_late_by",
            ),
        ),
    ]
