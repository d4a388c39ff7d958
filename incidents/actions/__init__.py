"""Writes of the room, by subject. Each is atomic, keyword-only and ends with its line in the ledger."""

from incidents.actions.areas import ask_areas, stand_down_areas
from incidents.actions.declaring import declare
from incidents.actions.ending import close, fix, reopen, restore, stand_down
from incidents.actions.escalating import pause as pause_alarm
from incidents.actions.escalating import take as take_alarm
from incidents.actions.handing_over import (
    accept_handover,
    decline_handover,
    expire_handover,
    hand_over,
    withdraw_handover,
)
from incidents.actions.impacts import end_impact, need_no_run, set_impact
from incidents.actions.looking import doubt, find_right
from incidents.actions.news import no_change, post_update
from incidents.actions.outside import name_outside_body, spare_outside_body, tell_outside_body
from incidents.actions.promising import snooze
from incidents.actions.ready_words import add_ready_words, change_ready_words, remove_ready_words
from incidents.actions.record import add_entry, assess, restrict
from incidents.actions.reporting import dismiss_reports, join_reports, report
from incidents.actions.reporting_up import report_up
from incidents.actions.roles import accept, decline, lapse, offer, release, take, take_lead
from incidents.actions.safety import agree
from incidents.actions.setting_aside import cancel, mark_duplicate
from incidents.actions.severity import confirm_severity, set_severity
from incidents.actions.standing_in import force_handover, hand_over_by_phone
from incidents.actions.turning import mitigate, recover

__all__ = [
    "accept",
    "accept_handover",
    "add_entry",
    "add_ready_words",
    "agree",
    "ask_areas",
    "assess",
    "cancel",
    "change_ready_words",
    "close",
    "confirm_severity",
    "declare",
    "decline",
    "decline_handover",
    "dismiss_reports",
    "doubt",
    "end_impact",
    "expire_handover",
    "find_right",
    "fix",
    "force_handover",
    "hand_over",
    "hand_over_by_phone",
    "join_reports",
    "lapse",
    "mark_duplicate",
    "mitigate",
    "name_outside_body",
    "need_no_run",
    "no_change",
    "offer",
    "pause_alarm",
    "post_update",
    "recover",
    "release",
    "remove_ready_words",
    "reopen",
    "report",
    "report_up",
    "restore",
    "restrict",
    "set_impact",
    "set_severity",
    "snooze",
    "spare_outside_body",
    "stand_down",
    "stand_down_areas",
    "take",
    "take_alarm",
    "take_lead",
    "tell_outside_body",
    "withdraw_handover",
]
