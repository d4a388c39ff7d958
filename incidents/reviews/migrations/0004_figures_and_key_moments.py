"""A review keeps its figures, and which moments of its timeline matter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0003_factors_that_came_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="figures",
            field=models.JSONField(
                blank=True, default=list, verbose_name="figures, taken when writing begins"
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="key_moments",
            field=models.JSONField(
                blank=True, default=list, verbose_name="numbers of those that matter, from 0"
            ),
        ),
    ]
