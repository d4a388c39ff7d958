"""What is closed to most, and what taught something, is little: the words of each have an index of their own."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0006_open_what_is_there")]
    operations = [
        migrations.AddIndex(
            model_name="document",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("is_open", False)),
                fastupdate=False,
                fields=["vector", "services", "factors"],
                name="document_closed_words",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    "vector",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                    template="ts_filter(%(expressions)s, '{a,b}')",
                ),
                models.F("services"),
                models.F("factors"),
                condition=models.Q(("lesson", ""), _negated=True),
                fastupdate=False,
                name="document_lesson_words",
            ),
        ),
    ]
