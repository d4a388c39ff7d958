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
    others = {"incident", "release", "review", "version"} - {link}
    return models.Q(("kind", kind), (f"{link}__isnull", False), *((other, None) for other in sorted(others)))


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("incidents", "0013_an_answered_handover_is_a_record"),
        ("plans", "0002_stale_drafts_and_their_writers"),
        ("releases", "0011_a_freeze_has_both_its_ends"),
        ("reviews", "0002_amendments_only_grow"),
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
                            ("plan", "Procedure"),
                        ],
                        max_length=20,
                    ),
                ),
                ("incident", about("incidents.incident")),
                ("release", about("releases.release")),
                ("review", about("reviews.review")),
                ("version", about("plans.version")),
                ("at", models.DateTimeField(null=True)),
                ("ref", models.TextField()),
                ("title", models.TextField()),
                ("lesson", models.TextField(verbose_name="what was learned")),
                ("summary", models.TextField()),
                ("names", models.TextField(verbose_name="names of its services")),
                ("body", models.TextField()),
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
                    models.Index(*LATEST_FIRST, name="document_latest_first"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=only("incident", "incident")
                        | only("release", "release")
                        | only("review", "review")
                        | only("plan", "version"),
                        name="a_document_is_about_one_thing",
                    )
                ],
            },
        ),
    ]
