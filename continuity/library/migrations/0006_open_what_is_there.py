"""What was there before is as open as its subject."""

from django.db import migrations

OPEN = "SELECT library_open_again(ARRAY(SELECT id FROM library_document))"


class Migration(migrations.Migration):
    dependencies = [("library", "0005_openness_kept_by_the_database")]
    operations = [migrations.RunSQL(OPEN, migrations.RunSQL.noop)]
