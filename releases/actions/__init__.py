"""Writes of the room: every way in which a release comes to be, runs and ends."""

from releases.actions.agreeing import approve, comment, send_back, send_for_review
from releases.actions.busying import add_busy_time, change_busy_time, remove_busy_time
from releases.actions.chasing import chase, warn_unapproved
from releases.actions.ending import cancel, complete, postpone, roll_back
from releases.actions.freezing import change_freeze, lift_freeze, set_freeze
from releases.actions.moving import move_following
from releases.actions.publishing import publish
from releases.actions.readying import add_check, confirm_check, decide, offer_checks, reopen_check
from releases.actions.reminding import remind, warn
from releases.actions.repeating import end_series, leave_out, publish_next, repeat
from releases.actions.ruling import set_policy
from releases.actions.running import come_back, extend, go_on, hold, post_update, resume, start
from releases.actions.stepping import annotate, plan_run, skip, tick, untick
from releases.actions.writing import draft, revise
from releases.models import Outage

__all__ = [
    "Outage", "add_busy_time", "add_check", "annotate", "approve", "cancel", "change_busy_time",
    "change_freeze", "chase", "come_back", "comment", "complete", "confirm_check", "decide", "draft",
    "end_series", "extend", "go_on", "hold", "leave_out", "lift_freeze", "move_following", "offer_checks",
    "plan_run", "post_update", "postpone", "publish", "publish_next", "remind", "remove_busy_time",
    "reopen_check", "repeat", "resume", "revise", "roll_back", "send_back", "send_for_review", "set_freeze",
    "set_policy", "skip", "start", "tick", "untick", "warn", "warn_unapproved",
]  # fmt: skip
