"""The hidden fields of a form that counts once: its key, and whether it stands in the room."""

from typing import Any
from uuid import UUID, uuid4

from django.utils.html import format_html
from django.utils.safestring import SafeString

IN_ROOM = SafeString('<input type="hidden" name="from" value="room">')
# In a part of the room that is made once for many people, each of them gets a key of their own in this place.
PLACE = "a-key-of-your-own"


def once_fields(context: Any, sent: str = "") -> SafeString:
    """The fields as HTML: the key that was `sent` already, or a new one; `in_room` comes back to the room."""
    key = _read(sent) or (PLACE if context.get("is_made_for_many") else uuid4())
    fields = format_html('<input type="hidden" name="once" value="{}">', key)
    if context.get("in_room"):
        fields += IN_ROOM
    return fields


def _read(sent: str) -> UUID | None:
    try:
        return UUID(sent)
    except ValueError:
        return None
