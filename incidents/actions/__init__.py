"""Writes of the room, by subject. Each is atomic, keyword-only and ends with its line in the ledger."""

from incidents.actions.areas import ask_areas, stand_down_areas
from incidents.actions.declaring import declare
from incidents.actions.ending import close, fix, reopen, restore, stand_down
from incidents.actions.impacts import end_impact, need_no_run, set_impact
from incidents.actions.news import no_change, post_update
from incidents.actions.record import add_entry, assess, restrict, set_severity, take_lead
from incidents.actions.reporting import dismiss_reports, join_reports, report
from incidents.actions.safety import agree
from incidents.actions.setting_aside import cancel, mark_duplicate
from incidents.actions.turning import mitigate, recover

__all__ = [
    "add_entry",
    "agree",
    "ask_areas",
    "assess",
    "cancel",
    "close",
    "declare",
    "dismiss_reports",
    "end_impact",
    "fix",
    "join_reports",
    "mark_duplicate",
    "mitigate",
    "need_no_run",
    "no_change",
    "post_update",
    "recover",
    "reopen",
    "report",
    "restore",
    "restrict",
    "set_impact",
    "set_severity",
    "stand_down",
    "stand_down_areas",
    "take_lead",
]
