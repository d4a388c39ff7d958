"""Reports up, second looks, snoozes and whom an escalation told are never changed."""

from django.db import migrations

from continuity.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_incidents_under_command"), ("core", "0002_the_ledger_only_grows")]
    operations = [
        append_only("incidents_sitrep"),
        append_only("incidents_secondlook"),
        append_only("incidents_snooze"),
        append_only("incidents_escalationcall"),
    ]
