"""A document knows whether everybody who is logged in may read it; until that is worked out, it counts as closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0003_what_was_there_before")]
    operations = [
        migrations.AddField(
            "document",
            "is_open",
            models.BooleanField(
                db_default=False, default=False, verbose_name="everybody who is logged in may read it"
            ),
        )
    ]
