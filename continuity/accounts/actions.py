"""Writes of the room: people, their roles, their passwords."""

from collections.abc import Iterable
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction

from continuity.accounts.models import Role, User
from continuity.core.ledger import record
from continuity.core.refusals import Refused

LAST_ADMINISTRATOR = "Somebody must stay an administrator. Give the role to another person first."


@transaction.atomic
def add_person(
    *, username: str, password: str, roles: Iterable[Role], by: User, at: datetime, **details: Any
) -> User:
    """A new person who may log in with this password. `details`: names, job title, email."""
    person = User(username=username, **details)
    person.set_password(password)
    person.save(force_insert=True)
    person.roles.set(roles)
    record("person.added", person, by=by, at=at)
    return person


@transaction.atomic
def change_person(
    *, person: User, roles: Iterable[Role], by: User, at: datetime, password: str = "", **details: Any
) -> None:
    """Change what is known of a person and what they may do. One who left (`is_active=False`) is logged out."""
    chosen = list(roles)
    keeps = details.get("is_active", person.is_active) and any(
        "people.manage" in r.permissions for r in chosen
    )
    if not keeps and not _managers().exclude(pk=person.pk).exists():
        raise Refused(LAST_ADMINISTRATOR)
    User.objects.filter(pk=person.pk).update(**details)
    person.refresh_from_db()
    person.roles.set(chosen)
    if password:
        _set_password(person, password)
    record("person.changed", person, by=by, at=at)


@transaction.atomic
def change_password(*, person: User, password: str, by: User, at: datetime) -> None:
    """A new password; every log-in with the old one ends."""
    _set_password(person, password)
    record("person.password_changed", person, by=by, at=at)


def _set_password(person: User, password: str) -> None:
    person.set_password(password)
    person.save(update_fields=["password"])


def _managers() -> Any:
    """Active people who may manage people, locked so that two cannot both stop being the last."""
    holders = User.objects.select_for_update(of=("self",)).filter(is_active=True)
    return holders.filter(
        pk__in=User.objects.filter(roles__permissions__contains=["people.manage"]).values("pk")
    )


def forget_log_ins() -> None:
    """Log-ins that no page takes any more are forgotten: when somebody was here last is nobody's business for long.

    Their end was set by the machine's own clock, so that one is asked.
    """
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
