"""A change after approval stands beside the old text and is never changed itself."""

from django.db import migrations

from continuity.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("core", "0002_the_ledger_only_grows")]
    operations = [append_only("reviews_amendment")]
