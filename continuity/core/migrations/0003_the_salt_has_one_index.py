"""A ledger line's salt is still one of a kind, without a second index for patterns that nobody looks for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_the_ledger_only_grows_and_is_announced")]

    operations = [
        migrations.AlterField("line", "salt", models.CharField(max_length=32)),
        migrations.AddConstraint(
            "line", models.UniqueConstraint(fields=("salt",), name="core_line_salt_key")
        ),
    ]
