"""What was taken over from elsewhere."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("intake", "0001_what_was_taken_over"),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Adopted",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("reference", models.CharField(max_length=80)),
                ("content", models.JSONField()),
                ("file", models.CharField(max_length=255)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "adopted records",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "reference"), name="a_record_is_adopted_once")
                ],
            },
        ),
    ]
