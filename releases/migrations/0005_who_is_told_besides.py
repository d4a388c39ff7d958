"""The audiences of a release: saved ones, and one of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_who_was_not_told_before"),
        ("releases", "0004_what_happened_is_in_order"),
    ]
    operations = [
        migrations.AddField(
            model_name="release",
            name="audiences",
            field=models.ManyToManyField(blank=True, related_name="+", to="notifications.audiencelist"),
        )
    ]
