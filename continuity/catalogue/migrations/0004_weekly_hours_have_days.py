"""A service that is not always open names the days on which it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_stale_forms_are_noticed")]

    operations = [
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours", "always"), ("open_days__len__gt", 0), _connector="OR"),
                name="weekly_hours_have_days",
                violation_error_message="Choose the days it is open, or choose all day, every day.",
            ),
        ),
    ]
