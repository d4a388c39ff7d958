"""Amendments, what staff noticed, and the versions of the list of local factors are never changed."""

from django.db import migrations

from continuity.core.append_only import append_only


class Migration(migrations.Migration):
    replaces = [
        ("reviews", "0002_amendments_only_grow"),
        ("reviews", "0008_near_misses_and_what_went_well"),
        ("reviews", "0010_the_list_of_local_factors_has_versions"),
        ("reviews", "0011_words_that_reviews_were_approved_with"),
    ]
    dependencies = [
        ("reviews", "0001_the_tables"),
        ("core", "0002_the_ledger_only_grows_and_is_announced"),
    ]
    operations = [
        append_only("reviews_amendment"),
        append_only("reviews_observation"),
        append_only("reviews_listversion"),
    ]
