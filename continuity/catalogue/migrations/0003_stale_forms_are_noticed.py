"""Pages that two people may change at the same time count their changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_dependencies_make_no_circle"),
    ]

    operations = [
        migrations.AddField(
            model_name="area",
            name="version",
            field=models.PositiveIntegerField(
                default=1, editable=False, verbose_name="counts changes, so that a stale form is noticed"
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="version",
            field=models.PositiveIntegerField(
                default=1, editable=False, verbose_name="counts changes, so that a stale form is noticed"
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="version",
            field=models.PositiveIntegerField(
                default=1, editable=False, verbose_name="counts changes, so that a stale form is noticed"
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="version",
            field=models.PositiveIntegerField(
                default=1, editable=False, verbose_name="counts changes, so that a stale form is noticed"
            ),
        ),
    ]
