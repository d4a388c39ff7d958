from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_how_many_use_a_service")]

    operations = [
        migrations.AddIndex(
            model_name="vouch",
            index=models.Index(fields=["holds_until"], name="vouch_holds"),
        ),
    ]
