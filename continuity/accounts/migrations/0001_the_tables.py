"""People, the roles they hold and the teams they are in."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.utils.timezone
from django.db import migrations, models

from continuity.core.made_at_once import MadeAtOnce


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0003_permissions_to_tell_people"),
        ("accounts", "0005_permissions_to_agree_and_set_rules"),
        ("accounts", "0007_permission_to_clear_a_service"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        MadeAtOnce(
            [
                migrations.CreateModel(
                    name="Role",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(unique=True)),
                        ("name", models.CharField(max_length=60, unique=True)),
                        (
                            "permissions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        (
                                            "catalogue.edit",
                                            "change services, areas, teams and who is on call",
                                        ),
                                        ("service.vouch", "say that a service works"),
                                        ("procedure.write", "write downtime procedures"),
                                        ("procedure.approve", "approve and publish downtime procedures"),
                                        ("release.write", "write release notices"),
                                        ("release.publish", "publish and run planned work"),
                                        ("release.clear", "agree to planned work for clinical safety"),
                                        ("policy.set", "set the trust's rules and freezes for planned work"),
                                        ("incident.read", "read incident records"),
                                        ("incident.declare", "declare incidents"),
                                        ("incident.run", "run incidents and tell staff about them"),
                                        ("incident.command", "take command of incidents"),
                                        (
                                            "incident.clear",
                                            "agree that a service returns to use, for clinical safety",
                                        ),
                                        ("review.read", "read reviews before they are published"),
                                        ("review.write", "hold reviews"),
                                        ("review.publish", "approve and publish reviews"),
                                        ("action.work", "work on actions from reviews"),
                                        ("audience.edit", "keep audiences and contacts outside the trust"),
                                        ("channel.manage", "look after how messages leave the portal"),
                                        ("people.manage", "manage people and their roles"),
                                        ("mail.see", "see the mail that this sample portal caught"),
                                        ("import.run", "import records"),
                                        ("admin.site", "use the back door for administrators"),
                                    ],
                                    max_length=40,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={"unique": "A user with that username already exists."},
                                help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                                max_length=150,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="username",
                            ),
                        ),
                        (
                            "first_name",
                            models.CharField(blank=True, max_length=150, verbose_name="first name"),
                        ),
                        ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                        ),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="date joined"
                            ),
                        ),
                        ("job_title", models.CharField(blank=True, max_length=100)),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                        (
                            "roles",
                            models.ManyToManyField(blank=True, related_name="people", to="accounts.role"),
                        ),
                    ],
                    options={
                        "verbose_name": "user",
                        "verbose_name_plural": "users",
                        "abstract": False,
                    },
                    managers=[
                        ("objects", django.contrib.auth.models.UserManager()),
                    ],
                ),
            ]
        )
    ]
