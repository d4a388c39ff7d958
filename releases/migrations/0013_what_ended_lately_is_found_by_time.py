"""The board of every page asks what ended in the last day, however many ended before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0012_outages_read_by_time")]
    operations = [
        migrations.AddIndex(
            model_name="release",
            index=models.Index(fields=["ended_at"], name="release_ended"),
        )
    ]
