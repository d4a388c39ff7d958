"""Notice is counted from when staff were told of the start that the work has now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0008_the_calendar_reads_by_time")]
    operations = [
        migrations.AddField(
            model_name="release",
            name="start_told_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="when staff were told of its present start"
            ),
        ),
    ]
