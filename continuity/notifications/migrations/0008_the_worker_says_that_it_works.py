"""When the worker last said that it works, and since when messages are late."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_who_was_not_told_before"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pulse",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
                ("late_since", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
