"""Reads the incidents of a file, in their final state (DESIGN.md, 12)."""

from datetime import datetime
from itertools import pairwise

from continuity.core.level import Effect
from continuity.intake.found import Everything, Found, IncidentRecord
from continuity.intake.reviews import review_of_incident
from continuity.intake.shapes import REFERENCE, Record
from incidents.adopt import Account
from incidents.models import Entry, Impact, Incident, State, Update

LONGEST_TEXT = 4_000
# The national table ends at 5; this trust's at 4.
SEVERITIES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 4}
# From here on a service that fails is only partly missing, unless the file says otherwise.
IN_PART_FROM = 3
LEVELS = {level.value: level for level in Incident.Level}
EFFECTS = {effect.value: effect.value for effect in Effect}
DETECTED = {word.value: word for word in Incident.Detected}
INSTRUCTIONS = {word.value: word for word in Incident.Instruction}
STAGES = {stage.value: stage for stage in Update.Stage}
ENTRIES = {kind.value: kind for kind in Entry.Kind}
MONITORING = "Monitoring"


def read_incidents(sheet: Record, found: Everything) -> None:
    """Take every incident of a file."""
    for record in sheet.records("incidents"):
        ref = record.word("ref", REFERENCE, "INC-2024-008")
        if ref:
            record.named(ref)
        found.incidents.append(_incident(record, ref))


def _incident(record: Record, ref: str) -> Found[IncidentRecord]:
    entries = _entries(record)
    incident = _milestones(record, Incident(ref=ref, title=record.text("title", most=120)), entries)
    incident.severity = SEVERITIES[record.whole("severity", least=1, most=5)]
    incident.level = record.choice("level", LEVELS, otherwise=Incident.Level.IT)
    incident.summary = record.text("impact", most=LONGEST_TEXT, required=False)
    incident.national_reference = record.text("national_reference", most=120, required=False)
    incident.contact = record.text("contact", most=300, required=False)
    incident.next_update_due_at = record.moment_if("next_update_due_at")
    incident.instruction = record.choice("instruction", {"": "", **INSTRUCTIONS}, otherwise="")
    incident.state = _state(incident)
    account = Account(
        incident=incident,
        release=record.text("notice_ref", most=40, required=False),
        impacts=_impacts(record, incident),
        updates=_updates(record, incident),
        entries=entries,
        roles=record.words("roles_stood_up"),
    )
    review = review_of_incident(record, incident)
    incident.needs_review = review is not None
    record.finished()
    return Found("incident", ref, record, IncidentRecord(account, review))


def _milestones(record: Record, incident: Incident, entries: list[Entry]) -> Incident:
    """The instants that are told. When a workaround stood is not, so it stays unknown; a start is an estimate."""
    incident.detected_at, incident.declared_at = record.moment("detected_at"), record.moment("declared_at")
    noticed = [entry.occurred_at for entry in entries if entry.kind == Entry.Kind.DETECTED]
    started_at = record.moment_if("started_at")
    incident.started_at = started_at or min([incident.detected_at, *noticed])
    incident.is_start_estimated = started_at is None
    incident.restored_at = record.moment_if("resolved_at")
    incident.stood_down_at = record.moment_if("stood_down_at")
    by_monitoring = any(entry.author_role == MONITORING for entry in entries)
    incident.detected_by = record.choice(
        "detected_by",
        DETECTED,
        otherwise=Incident.Detected.MONITORING if by_monitoring else Incident.Detected.STAFF,
    )
    _refuse_disorder(record, incident)
    return incident


def _refuse_disorder(record: Record, incident: Incident) -> None:
    told: list[tuple[str, datetime | None]] = [
        ("started_at", incident.started_at if record.has("started_at") else None),
        ("detected_at", incident.detected_at if record.has("detected_at") else None),
        ("declared_at", incident.declared_at if record.has("declared_at") else None),
        ("stood_down_at", incident.stood_down_at),
    ]
    known = [(key, when) for key, when in told if when]
    for (earlier, first), (later, second) in pairwise(known):
        if first > second:
            record.fault(later, f"This must not be before {earlier}.")
    # A service may be back before anybody declared that it was gone.
    for earlier in ("started_at", "detected_at"):
        if incident.restored_at and record.has(earlier) and incident.restored_at < getattr(incident, earlier):
            record.fault("resolved_at", f"This must not be before {earlier}.")
    if incident.stood_down_at and incident.restored_at is None and not record.has("resolved_at"):
        record.fault("resolved_at", "Say when the service was back, because the incident was stood down.")
    if incident.stood_down_at and incident.restored_at and incident.restored_at > incident.stood_down_at:
        record.fault("stood_down_at", "This must not be before resolved_at.")


def _state(incident: Incident) -> State:
    """How far it is: what was stood down elsewhere is over and only read here."""
    if incident.stood_down_at:
        return State.CLOSED
    return State.RESTORED if incident.restored_at else State.RESPONDING


def _impacts(record: Record, incident: Incident) -> list[tuple[str, Impact]]:
    """How services are hit: those named down, or degraded at severity 3 and 4; those also affected degraded."""
    usual = Effect.DEGRADED if incident.severity >= IN_PART_FROM else Effect.DOWN
    effect = record.choice("effect", EFFECTS, otherwise=usual.value)
    named, also = record.words("services"), record.words("also_affected")
    for key in sorted(set(named) & set(also)):
        record.fault("also_affected", f"{key} stands under services already.")
    hits = [(key, effect) for key in named] + [(key, Effect.DEGRADED.value) for key in also]
    since, until = incident.started_at, incident.restored_at
    return [(key, Impact(effect=how, since=since, until=until)) for key, how in hits]


def _updates(record: Record, incident: Incident) -> list[Update]:
    found = []
    for news in record.records("updates"):
        update = Update(
            published_at=news.moment("at"),
            stage=news.choice("status", STAGES),
            happened=news.text("text", most=LONGEST_TEXT),
            means=news.text("means", most=LONGEST_TEXT, required=False),
            do_now=news.text("do_now", most=LONGEST_TEXT, required=False),
            next_due_at=news.moment_if("next_update_due_at"),
            is_routine=news.flag("routine", otherwise=False),
            author_role=news.text("by", most=120, required=False),
        )
        news.finished()
        found.append(update)
    found.sort(key=lambda update: update.published_at)
    for place, update in enumerate(found):
        update.kind = _kind_of(update, incident, is_first=place == 0)
    return found


def _kind_of(update: Update, incident: Incident, *, is_first: bool) -> Update.Kind:
    """What sort of news it was, from its stage: back, or over when it came with the stand-down."""
    is_over = incident.stood_down_at is not None and update.published_at >= incident.stood_down_at
    if update.stage == Update.Stage.RESOLVED and is_over:
        return Update.Kind.STAND_DOWN
    if update.stage in {Update.Stage.RESOLVED, Update.Stage.MONITORING}:
        return Update.Kind.RESTORED
    return Update.Kind.INITIAL if is_first else Update.Kind.UPDATE


def _entries(record: Record) -> list[Entry]:
    """The log as it was kept at the time: when each line was written down is not told, so it counts as at once."""
    found = []
    for line in record.records("timeline"):
        at = line.moment("at")
        entry = Entry(
            occurred_at=at,
            recorded_at=at,
            kind=line.choice("kind", ENTRIES),
            text=line.text("text", most=LONGEST_TEXT),
            author_role=line.text("by", most=120, required=False),
            reason=line.text("reason", most=LONGEST_TEXT, required=False),
        )
        line.finished()
        found.append(entry)
    return sorted(found, key=lambda entry: entry.occurred_at)
