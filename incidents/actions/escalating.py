"""Alarms that climb by the clock: begun, told level by level, taken, paused, exhausted and ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from continuity.accounts.models import User
from continuity.command.models import Chain, ChainVersion, CommandRole
from continuity.core.jobs import nudge
from continuity.core.ledger import SYSTEM, lines_about, record
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.core.states import move
from continuity.core.wording import time_words
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import URGENT
from continuity.notifications.models import Kind as News
from continuity.notifications.reachable import ways
from incidents.actions.guards import locked
from incidents.addressed import Addressed, addressed, addressed_as, may_take
from incidents.causes import wanted
from incidents.ladder import Outcome, Place, Rung, Turn, climb
from incidents.models import Escalation, EscalationCall, Incident, SeverityRule
from incidents.wording import ALARMS, alarm_body, alarm_title

# Who takes an alarm writes something down within so long, or it goes on (reference: taking it is perishable).
STALE_AFTER = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(minutes=60)
# Whom a chain tries last, whatever its levels are.
FALLBACK = "strategic"
ALARM = "incident.alarm_"
State = Escalation.State
WHO_MAY = (
    "Only those whom this alarm has told, or a role above them, can do this. Ring them: they are named here."
)


@transaction.atomic
def begin(*, incident: Incident, cause: str, at: datetime) -> Escalation | None:
    """The chain of a cause begins for an incident, by its newest version; None when it runs already or is unknown."""
    locked(incident)
    version = ChainVersion.objects.filter(chain__cause=cause).first()
    if version is None or incident.escalations.standing().filter(cause=cause).exists():
        return None
    begun = Escalation.objects.create(
        incident=incident, cause=cause, version=version, next_at=at, started_at=at
    )
    _nudge()
    _record("begun", begun, at)
    return begun


@transaction.atomic
def go_on(*, escalation: Escalation, at: datetime) -> None:
    """Tell the next level, if it is due and its cause still stands. Of two who try at once the later finds it done."""
    standing = _held(escalation)
    if standing is None or standing.next_at is None or standing.next_at > at:
        return
    if (standing.incident_id, standing.cause) not in wanted(at, standing.incident):
        _end(standing, at)
        return
    if standing.state == State.TAKEN and _was_put_off(standing, at):
        return
    if standing.state != State.RUNNING:
        verb = "stale" if standing.state == State.TAKEN else "resumed"
        move(standing, to=State.RUNNING, paused_why="", next_at=at)
        _record(verb, standing, at)
    _climb(standing, at)


@transaction.atomic
def take(*, escalation: Escalation, by: User, at: datetime) -> None:
    """Somebody sees to it. The alarm rests as long as people write something down, and goes on 15 minutes after."""
    standing = _may(escalation, by, at)
    move(standing, to=State.TAKEN, taken_by=by, taken_at=at, next_at=at + STALE_AFTER, paused_why="")
    _record("taken", standing, at, by=by)


@transaction.atomic
def pause(*, escalation: Escalation, until: datetime, reason: str, by: User, at: datetime) -> None:
    """The alarm rests until an instant, at most 60 minutes ahead, with a reason; then it goes on by itself."""
    standing = _may(escalation, by, at)
    if not reason:
        raise Refused("Say why the alarm rests.")
    if not at < until <= at + LONGEST_PAUSE:
        raise Refused("An alarm rests at most 60 minutes. Choose a shorter time.")
    move(standing, to=State.PAUSED, next_at=until, paused_why=reason)
    _record("paused", standing, at, by=by, words=reason)


@transaction.atomic
def end(*, escalation: Escalation, at: datetime) -> None:
    """The alarm is over when its cause is gone, not before."""
    standing = _held(escalation)
    if standing and (standing.incident_id, standing.cause) not in wanted(at, standing.incident):
        _end(standing, at)


def _held(escalation: Escalation) -> Escalation | None:
    """The escalation as it stands now, with its incident's row held; None once it is over."""
    locked(Incident(pk=escalation.incident_id))
    standing = Escalation.objects.standing().select_related("incident__declared_by", "version__chain")
    return standing.filter(pk=escalation.pk).first()


def _may(escalation: Escalation, by: User, at: datetime) -> Escalation:
    standing = _held(escalation)
    if standing is None:
        raise Conflict("This alarm is over: what it was about is done.")
    if not may_take(standing, by, at):
        raise Forbidden(WHO_MAY)
    return standing


def _was_put_off(standing: Escalation, at: datetime) -> bool:
    """Whether a person has written something since it was taken, so that it rests longer."""
    last = _last_written(standing)
    if last is None or last + STALE_AFTER <= at:
        return False
    _claim(standing, next_at=last + STALE_AFTER)
    return True


def _last_written(standing: Escalation) -> datetime | None:
    """When a person last did or wrote something on the incident since the alarm was taken."""
    incident, since = standing.incident, standing.taken_at
    done = lines_about(incident).filter(actor_kind=User._meta.label_lower, at__gt=since)
    # What happened earlier may be written down only now: an entry counts from when it was written.
    acted = done.exclude(verb="incident.noted").exclude(verb__startswith=ALARM)
    written = incident.entries.filter(author__isnull=False, recorded_at__gt=since)
    times = (acted.aggregate(last=Max("at"))["last"], written.aggregate(last=Max("recorded_at"))["last"])
    return max((each for each in times if each), default=None)


def _climb(standing: Escalation, at: datetime) -> None:
    incident, levels = standing.incident, list(standing.version.levels.select_related("role", "rota"))
    every = SeverityRule.objects.get(pk=incident.severity).update_every
    waits = [every if each.wait_min is None else timedelta(minutes=each.wait_min) for each in levels]
    found: dict[int, Addressed] = {}

    def tell(number: int) -> Outcome:
        found[number] = addressed(incident, levels[number - 1], at)
        return found[number].outcome

    rungs = [Rung(wait) for wait in waits]
    turn = climb(rungs, standing.version.rounds, Place(standing.level, standing.round), at, tell)
    state = State.RUNNING if turn.next_at else State.EXHAUSTED
    if not _claim(
        standing, state=state, level=turn.place.level, round=turn.place.round, next_at=turn.next_at
    ):
        return
    for call in turn.calls:
        _tell(standing, call.place, found[call.place.level], turn.next_at, at)
    tried = [found[call.place.level] for call in turn.calls]
    if turn.next_at:
        _record("told", standing, at, words=_told_words(tried))
    else:
        _exhaust(standing, len(levels), turn, tried, at)


def _exhaust(standing: Escalation, levels: int, turn: Turn, tried: Sequence[Addressed], at: datetime) -> None:
    """Nobody answered: the strategic commander is tried at last, and the alarm turns red until somebody takes it."""
    role = CommandRole.objects.filter(code=FALLBACK).first()
    last = addressed_as(standing.incident, role, at) if role else None
    before = standing.calls.filter(level=levels + 1).count()
    if last:
        _tell(standing, Place(levels + 1, turn.place.round + before), last, None, at)
    _record("exhausted", standing, at, words=_told_words([*tried, *([last] if last else [])]))


def _claim(standing: Escalation, **to: Any) -> bool:
    """Change it, unless another worker was quicker: the old state stands in the WHERE."""
    seen = Escalation.objects.filter(pk=standing.pk, state=standing.state, next_at=standing.next_at)
    return bool(seen.update(**to))


def _tell(standing: Escalation, place: Place, to: Addressed, next_at: datetime | None, at: datetime) -> None:
    facts = {
        "escalation": standing, "level": place.level, "round": place.round, "role": to.called,
        "outcome": to.outcome.value, "at": at,
    }  # fmt: skip
    EscalationCall.objects.bulk_create(
        EscalationCall(person=person, **facts) for person in to.people or (None,)
    )
    if to.people:
        _notify(standing, place, to, next_at, at)


def _notify(
    standing: Escalation, place: Place, to: Addressed, next_at: datetime | None, at: datetime
) -> None:
    incident = standing.incident
    until = (
        f"before {time_words(next_at)}, or the next level is told" if next_at else "now: everybody was tried"
    )
    title = alarm_title(incident, standing.cause)
    notify(
        key=f"incident:{incident.pk}:alarm:{standing.pk}:{place.round}:{place.level}",
        kind=News.INCIDENT,
        subject=incident,
        words=Words(
            title=title,
            body=alarm_body(incident, standing.cause, to.called, until, at),
            brief=f"{title}. Take it {until}.",
            url=f"{reverse('incidents:room', args=[incident.ref])}#alarms",
        ),
        audience=Audience(
            people=frozenset(each.pk for each in to.people), subscribers=False, named_by=("portal", *ways())
        ),
        # An alarm never waits for the morning, however mild the incident.
        severity=min(incident.severity, URGENT),
        at=at,
    )


def _end(standing: Escalation, at: datetime) -> None:
    move(standing, to=State.ENDED, ended_at=at, next_at=None)
    _record("ended", standing, at)


def _told_words(tried: Sequence[Addressed]) -> str:
    """Told Tactical (Silver): On-call manager. Nobody on call: Strategic (Gold)."""
    said = EscalationCall.Outcome
    return " ".join(
        f"Told {each.called}: {', '.join(map(str, each.people))}."
        if each.people
        else f"{said(each.outcome.value).label}: {each.called}."
        for each in tried
    )


def _record(what: str, standing: Escalation, at: datetime, *, by: Any = SYSTEM, words: str = "") -> None:
    why = ALARMS[Chain.Cause(standing.cause)]
    record(f"{ALARM}{what}", standing.incident, by=by, at=at, to=why, words=words)


def _nudge() -> None:
    from incidents.tasks import escalate_due  # the task calls actions of this room

    nudge(escalate_due)
