"""Writes of the room: saying something, sending it, reading it, and choosing what to hear."""

from continuity.notifications.actions.choosing import Wish, choose
from continuity.notifications.actions.mending import confirm, resend, resend_failed
from continuity.notifications.actions.reading import read, read_all
from continuity.notifications.actions.sending import begin, claim_due, recover_lost, rest, settle
from continuity.notifications.actions.telling import notify

__all__ = [
    "Wish",
    "begin",
    "choose",
    "claim_due",
    "confirm",
    "notify",
    "read",
    "read_all",
    "recover_lost",
    "resend",
    "resend_failed",
    "rest",
    "settle",
]
