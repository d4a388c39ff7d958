"""What the header of every page knows: how many messages somebody has not read."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from continuity.notifications.models import Delivery


def unread(request: HttpRequest) -> dict[str, Any]:
    """`unread`: the number of messages not read, counted when a template asks for it; 0 for nobody."""
    return {"unread": SimpleLazyObject(lambda: _unread_of(request))}


def _unread_of(request: HttpRequest) -> int:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return 0
    return Delivery.objects.unread_by(person).count()
