"""Who may keep the catalogue's pages, and who may say that a service works."""

from typing import Any

from continuity.accounts.models import roles_with
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.refusals import Forbidden


def is_owner(person: Any, service: Service) -> bool:
    """Whether somebody is a member of the team that owns the service."""
    return bool(person.is_active) and service.owner.members.filter(pk=person.pk).exists()


def may_keep(person: Any, thing: Any) -> bool:
    """Administrators keep everything, the members of its owner team a service."""
    return _holds(person, Permission.CATALOGUE_EDIT) or (
        isinstance(thing, Service) and is_owner(person, thing)
    )


def may_vouch(person: Any, service: Service) -> bool:
    return _holds(person, Permission.SERVICE_VOUCH) or is_owner(person, service)


def check_keeper(person: Any, thing: Any) -> None:
    """Raise Forbidden, with a sentence that says who can, unless the person may change this thing."""
    if not may_keep(person, thing):
        raise Forbidden(f"You cannot change {thing}. {_who_can(Permission.CATALOGUE_EDIT, thing)}")


def check_voucher(person: Any, service: Service) -> None:
    """Raise Forbidden, with a sentence that says who can, unless the person may say that the service works."""
    if not may_vouch(person, service):
        raise Forbidden(f"You cannot say that {service} works. {_who_can(Permission.SERVICE_VOUCH, service)}")


def _holds(person: Any, permission: Permission) -> bool:
    return bool(person.is_authenticated and person.may(permission))


def _who_can(permission: Permission, thing: Any) -> str:
    """People in these roles can: Administrator. So can members of Infrastructure team."""
    names = roles_with(permission)
    owner = f" So can members of {thing.owner}." if isinstance(thing, Service) else ""
    return f"People with these roles can: {names}.{owner}" if names else owner.strip()
