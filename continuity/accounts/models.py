"""People and their roles."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import cached_property

from continuity.accounts.permissions import Permission


class Role(models.Model):
    """A named set of permissions; a table the trust may change, which knows no other model."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=60, unique=True)
    permissions = ArrayField(models.CharField(max_length=40, choices=Permission), default=list, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def roles_with(permission: str) -> str:
    """The names of the roles that hold a permission, for a sentence that says who can; one query."""
    found = Role.objects.filter(permissions__contains=[permission]).order_by("name")
    return ", ".join(role.name for role in found)


class User(AbstractUser):
    """A person who logs in. Shown to others by `job_title`, as notices and records name roles."""

    job_title = models.CharField(max_length=100, blank=True)
    roles = models.ManyToManyField(Role, blank=True, related_name="people")

    def __str__(self) -> str:
        return self.job_title or self.get_full_name() or self.username

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Every verb this person's roles hold; none for somebody who left."""
        if not self.is_active:
            return frozenset()
        return frozenset(code for held in self.roles.values_list("permissions", flat=True) for code in held)

    def may(self, permission: str) -> bool:
        return permission in self.permissions
