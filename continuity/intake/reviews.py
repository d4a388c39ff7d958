"""Reads the reviews inside incidents and notices: findings, factors and what will be changed."""

import re
from datetime import datetime

from continuity.core.clock import at_local
from continuity.intake.catalogue import MORNING
from continuity.intake.shapes import Record
from incidents.models import Incident
from incidents.reviews.adopt import Account
from incidents.reviews.models import Action, Factor, Review, Section, State
from releases.models import Release

LONGEST_TEXT = 4_000
ACTION = re.compile(r"A[1-9][0-9]{0,2}")
METHODS = {kind.value: kind for kind in Review.Kind}
AREAS = {area.value: area for area in Factor.Area}
STRENGTHS = {strength.value: strength for strength in Action.Strength}
# Overdue is computed from the date; done is somebody's claim until a check is recorded.
STATUSES = {
    "proposed": Action.State.PROPOSED,
    "open": Action.State.ACCEPTED,
    "overdue": Action.State.ACCEPTED,
    "in_progress": Action.State.IN_PROGRESS,
    "done": Action.State.CLAIMED_DONE,
    "verified": Action.State.VERIFIED,
    "rejected": Action.State.REJECTED,
    "cancelled": Action.State.CANCELLED,
}
TEXTS = {"went_well": Section.Code.WENT_WELL, "to_improve": Section.Code.TO_IMPROVE}


def review_of_incident(record: Record, incident: Incident) -> Account | None:
    """The review inside an incident, published where it says when and otherwise approved."""
    found = record.record("review", required=False)
    if found is None:
        return None
    published_at = _morning_of(found, "published_at")
    review = Review(
        title=_title(incident.title),
        kind=found.choice("method", METHODS, otherwise=Review.Kind.AFTER_ACTION),
        state=State.PUBLISHED if published_at else State.APPROVED,
        held_on=found.day_if("held_at"),
        published_at=published_at,
        summary=found.text("summary", most=LONGEST_TEXT),
    )
    account = Account(
        review=review,
        sections=_sections(found),
        factors=[_factor(each) for each in found.records("factors")],
        actions=[_action(each) for each in found.records("actions")],
    )
    _refuse_repeated(found, account)
    found.finished()
    return account


def review_of_notice(record: Record, release: Release) -> Account | None:
    """The look back at a release; its lesson is also the release's own, shown to whoever writes the next notice."""
    found = record.record("review", required=False)
    if found is None:
        return None
    is_needed = found.flag("needed", otherwise=True)
    kind = found.choice("kind", METHODS, otherwise=Review.Kind.POST_RELEASE)
    release.lesson = found.text("lesson", most=LONGEST_TEXT, required=is_needed)
    published_at = _morning_of(found, "published_at")
    held_on = found.day_if("held_at")
    found.finished()
    if not is_needed:
        return None
    state = State.PUBLISHED if published_at else State.APPROVED
    review = Review(
        title=_title(release.title), kind=kind, state=state, held_on=held_on, published_at=published_at,
        summary=release.lesson,
    )  # fmt: skip
    return Account(review=review)


def _title(title: str) -> str:
    return f"Review: {title}"[: Review._meta.get_field("title").max_length]


def _morning_of(record: Record, key: str) -> datetime | None:
    day = record.day_if(key)
    return at_local(day, MORNING) if day else None


def _sections(record: Record) -> list[Section]:
    """One line of text a finding, as a writer of the page would put them."""
    found = []
    for key, code in TEXTS.items():
        lines = record.texts(key, most=LONGEST_TEXT)
        if lines:
            found.append(Section(code=code, text="\n".join(lines)))
    return found


def _factor(record: Record) -> Factor:
    factor = Factor(
        area=record.choice("area", AREAS),
        text=record.text("text", most=LONGEST_TEXT),
        is_hindering=record.flag("hindering", otherwise=True),
    )
    record.finished()
    return factor


def _action(record: Record) -> Action:
    ref = record.word("ref", ACTION, "A1")
    state = record.choice("status", STATUSES)
    verified_at = _morning_of(record, "verified_at")
    if verified_at and state == Action.State.CLAIMED_DONE:
        state = Action.State.VERIFIED
    if state == Action.State.VERIFIED and verified_at is None:
        record.fault("status", "Say in verified_at when it was checked, or write done.")
    action = Action(
        number=int(ref[1:]) if ref else 0,
        title=record.text("text", most=300),
        owner_role=record.text("owner_role", most=120),
        due_on=record.day("due"),
        strength=record.choice("strength", STRENGTHS),
        state=state,
        verified_at=verified_at,
        measure=record.text("measure", most=300, required=False),
        evidence=record.text("evidence", most=LONGEST_TEXT, required=False),
        ended_why=record.text("reason", most=300, required=False),
    )
    record.finished()
    return action


def _refuse_repeated(record: Record, account: Account) -> None:
    numbers = [action.number for action in account.actions if action.number]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        record.fault("actions", f"A{number} stands here twice.")
