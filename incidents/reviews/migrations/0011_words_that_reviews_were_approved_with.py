"""Reviews that stand already keep the words that their local factors have today: nobody renamed one before."""

from django.db import migrations

KEEP = """
    UPDATE reviews_factor f SET local_words = o.name
    FROM reviews_localfactor o, reviews_review r
    WHERE o.id = f.local_id AND r.id = f.review_id AND r.state IN ('approved', 'published')
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0010_the_list_of_local_factors_has_versions")]
    operations = [migrations.RunSQL(KEEP, migrations.RunSQL.noop)]
