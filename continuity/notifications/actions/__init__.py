"""Writes of the room: saying something, sending it, reading it, and choosing what to hear."""

from continuity.notifications.actions.choosing import Wish, choose
from continuity.notifications.actions.mending import confirm, resend, resend_failed
from continuity.notifications.actions.reading import read, read_all
from continuity.notifications.actions.telling import Words, notify
from continuity.notifications.actions.withdrawing import withdraw

__all__ = [
    "Wish",
    "Words",
    "choose",
    "confirm",
    "notify",
    "read",
    "read_all",
    "resend",
    "resend_failed",
    "withdraw",
]
