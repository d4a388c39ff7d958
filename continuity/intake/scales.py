"""Severities and command roles that a file repeats: settings of the portal, which an import does not change."""

from continuity.intake.known import Known
from continuity.intake.shapes import Record
from incidents.models import SeverityRule

KEPT = "The portal keeps its own setting, which differs."
MOST_MINUTES = 7 * 24 * 60
MOST_DAYS = 365


def read_scales(sheet: Record, known: Known) -> None:
    """Check the shapes, and warn where the portal's own settings say otherwise."""
    if scale := sheet.record("severity_scale", required=False):
        for key in scale.node.pairs:
            if rule := _rule(scale, key):
                _compare_rule(scale, rule, key, known)
    if roles := sheet.record("command_roles", required=False):
        for code in roles.node.pairs:
            _read_role(roles, code, known)


def _rule(scale: Record, key: str) -> Record | None:
    if key not in {"1", "2", "3", "4", "5"}:
        scale.fault(key, "A severity is a number from 1 to 5.")
        return None
    return scale.record(key)


def _compare_rule(scale: Record, record: Record, key: str, known: Known) -> None:
    told = (
        record.text("label", most=40),
        record.text("meaning", most=200),
        record.whole("update_every_min", least=1, most=MOST_MINUTES),
        record.whole("review_within_days", least=1, most=MOST_DAYS)
        if record.has("review_within_days")
        else None,
    )
    record.finished()
    # 5, the lowest of the national table, is 4 here.
    ours = known.severities.get(min(int(key), 4))
    if key != "5" and ours and told != _facts(ours):
        scale.warn(key, KEPT)


def _facts(rule: SeverityRule) -> tuple[str, str, int, int | None]:
    return (rule.label, rule.meaning, rule.update_every_min, rule.review_within_days)


def _read_role(roles: Record, code: str, known: Known) -> None:
    record = roles.record(code)
    if record is None:
        return
    told = (record.text("title", most=80), record.text("held_by", most=120, required=False))
    record.finished()
    ours = known.roles.get(code)
    if ours is None:
        roles.fault(code, "There is no such command role.")
    elif told != (ours.title, ours.held_by):
        roles.warn(code, KEPT)
