"""An area that a published notice comes to name is asked too, later than the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0008_the_worker_says_that_it_works"),
    ]

    operations = [
        migrations.AddField(
            model_name="confirmation",
            name="asked_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="when it was asked, if later than the others"
            ),
        ),
    ]
