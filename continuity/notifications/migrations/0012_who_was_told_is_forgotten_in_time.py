"""A message holds how many were told, for when who they were is forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0011_references_of_deliveries_are_checked_at_once")]
    operations = [
        migrations.AddField(
            model_name="message",
            name="forgotten",
            field=models.JSONField(
                blank=True, null=True, verbose_name="deliveries that were forgotten, counted"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="forgotten_people",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="forgotten_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="when the last of them was"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("forgotten_at", None)),
                fields=["created_at"],
                name="message_not_forgotten",
            ),
        ),
    ]
