"""Signed links: bound to one delivery and one purpose, and only for a time. Opening one changes nothing."""

from datetime import datetime
from enum import Enum

from django.core import signing


class Purpose(Enum):
    """What a link lets its bearer do, once. A token for one is of no use for another."""

    READY = "ready"  # say that the area is ready
    STOP = "stop"  # be told no more (RFC 8058)
    AGREE = "agree"  # say that the address's owner wants to be told (double opt-in)


class BadToken(Exception):
    """A link that was changed, made for something else, or is too old; the message says which."""


FORGED = "This link is not complete, or was changed. Open it again from the message you got."
EXPIRED = "This link has expired."


def sign(purpose: Purpose, delivery: int, *, until: datetime) -> str:
    """A token for one delivery, by its primary key, that holds until an instant of the portal's clock."""
    return signing.dumps([delivery, int(until.timestamp())], salt=_salt(purpose), compress=False)


def read(purpose: Purpose, token: str, *, at: datetime) -> int:
    """The primary key of the delivery a token was made for. Raises BadToken."""
    try:
        delivery, until = signing.loads(token, salt=_salt(purpose))
    except (signing.BadSignature, ValueError, TypeError):
        raise BadToken(FORGED) from None
    if at.timestamp() >= until:
        raise BadToken(EXPIRED)
    return int(delivery)


def _salt(purpose: Purpose) -> str:
    return f"continuity.notifications.{purpose.value}"
