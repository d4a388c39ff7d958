"""What a delivery says and to whom is checked once a statement: 40,000 rows at once asked 80,000 times."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from continuity.core.checked_at_once import checked_at_once

DELIVERY = "notifications_delivery"


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0010_what_the_safety_officer_hears"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        checked_at_once(DELIVERY, "message_id", to="notifications_message"),
        checked_at_once(DELIVERY, "person_id", to="accounts_user"),
        migrations.AlterField(
            model_name="delivery",
            name="message",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="notifications.message",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="person",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
