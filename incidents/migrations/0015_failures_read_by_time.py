"""Figures read the failures of their months, however many came before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0014_incidents_read_by_time")]
    operations = [
        migrations.AddIndex(model_name="impact", index=models.Index(fields=["until"], name="impact_ended"))
    ]
