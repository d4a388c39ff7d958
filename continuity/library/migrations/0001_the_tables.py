"""One document for each thing that may be found."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

VECTOR = (
    django.contrib.postgres.search.SearchVector("ref", "title", weight="A", config="english")
    + django.contrib.postgres.search.SearchVector("lesson", weight="B", config="english")
    + django.contrib.postgres.search.SearchVector("summary", "names", weight="C", config="english")
    + django.contrib.postgres.search.SearchVector("body", weight="D", config="english")
)
LATEST_FIRST = (
    models.OrderBy(models.F("at"), descending=True, nulls_last=True),
    models.OrderBy(models.F("id"), descending=True),
)


def about(model: str) -> models.Field:
    return models.OneToOneField(
        null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to=model
    )


def only(kind: str, link: str) -> models.Q:
    others = {"incident", "release", "review", "version", "observation"} - {link}
    return models.Q(("kind", kind), (f"{link}__isnull", False), *((other, None) for other in sorted(others)))


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("library", "0001_initial"),
        ("library", "0004_whether_all_may_read"),
        ("library", "0007_words_of_few"),
    ]
    dependencies = [
        ("incidents", "0001_the_tables"),
        ("plans", "0001_the_tables"),
        ("releases", "0001_the_tables"),
        ("reviews", "0001_the_tables"),
    ]
    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("incident", "Incident"),
                            ("release", "Planned work"),
                            ("review", "Review"),
                            ("observation", "Near miss or what went well"),
                            ("plan", "Procedure"),
                        ],
                        max_length=20,
                    ),
                ),
                ("incident", about("incidents.incident")),
                ("release", about("releases.release")),
                ("review", about("reviews.review")),
                ("observation", about("reviews.observation")),
                ("version", about("plans.version")),
                ("at", models.DateTimeField(null=True)),
                ("ref", models.TextField()),
                ("title", models.TextField()),
                ("lesson", models.TextField(verbose_name="what was learned")),
                ("summary", models.TextField()),
                ("names", models.TextField(verbose_name="names of its services")),
                ("body", models.TextField()),
                (
                    "is_open",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="everybody who is logged in may read it"
                    ),
                ),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "factors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=VECTOR,
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "ordering": LATEST_FIRST,
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["vector", "services", "factors"], name="document_words"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("is_open", False)),
                        fastupdate=False,
                        fields=["vector", "services", "factors"],
                        name="document_closed_words",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
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
                    models.Index(*LATEST_FIRST, name="document_latest_first"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=only("incident", "incident")
                        | only("release", "release")
                        | only("review", "review")
                        | only("observation", "observation")
                        | only("plan", "version"),
                        name="a_document_is_about_one_thing",
                    )
                ],
            },
        ),
    ]
