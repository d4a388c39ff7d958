"""Audiences, wishes, messages and their deliveries."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import continuity.notifications.models.outside
from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("notifications", "0001_initial"),
        ("notifications", "0002_a_letter_begun_is_told_from_one_waiting"),
        ("notifications", "0003_audiences_wishes_and_confirmations"),
        ("notifications", "0005_a_call_holds_what_is_read"),
        ("notifications", "0006_one_value_names_the_recipient"),
        ("notifications", "0007_who_was_not_told_before"),
        ("notifications", "0008_the_worker_says_that_it_works"),
        ("notifications", "0009_an_area_may_be_asked_later"),
        ("notifications", "0012_who_was_told_is_forgotten_in_time"),
    ]

    dependencies = [
        ("accounts", "0001_the_tables"),
        ("catalogue", "0001_the_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1,
                                editable=False,
                                verbose_name="counts changes, so that a stale form is noticed",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="who they are, by role")),
                        ("organisation", models.CharField(blank=True, max_length=120)),
                        (
                            "email",
                            models.EmailField(
                                error_messages={"unique": "This address is a contact already."},
                                max_length=254,
                                unique=True,
                            ),
                        ),
                        (
                            "mobile",
                            models.CharField(
                                blank=True,
                                max_length=16,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^(\\+[1-9][0-9]{7,14}|07[0-9]{9})\\Z",
                                        "Enter a mobile number like 07700 900123",
                                    )
                                ],
                                verbose_name="mobile number for texts",
                            ),
                        ),
                        (
                            "asked_at",
                            models.DateTimeField(
                                blank=True,
                                null=True,
                                verbose_name="when they were asked whether they want this",
                            ),
                        ),
                        ("agreed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "stopped_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="when they asked to be told no more"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["organisation", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="Group",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1,
                                editable=False,
                                verbose_name="counts changes, so that a stale form is noticed",
                            ),
                        ),
                        ("key", models.SlugField(unique=True)),
                        ("name", models.CharField(max_length=120, unique=True)),
                        (
                            "purpose",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="what they are told about"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Pulse",
                    fields=[
                        ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                        ("beat_at", models.DateTimeField()),
                        ("late_since", models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Call",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("subject_kind", models.CharField(max_length=60)),
                        ("subject_ref", models.CharField(max_length=40)),
                        ("title", models.CharField(max_length=200)),
                        ("url", models.CharField(max_length=200)),
                        (
                            "notice",
                            models.TextField(
                                blank=True,
                                db_default="",
                                default="",
                                verbose_name="what areas read before they answer",
                            ),
                        ),
                        (
                            "number",
                            models.PositiveSmallIntegerField(
                                verbose_name="1 for the first announcement, then 2 and so on"
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="when the first service is hit")),
                        ("ends_at", models.DateTimeField()),
                        ("opened_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-opened_at"],
                    },
                ),
                migrations.CreateModel(
                    name="ChannelHealth",
                    fields=[
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("portal", "Messages in the portal"),
                                    ("email", "Email"),
                                    ("sms", "Text message"),
                                    ("teams", "Microsoft Teams"),
                                    ("webhook", "Webhook"),
                                ],
                                max_length=20,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "per_minute",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="most messages a minute"
                            ),
                        ),
                        ("tokens", models.FloatField(default=0, verbose_name="messages it may send now")),
                        ("refilled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "down_since",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="when it could no longer be reached"
                            ),
                        ),
                        ("fault", models.CharField(blank=True, max_length=300)),
                        ("last_sent_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "needs",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="catalogue.service",
                                verbose_name="services it depends on",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "channel health",
                    },
                ),
                migrations.CreateModel(
                    name="Endpoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1,
                                editable=False,
                                verbose_name="counts changes, so that a stale form is noticed",
                            ),
                        ),
                        ("key", models.SlugField(unique=True)),
                        ("name", models.CharField(max_length=120, unique=True)),
                        (
                            "channel",
                            models.CharField(
                                choices=[("teams", "Microsoft Teams"), ("webhook", "Webhook")], max_length=20
                            ),
                        ),
                        ("address", models.URLField(max_length=600)),
                        (
                            "secret",
                            models.CharField(
                                default=continuity.notifications.models.outside.new_secret,
                                editable=False,
                                max_length=60,
                            ),
                        ),
                        ("is_on", models.BooleanField(default=True)),
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["teams", "webhook"])),
                                name="an_endpoint_is_of_a_program",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "endpoint",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="notifications.endpoint",
                            ),
                        ),
                        (
                            "whom",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Case(
                                    models.When(
                                        person__isnull=False,
                                        then=django.db.models.functions.text.Concat(
                                            models.Value("p"),
                                            django.db.models.functions.comparison.Cast(
                                                models.F("person_id"), models.TextField()
                                            ),
                                        ),
                                    ),
                                    models.When(
                                        area__isnull=False,
                                        then=django.db.models.functions.text.Concat(
                                            models.Value("a"),
                                            django.db.models.functions.comparison.Cast(
                                                models.F("area_id"), models.TextField()
                                            ),
                                        ),
                                    ),
                                    models.When(
                                        contact__isnull=False,
                                        then=django.db.models.functions.text.Concat(
                                            models.Value("c"),
                                            django.db.models.functions.comparison.Cast(
                                                models.F("contact_id"), models.TextField()
                                            ),
                                        ),
                                    ),
                                    models.When(
                                        endpoint__isnull=False,
                                        then=django.db.models.functions.text.Concat(
                                            models.Value("e"),
                                            django.db.models.functions.comparison.Cast(
                                                models.F("endpoint_id"), models.TextField()
                                            ),
                                        ),
                                    ),
                                    default=models.Value(""),
                                    output_field=models.CharField(max_length=24),
                                ),
                                output_field=models.CharField(max_length=24),
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("portal", "Messages in the portal"),
                                    ("email", "Email"),
                                    ("sms", "Text message"),
                                    ("teams", "Microsoft Teams"),
                                    ("webhook", "Webhook"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("address", models.CharField(blank=True, max_length=600)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Waiting"),
                                    ("sending", "Being sent"),
                                    ("sent", "Sent"),
                                    ("failed", "Not delivered"),
                                    ("unknown", "Not known whether it arrived"),
                                    ("superseded", "Not sent: newer news came first"),
                                    ("withdrawn", "Taken back"),
                                ],
                                default="queued",
                                max_length=20,
                            ),
                        ),
                        (
                            "is_for_digest",
                            models.BooleanField(default=False, verbose_name="waits for the day's letter"),
                        ),
                        ("due_at", models.DateTimeField()),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        (
                            "leased_until",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="when its worker counts as dead"
                            ),
                        ),
                        (
                            "begun_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="when it began to be handed over"
                            ),
                        ),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "fault",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="why it was not delivered"
                            ),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalogue.area",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="notifications.contact",
                            ),
                        ),
                        (
                            "joined_to",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="joined",
                                to="notifications.delivery",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "deliveries",
                    },
                ),
                migrations.CreateModel(
                    name="Confirmation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "asked_at",
                            models.DateTimeField(
                                blank=True,
                                null=True,
                                verbose_name="when it was asked, if later than the others",
                            ),
                        ),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "how",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("web", "by a person who logged in"),
                                    ("kiosk", "on the area's own computer"),
                                    ("delegate", "on behalf of the area"),
                                    ("link", "by link"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "name",
                            models.CharField(blank=True, max_length=120, verbose_name="who said so, by role"),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="confirmations",
                                to="catalogue.area",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="confirmations",
                                to="notifications.call",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="notifications.delivery",
                                verbose_name="whose link it was",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["area__name"],
                    },
                ),
                migrations.AddField(
                    model_name="contact",
                    name="groups",
                    field=models.ManyToManyField(
                        blank=True, related_name="contacts", to="notifications.group"
                    ),
                ),
                migrations.CreateModel(
                    name="AudienceList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1,
                                editable=False,
                                verbose_name="counts changes, so that a stale form is noticed",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=120)),
                        ("areas", models.ManyToManyField(blank=True, related_name="+", to="catalogue.area")),
                        (
                            "people",
                            models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        ("roles", models.ManyToManyField(blank=True, related_name="+", to="accounts.role")),
                        (
                            "services",
                            models.ManyToManyField(blank=True, related_name="+", to="catalogue.service"),
                        ),
                        ("sites", models.ManyToManyField(blank=True, related_name="+", to="catalogue.site")),
                        ("teams", models.ManyToManyField(blank=True, related_name="+", to="catalogue.team")),
                        (
                            "groups",
                            models.ManyToManyField(blank=True, related_name="+", to="notifications.group"),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=120, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("planned_work", "Planned work"),
                                    ("incident", "Incidents"),
                                    ("review", "Reviews and lessons"),
                                    ("watch", "Watched jobs"),
                                    ("digest", "The day's news"),
                                    ("portal", "About this portal"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("subject_kind", models.CharField(max_length=60)),
                        ("subject_ref", models.CharField(max_length=40)),
                        ("title", models.CharField(max_length=200)),
                        (
                            "brief",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="in one sentence, for a text message"
                            ),
                        ),
                        ("body", models.TextField()),
                        ("url", models.CharField(max_length=200)),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="of the incident it is about"
                            ),
                        ),
                        (
                            "services",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="keys of services",
                            ),
                        ),
                        ("entry", models.JSONField(blank=True, null=True)),
                        (
                            "is_to_all",
                            models.BooleanField(
                                default=False, verbose_name="reaches everybody told about its subject before"
                            ),
                        ),
                        (
                            "is_to_untold",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                verbose_name="reaches only those not told about its subject before",
                            ),
                        ),
                        (
                            "is_whole",
                            models.BooleanField(
                                default=False, verbose_name="says all that earlier ones about it said"
                            ),
                        ),
                        (
                            "is_muted",
                            models.BooleanField(
                                default=False,
                                verbose_name="was kept from everybody, since planned work explains it",
                            ),
                        ),
                        (
                            "stale_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="when it is no longer worth sending"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "forgotten",
                            models.JSONField(
                                blank=True, null=True, verbose_name="deliveries that were forgotten, counted"
                            ),
                        ),
                        ("forgotten_people", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "forgotten_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="when the last of them was"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at"],
                        "indexes": [
                            models.Index(fields=["subject_kind", "subject_ref"], name="message_by_subject"),
                            models.Index(
                                condition=models.Q(("forgotten_at", None)),
                                fields=["created_at"],
                                name="message_not_forgotten",
                            ),
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="message",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notifications.message",
                    ),
                ),
                migrations.CreateModel(
                    name="Mute",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                        ("reason", models.CharField(max_length=200)),
                        ("subject_kind", models.CharField(max_length=60)),
                        ("subject_ref", models.CharField(max_length=40)),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mutes",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["span"],
                    },
                ),
                migrations.CreateModel(
                    name="Preference",
                    fields=[
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="preference",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("chosen_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "mobile",
                            models.CharField(
                                blank=True,
                                max_length=16,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^(\\+[1-9][0-9]{7,14}|07[0-9]{9})\\Z",
                                        "Enter a mobile number like 07700 900123",
                                    )
                                ],
                                verbose_name="mobile number for texts",
                            ),
                        ),
                        (
                            "rhythm",
                            models.CharField(
                                choices=[("at_once", "As it happens"), ("daily", "Once a day, all together")],
                                default="at_once",
                                max_length=10,
                            ),
                        ),
                        (
                            "digest_at",
                            models.TimeField(blank=True, null=True, verbose_name="when the day's news come"),
                        ),
                        ("quiet_from", models.TimeField(blank=True, null=True)),
                        ("quiet_until", models.TimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("quiet_from", None), ("quiet_until", None)),
                                    models.Q(
                                        ("quiet_from__isnull", False),
                                        ("quiet_until__isnull", False),
                                        models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="quiet_hours_begin_and_end",
                                violation_error_message="Say when your quiet hours begin and when they end.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("rhythm", "at_once"), ("digest_at__isnull", False), _connector="OR"
                                ),
                                name="a_digest_has_its_time",
                                violation_error_message="Say at what time you want the day's news.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reminder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("week", "7 days before, to areas that have not confirmed"),
                                    ("day", "1 day before, to areas that have not confirmed"),
                                    ("hours", "2 hours before, to every area's shared contact"),
                                    ("owner", "who is missing, to the owner"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("due_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reminders",
                                to="notifications.call",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["due_at"],
                    },
                ),
                migrations.CreateModel(
                    name="RoleDefault",
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
                                    ("planned_work", "Planned work"),
                                    ("incident", "Incidents"),
                                    ("review", "Reviews and lessons"),
                                    ("watch", "Watched jobs"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("portal", "Messages in the portal"),
                                    ("email", "Email"),
                                    ("sms", "Text message"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Severity 1 only"),
                                    (2, "Severity 1 and 2"),
                                    (3, "Severity 1, 2 and 3"),
                                    (4, "All incidents"),
                                ],
                                default=4,
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.role",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Subscription",
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
                                    ("planned_work", "Planned work"),
                                    ("incident", "Incidents"),
                                    ("review", "Reviews and lessons"),
                                    ("watch", "Watched jobs"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("portal", "Messages in the portal"),
                                    ("email", "Email"),
                                    ("sms", "Text message"),
                                    ("teams", "Microsoft Teams"),
                                    ("webhook", "Webhook"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Severity 1 only"),
                                    (2, "Severity 1 and 2"),
                                    (3, "Severity 1, 2 and 3"),
                                    (4, "All incidents"),
                                ],
                                default=4,
                                verbose_name="of incidents down to",
                            ),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalogue.area",
                            ),
                        ),
                        (
                            "endpoint",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="subscriptions",
                                to="notifications.endpoint",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="subscriptions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                ),
                migrations.AddIndex(
                    model_name="call",
                    index=models.Index(
                        condition=models.Q(("closed_at", None)), fields=["starts_at"], name="call_open"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="call",
                    constraint=models.UniqueConstraint(
                        fields=("subject_kind", "subject_ref", "number"), name="calls_are_numbered"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="call",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("subject_kind", "subject_ref"),
                        name="one_open_call_a_subject",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="call",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="a_call_is_about_some_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="confirmation",
                    constraint=models.UniqueConstraint(fields=("call", "area"), name="one_answer_an_area"),
                ),
                migrations.AddConstraint(
                    model_name="confirmation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("how", "")),
                            models.Q(("confirmed_at__isnull", False), models.Q(("how", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="an_answer_says_how_it_came",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="audiencelist",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        fields=("name",),
                        name="one_audience_a_name",
                        violation_error_message="There is an audience of that name already.",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["channel", "due_at"],
                        name="delivery_waiting",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["leased_until"],
                        name="delivery_in_flight",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=models.Q(("joined_to__isnull", False)),
                        fields=["joined_to"],
                        name="delivery_joined",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=models.Q(("area__isnull", False)), fields=["area"], name="delivery_to_area"
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["contact"],
                        name="delivery_to_contact",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=models.Q(("endpoint__isnull", False)),
                        fields=["endpoint"],
                        name="delivery_to_endpoint",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=models.Q(("channel", "portal")),
                        fields=["person", "-id"],
                        name="delivery_inbox",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=models.Q(("channel", "portal"), ("read_at__isnull", True)),
                        fields=["person"],
                        name="delivery_unread",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=models.Q(("state__in", ["failed", "unknown"])),
                        fields=["-id"],
                        name="delivery_undelivered",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        fields=("message", "whom", "channel"), name="told_once_a_channel"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("area", None),
                                ("contact", None),
                                ("endpoint", None),
                                ("person__isnull", False),
                            ),
                            models.Q(
                                ("area__isnull", False),
                                ("contact", None),
                                ("endpoint", None),
                                ("person", None),
                            ),
                            models.Q(
                                ("area", None),
                                ("contact__isnull", False),
                                ("endpoint", None),
                                ("person", None),
                            ),
                            models.Q(
                                ("area", None),
                                ("contact", None),
                                ("endpoint__isnull", False),
                                ("person", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_delivery_has_one_recipient",
                    ),
                ),
                migrations.AddIndex(
                    model_name="mute",
                    index=models.Index(fields=["subject_kind", "subject_ref"], name="mute_by_subject"),
                ),
                migrations.AddIndex(
                    model_name="mute",
                    index=models.Index(fields=["service"], name="mute_by_service"),
                ),
                migrations.AddConstraint(
                    model_name="mute",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("span__endswith__isnull", False),
                            ("span__isempty", False),
                            ("span__startswith__isnull", False),
                        ),
                        name="a_mute_has_an_end",
                        violation_error_message="Muting needs an end.",
                    ),
                ),
                migrations.AddIndex(
                    model_name="reminder",
                    index=models.Index(
                        condition=models.Q(("done_at", None)), fields=["due_at"], name="reminder_waiting"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reminder",
                    constraint=models.UniqueConstraint(
                        fields=("call", "what", "due_at"), name="reminded_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="roledefault",
                    constraint=models.UniqueConstraint(
                        fields=("role", "kind", "channel"), name="one_default_a_role_and_kind"
                    ),
                ),
                migrations.AddIndex(
                    model_name="subscription",
                    index=models.Index(fields=["kind", "service"], name="subscription_to_a_service"),
                ),
                migrations.AddConstraint(
                    model_name="subscription",
                    constraint=models.UniqueConstraint(
                        fields=("person", "endpoint", "kind", "channel", "service", "area"),
                        name="one_subscription_each",
                        nulls_distinct=False,
                        violation_error_message="You have chosen this already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscription",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("service__isnull", True), ("area__isnull", True), _connector="OR"
                        ),
                        name="service_or_area_or_everything",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscription",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("endpoint", None), ("person__isnull", False)),
                            models.Q(("endpoint__isnull", False), ("person", None)),
                            _connector="OR",
                        ),
                        name="a_person_or_an_endpoint_hears",
                    ),
                ),
            ]
        )
    ]
