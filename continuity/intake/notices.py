"""Reads the notices of a file: releases in their final state, freezes, calendar entries (DESIGN.md, 12)."""

from datetime import datetime

from continuity.core.level import Effect
from continuity.intake.found import Everything, Found, NoticeRecord
from continuity.intake.reviews import review_of_notice
from continuity.intake.shapes import REFERENCE, Record
from continuity.intake.windows import Window, actual_of, is_inside, window_of
from releases.adopt import Notice
from releases.models import OVER, Approval, Disruption, Freeze, Instruction, Release, State, Update

FREEZE = "FRZ-"
LONGEST_TEXT = 4_000
KINDS = {kind.value: kind for kind in Release.Kind}
SOURCES = {source.value: source for source in Release.Source}
# `none` hits nothing: what is told then is that work goes on.
IMPACTS = {
    "none": "",
    "degraded": Effect.DEGRADED.value,
    "read_only": Effect.READ_ONLY.value,
    "unavailable": Effect.DOWN.value,
}
STATES = {
    "draft": State.DRAFT,
    "in_review": State.IN_REVIEW,
    "published": State.PUBLISHED,
    "planned": State.PUBLISHED,
    "scheduled": State.PUBLISHED,
    "in_progress": State.IN_PROGRESS,
    "verifying": State.CHECKING,
    "checking": State.CHECKING,
    "completed": State.COMPLETED,
    "completed_with_issues": State.COMPLETED,
    "overran": State.COMPLETED,
    "rolled_back": State.ROLLED_BACK,
    "cancelled": State.CANCELLED,
    "postponed": State.POSTPONED,
}
# An overrun is computed from times, so `overrunning` is news and never a state.
STAGES = {**{word: state.value for word, state in STATES.items()}, "overrunning": "overrunning"}
WITH_ISSUES = "Completed with issues."
REST_OF_A_FREEZE = (
    *("before", "during", "after", "contact", "owner_role", "approved_by_roles", "outcome", "kind", "source"),
    *("published_at", "outage_start", "outage_end", "impact", "status"),
)
# Those a person may still ask about.
AHEAD = frozenset({State.PUBLISHED, State.IN_PROGRESS, State.CHECKING, State.POSTPONED})


def read_notices(sheet: Record, found: Everything) -> None:
    """Take every notice of a file; one whose reference begins with FRZ- is a freeze."""
    for record in sheet.records("notices"):
        ref = record.word("ref", REFERENCE, "REL-2024-071")
        if ref:
            record.named(ref)
        if ref.startswith(FREEZE):
            found.freezes.append(_freeze(record, ref))
        else:
            found.notices.append(_notice(record, ref))


def _freeze(record: Record, ref: str) -> Found[Freeze]:
    span = _required_window(record, "work_start", "work_end")
    freeze = Freeze(
        ref=ref,
        title=record.text("title", most=160),
        span=span,
        reason=record.text("summary", most=LONGEST_TEXT, required=False),
    )
    if record.words("services"):
        record.fault("services", "A freeze names no services. Give it another reference, or take them out.")
    # The rest of a freeze's notice says in other words what its span and summary say.
    record.known.update(REST_OF_A_FREEZE)
    record.finished()
    return Found("freeze", ref, record, freeze)


def _notice(record: Record, ref: str) -> Found[NoticeRecord]:
    status = record.choice("status", {word: word for word in STATES})
    outage = window_of(record, "outage_start", "outage_end")
    work = window_of(record, "work_start", "work_end") or outage
    actual = actual_of(record, "actual_outage_start", "actual_outage_end")
    if work is None and not record.has("work_start"):
        record.fault("work_start", "This is missing.")
    if outage and work and not is_inside(outage, work):
        record.fault("outage_start", "The outage must lie inside the work window.")
    release = _release(record, ref, STATES[status], work)
    notice = Notice(
        release=release,
        replaces=record.text("replaces", most=40, required=False),
        services=record.words("services"),
        instructions=_instructions(record),
        updates=_updates(record, release.owner_role),
        approvals=_approvals(record, release.published_at),
    )
    notice.disruptions = _disruptions(record, notice.services, work, outage, actual)
    _happened(record, notice, actual)
    review = review_of_notice(record, release)
    incident = record.text("incident_ref", most=40, required=False)
    record.leave_out("invented", "facts", "reminders", "recurrence")
    record.finished()
    return Found("notice", ref, record, NoticeRecord(notice, incident, review))


def _release(record: Record, ref: str, state: State, work: Window | None) -> Release:
    is_ahead = state in AHEAD
    clock_note = record.text("clock_note", most=LONGEST_TEXT, required=False)
    summary = record.text("summary", most=LONGEST_TEXT, required=False)
    return Release(
        ref=ref,
        title=record.text("title", most=160),
        kind=record.choice("kind", KINDS, otherwise=Release.Kind.RELEASE),
        source=record.choice("source", SOURCES, otherwise=Release.Source.LOCAL),
        state=state,
        summary="\n\n".join(part for part in (summary, clock_note) if part),
        reason=record.text("reason", most=LONGEST_TEXT, required=False),
        work=work,
        contact=record.text("contact", most=300, required=is_ahead),
        local_note=record.text("local_note", most=LONGEST_TEXT, required=False),
        owner_role=record.text("owner_role", most=120, required=False),
        published_at=record.moment_if("published_at"),
        postponed_to=record.moment_if("postponed_to"),
        outcome=_outcome(record, state),
    )


def _outcome(record: Record, state: State) -> str:
    """The outcome in words for staff; one with issues says so first."""
    said = record.text("outcome", most=LONGEST_TEXT, required=state == State.COMPLETED)
    found = record.node.pairs.get("status")
    is_troubled = getattr(found, "text", "") == "completed_with_issues"
    return f"{WITH_ISSUES} {said}" if is_troubled and said else said


def _disruptions(
    record: Record, named: list[str], work: Window | None, outage: Window | None, actual: Window | None
) -> list[tuple[str, Disruption]]:
    """How each service is hit: those named over the outage, those also affected at risk for as long.

    Without an outage window a degraded service is so for the whole work window.
    """
    effect = record.choice("impact", IMPACTS)
    also = record.words("also_affected")
    for key in sorted(set(named) & set(also)):
        record.fault("also_affected", f"{key} stands under services already.")
    if effect == Effect.DOWN.value and outage is None and not record.has("outage_start"):
        record.fault("outage_start", "Say from when to when, because the impact is unavailable.")
    span = outage or work
    hits = [(key, effect, actual) for key in named if effect]
    hits += [(key, Effect.AT_RISK.value, None) for key in also]
    return [(key, Disruption(effect=how, span=span, actual=truly)) for key, how, truly in hits]


def _instructions(record: Record) -> list[Instruction]:
    return [
        Instruction(phase=phase, order=order, text=text)
        for phase in Instruction.Phase.values
        for order, text in enumerate(record.texts(phase, most=300), 1)
    ]


def _updates(record: Record, author_role: str) -> list[Update]:
    found = []
    for news in record.records("updates"):
        update = Update(
            at=news.moment("at"),
            stage=news.choice("status", STAGES),
            text=news.text("text", most=LONGEST_TEXT),
            author_role=author_role,
        )
        news.finished()
        found.append(update)
    return sorted(found, key=lambda update: update.at)


def _approvals(record: Record, published_at: datetime | None) -> list[Approval]:
    roles = record.texts("approved_by_roles", most=120)
    for role in sorted({role for role in roles if roles.count(role) > 1}):
        record.fault("approved_by_roles", f"{role} stands here twice.")
    return [Approval(role=role, at=published_at) for role in roles]


def _happened(record: Record, notice: Notice, actual: Window | None) -> None:
    """When the work began, was back and ended, as far as the file tells; the rest stays unknown."""
    release = notice.release
    cancelled_at = record.moment_if("cancelled_at")
    if release.state == State.CANCELLED:
        release.ended_at = cancelled_at or _told_at(notice, State.CANCELLED)
        return
    if actual is None:
        return
    release.started_at, release.back_at = actual.lower, actual.upper
    if release.state in OVER and actual.upper and release.work:
        release.ended_at = _ended_at(release, _told_at(notice, State(release.state)), actual.upper)


def _ended_at(release: Release, told_at: datetime | None, back_at: datetime) -> datetime:
    """When the work ended: when that was told, if it was early; otherwise as planned, or when it was back if later.

    News of the morning after says how it went, not when it ended.
    """
    if told_at and back_at <= told_at <= release.ends_at:
        return told_at
    return max(back_at, release.ends_at)


def _told_at(notice: Notice, state: State) -> datetime | None:
    return next((update.at for update in notice.updates if update.stage == state), None)


def _required_window(record: Record, start: str, end: str) -> Window | None:
    found = window_of(record, start, end)
    if not record.has(start) and not record.has(end):
        record.fault(start, "This is missing.")
    return found
