"""The ledger, its words and its seals."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.comparison
from django.db import migrations, models

import continuity.core.clock
from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("core", "0001_initial"),
        ("core", "0003_the_timeline_reads_by_verb"),
    ]

    dependencies = []

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="Counter",
                    fields=[
                        ("series", models.CharField(max_length=20, primary_key=True, serialize=False)),
                        ("last", models.PositiveIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Words",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("salt", models.CharField(max_length=32)),
                        ("text", models.TextField(blank=True)),
                        ("redacted_at", models.DateTimeField(blank=True, null=True)),
                        ("redacted_why", models.CharField(blank=True, max_length=200)),
                        (
                            "redacted_by",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="both people who took it out"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "words",
                    },
                ),
                migrations.CreateModel(
                    name="Line",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("verb", models.CharField(max_length=60)),
                        ("to", models.CharField(blank=True, max_length=40, verbose_name="came to")),
                        ("at", models.DateTimeField(verbose_name="when it was done")),
                        (
                            "written_at",
                            models.DateTimeField(
                                default=continuity.core.clock.now, verbose_name="when it was written down"
                            ),
                        ),
                        ("actor_kind", models.CharField(max_length=60)),
                        ("actor_id", models.CharField(max_length=40)),
                        ("actor_label", models.CharField(max_length=200)),
                        ("subject_kind", models.CharField(max_length=60)),
                        ("subject_id", models.CharField(max_length=40)),
                        ("subject_label", models.CharField(max_length=200)),
                        ("words_id", models.BigIntegerField(null=True)),
                        ("words_digest", models.CharField(blank=True, max_length=64)),
                        ("salt", models.CharField(max_length=32, unique=True)),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "xid",
                            models.BigIntegerField(
                                db_default=django.db.models.functions.comparison.Cast(
                                    django.db.models.functions.comparison.Cast(
                                        models.Func(function="pg_current_xact_id"), models.TextField()
                                    ),
                                    models.BigIntegerField(),
                                ),
                                editable=False,
                                verbose_name="transaction that wrote it",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["subject_kind", "subject_id", "at"], name="line_by_subject"),
                            models.Index(
                                fields=["subject_kind", "subject_id", "verb", "at"],
                                name="line_by_subject_and_verb",
                            ),
                            models.Index(fields=["xid"], name="line_by_transaction"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Seal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        (
                            "line_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), size=None
                            ),
                        ),
                        (
                            "line_digests",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64), size=None
                            ),
                        ),
                        (
                            "horizon",
                            models.BigIntegerField(verbose_name="oldest transaction that was still running"),
                        ),
                        ("digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["line_ids"], name="seal_by_line")
                        ],
                    },
                ),
            ]
        )
    ]
