"""Everything that was written down before the library was there stands on its shelves."""

from django.db import migrations

SHELVE = "".join(
    f"SELECT library_shelve_{kind}(ARRAY(SELECT id FROM {table}));"
    for kind, table in (
        ("incident", "incidents_incident"),
        ("release", "releases_release"),
        ("review", "reviews_review"),
        ("plan", "plans_version"),
    )
)


class Migration(migrations.Migration):
    dependencies = [("library", "0002_shelves_kept_by_the_database")]
    operations = [migrations.RunSQL(SHELVE, "DELETE FROM library_document")]
