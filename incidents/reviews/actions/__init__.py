"""Writes of the room, by subject. Each is atomic, keyword-only and ends with its line in the ledger."""

from incidents.reviews.actions.agreeing import (
    amend,
    approve,
    close_exercise,
    publish,
    publish_short,
    send_back,
    submit,
)
from incidents.reviews.actions.asking import allow_anonymous, ask, ask_no_more, contribute
from incidents.reviews.actions.attending import note_attendance
from incidents.reviews.actions.beginning import do_without, start, waive
from incidents.reviews.actions.chasing import chase_action
from incidents.reviews.actions.chasing_weekly import chase_weekly
from incidents.reviews.actions.debriefing import skip_debrief, write_debrief
from incidents.reviews.actions.doing import (
    accept_action,
    assign_action,
    begin_action,
    claim_done,
    drop_action,
    move_date,
    not_done,
    propose_action,
    verify,
)
from incidents.reviews.actions.facilitating import name_facilitator
from incidents.reviews.actions.gathering import add_records, begin_theme, gather, take_out
from incidents.reviews.actions.listing import add_local, rename_local, retire_local, take_up_local
from incidents.reviews.actions.marking import mark_moment
from incidents.reviews.actions.meeting import call_off_meeting, set_meeting
from incidents.reviews.actions.observing import observe
from incidents.reviews.actions.proposing import propose
from incidents.reviews.actions.proving import change_proof
from incidents.reviews.actions.reading import say_read
from incidents.reviews.actions.recurring import confirm_recurrence, dismiss_recurrence
from incidents.reviews.actions.writing import add_factor, change_factor, remove_factor, save_section

__all__ = [
    "accept_action",
    "add_factor",
    "add_local",
    "add_records",
    "allow_anonymous",
    "amend",
    "approve",
    "ask",
    "ask_no_more",
    "assign_action",
    "begin_action",
    "begin_theme",
    "call_off_meeting",
    "change_factor",
    "change_proof",
    "chase_action",
    "chase_weekly",
    "claim_done",
    "close_exercise",
    "confirm_recurrence",
    "contribute",
    "dismiss_recurrence",
    "do_without",
    "drop_action",
    "gather",
    "mark_moment",
    "move_date",
    "name_facilitator",
    "not_done",
    "note_attendance",
    "observe",
    "propose",
    "propose_action",
    "publish",
    "publish_short",
    "remove_factor",
    "rename_local",
    "retire_local",
    "save_section",
    "say_read",
    "send_back",
    "set_meeting",
    "skip_debrief",
    "start",
    "submit",
    "take_out",
    "take_up_local",
    "verify",
    "waive",
    "write_debrief",
]
