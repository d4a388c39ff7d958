"""Who postponed work chose its new start, and writes it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("releases", "0009_notice_counts_from_its_present_start"),
    ]
    operations = [
        migrations.AddField(
            model_name="release",
            name="postponed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who chose that start",
            ),
        ),
    ]
