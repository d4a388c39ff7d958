"""Writes of the room: every way in which a release comes to be, runs and ends."""

from releases.actions.busying import add_busy_time, change_busy_time, remove_busy_time
from releases.actions.ending import cancel, complete, postpone, roll_back
from releases.actions.freezing import change_freeze, lift_freeze, set_freeze
from releases.actions.moving import move_following
from releases.actions.publishing import publish
from releases.actions.reminding import remind, warn
from releases.actions.repeating import end_series, leave_out, repeat
from releases.actions.running import come_back, extend, go_on, hold, post_update, resume, start
from releases.actions.stepping import annotate, plan_run, skip, tick, untick
from releases.actions.writing import draft, revise
from releases.models import Outage

__all__ = [
    "Outage", "add_busy_time", "annotate", "cancel", "change_busy_time", "change_freeze", "come_back",
    "complete", "draft", "end_series", "extend", "go_on", "hold", "leave_out", "lift_freeze",
    "move_following", "plan_run", "post_update", "postpone", "publish", "remind", "remove_busy_time",
    "repeat", "resume", "revise", "roll_back", "set_freeze", "skip", "start", "tick", "untick", "warn",
]  # fmt: skip
