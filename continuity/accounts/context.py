"""What every template knows: the portal's names, and what this person may do."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from continuity.accounts.permissions import Permission


class May:
    """`{% if may.release_publish %}`: whether the person holds a permission, its code with `_` for `.`."""

    def __init__(self, request: HttpRequest) -> None:
        self.user = getattr(request, "user", None)

    def __getitem__(self, name: str) -> bool:
        permission = Permission(name.replace("_", ".", 1))
        return bool(self.user and self.user.is_authenticated and self.user.may(permission))


def portal(request: HttpRequest) -> dict[str, Any]:
    return {
        "may": May(request),
        # Where a page is made for many, the place of what is about one person.
        "account": getattr(request, "account", ""),
        "portal_name": settings.PORTAL_NAME,
        "trust_name": settings.TRUST_NAME,
        "sample_mode": settings.SAMPLE_MODE,
    }
