"""A thematic review looks back at several records."""

import django.db.models.deletion
from django.db import migrations, models

LINKS = {
    "incident": "incidents.incident",
    "release": "releases.release",
    "exercise": "exercises.exercise",
    "observation": "reviews.observation",
}


def one_of(link: str) -> models.Q:
    return models.Q(*((f"{each}__isnull", each != link) for each in sorted(LINKS)))


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0011_words_that_reviews_were_approved_with"),
        ("incidents", "0015_failures_read_by_time"),
        ("releases", "0013_what_ended_lately_is_found_by_time"),
        ("exercises", "0002_how_often_to_practise"),
    ]
    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                *(
                    (
                        link,
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=model,
                        ),
                    )
                    for link, model in LINKS.items()
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sources",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=one_of("incident")
                        | one_of("release")
                        | one_of("exercise")
                        | one_of("observation"),
                        name="a_source_is_one_record",
                    ),
                    *(
                        models.UniqueConstraint(
                            fields=("review", link), name=f"a_theme_holds_each_{link}_once"
                        )
                        for link in LINKS
                    ),
                ],
            },
        ),
    ]
