"""Writes of the room, by subject. Each is atomic, keyword-only and ends with its line in the ledger."""

from incidents.actions.declaring import declare
from incidents.actions.ending import close, fix, reopen, restore, stand_down
from incidents.actions.impacts import end_impact, set_impact
from incidents.actions.news import no_change, post_update
from incidents.actions.record import add_entry, assess, restrict, set_severity, take_lead
from incidents.actions.reporting import dismiss_reports, join_reports, report
from incidents.actions.setting_aside import cancel, mark_duplicate

__all__ = [
    "add_entry",
    "assess",
    "cancel",
    "close",
    "declare",
    "dismiss_reports",
    "end_impact",
    "fix",
    "join_reports",
    "mark_duplicate",
    "no_change",
    "post_update",
    "reopen",
    "report",
    "restore",
    "restrict",
    "set_impact",
    "set_severity",
    "stand_down",
    "take_lead",
]
