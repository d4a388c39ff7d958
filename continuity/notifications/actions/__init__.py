"""Writes of the room: saying something, sending it, reading it, and choosing what to hear."""

from continuity.notifications.actions.agreeing import (
    add_contact,
    add_group,
    agree,
    ask_again,
    begin_again,
    change_contact,
    change_group,
    stop,
)  # fmt: skip
from continuity.notifications.actions.audiences import (
    add_audience,
    change_audience,
    keep_own,
    remove_audience,
)
from continuity.notifications.actions.calling import close_call, open_call, reword_call, widen_call
from continuity.notifications.actions.choosing import Manner, Wish, choose, follow_role, mark_of, set_default
from continuity.notifications.actions.confirming import confirm_ready
from continuity.notifications.actions.mending import confirm, resend, resend_failed
from continuity.notifications.actions.muting import mute
from continuity.notifications.actions.reading import read, read_all
from continuity.notifications.actions.reminding import remind
from continuity.notifications.actions.telling import Words, notify
from continuity.notifications.actions.withdrawing import withdraw

__all__ = [
    "Manner",
    "Wish",
    "Words",
    "add_audience",
    "add_contact",
    "add_group",
    "agree",
    "ask_again",
    "begin_again",
    "change_audience",
    "change_contact",
    "change_group",
    "choose",
    "close_call",
    "confirm",
    "confirm_ready",
    "follow_role",
    "keep_own",
    "mark_of",
    "mute",
    "notify",
    "open_call",
    "read",
    "read_all",
    "remind",
    "remove_audience",
    "resend",
    "resend_failed",
    "reword_call",
    "set_default",
    "stop",
    "widen_call",
    "withdraw",
]
