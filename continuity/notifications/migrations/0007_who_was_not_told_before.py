"""A message may go only to those whom an earlier one about the same thing did not reach."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_one_value_names_the_recipient")]
    operations = [
        migrations.AddField(
            model_name="message",
            name="is_to_untold",
            field=models.BooleanField(
                default=False,
                # The old code, which knows nothing of it, still writes rows while the new one starts.
                db_default=False,
                verbose_name="reaches only those not told about its subject before",
            ),
        )
    ]
