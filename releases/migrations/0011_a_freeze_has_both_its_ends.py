"""A freeze has a start and an end; one that was open, which only the database could make, gets a year."""

from django.db import migrations, models

CLOSE = """
    UPDATE releases_freeze
    SET span = tstzrange(
        coalesce(lower(span), upper(span) - interval '1 year', now()),
        coalesce(upper(span), lower(span) + interval '1 year', now() + interval '1 year')
    )
    WHERE lower(span) IS NULL OR upper(span) IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0010_who_postponed_it")]
    operations = [
        migrations.RunSQL(CLOSE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="freeze",
            constraint=models.CheckConstraint(
                condition=models.Q(("span__endswith__isnull", False), ("span__startswith__isnull", False)),
                name="a_freeze_has_both_its_ends",
                violation_error_message="Say when the freeze starts and when it ends.",
            ),
        ),
    ]
