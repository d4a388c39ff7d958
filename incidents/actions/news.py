"""What staff are told: updates in three parts, with the promise of the next."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from continuity.accounts.models import User
from continuity.core.ledger import name_of, record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import length_words, time_words
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Kind as News
from continuity.plans.models import Version
from incidents import wording
from incidents.actions.guards import is_still_written, locked
from incidents.actions.turning import mitigated
from incidents.models import ACTIVE, Incident, SeverityRule, State, Update


@transaction.atomic
def post_update(
    *,
    incident: Incident,
    happened: str,
    by: User,
    at: datetime,
    means: str = "",
    do_now: str = "",
    procedure: Version | None = None,
    next_due_at: datetime | None = None,
    stage: str = "",
    is_workaround: bool = False,
    corrects: Update | None = None,
    seen: int | None = None,
) -> Update:
    """Tell staff something, and promise the next update.

    While the service is not back the promise is `next_due_at`, or as late as the severity allows. `is_workaround`
    says that staff can work round it now. `seen` is the number of the last update the author saw: Conflict when
    another was published meanwhile.
    """
    locked(incident)
    _may_still_be_told(incident, corrects)
    _is_what_the_author_saw(incident, seen)
    _can_be_followed(procedure)
    kind = Update.Kind.CORRECTION if corrects else Update.Kind.UPDATE
    if is_workaround and not corrects:
        kind = Update.Kind.WORKAROUND
        if not (do_now or procedure):
            raise Refused("Say what staff do now, or choose a procedure: that is what a workaround is.")
        if incident.state in {State.DECLARED, State.RESPONDING}:
            mitigated(incident, at, by, at)
    return publish(
        incident=incident, kind=kind, happened=happened, means=means, do_now=do_now, procedure=procedure,
        next_due_at=promised(incident, next_due_at, at), stage=stage, corrects=corrects, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def no_change(*, incident: Incident, by: User, at: datetime) -> Update:
    """Renew the promise for as long as the severity allows, in one press; staff read that nothing changed."""
    locked(incident)
    if incident.state not in ACTIVE:
        raise Conflict("The service is back, so no update is promised any more.")
    return publish(
        incident=incident, kind=Update.Kind.UPDATE, happened=wording.NO_CHANGE, is_routine=True,
        next_due_at=promised(incident, None, at), by=by, at=at,
    )  # fmt: skip


def publish(
    *, incident: Incident, kind: str, happened: str, by: Any, at: datetime, next_due_at: datetime | None = None,
    **parts: Any,
) -> Update:  # fmt: skip
    """Write the next update, tell those who want to hear, leave a line. For actions only, in their transaction.

    Nobody is told about a restricted incident or an exercise: staff cannot open either.
    """
    update = Update.objects.create(
        incident=incident,
        number=1 + (incident.updates.aggregate(last=Max("number"))["last"] or 0),
        kind=kind,
        happened=happened,
        severity=incident.severity,
        services=_services_now(incident),
        next_due_at=next_due_at,
        published_at=at,
        author=by if isinstance(by, User) else None,
        author_role=str(by),
        **parts,
    )
    Incident.objects.filter(pk=incident.pk).update(next_update_due_at=next_due_at)
    incident.next_update_due_at = next_due_at
    if not (incident.is_restricted or incident.is_exercise):
        _tell(incident, update, at)
    record("incident.updated", incident, by=by, at=at, to=update.kind, holds=[update])
    return update


def promised(incident: Incident, next_due_at: datetime | None, at: datetime) -> datetime | None:
    """The promise of the next update: the one given, or as late as the severity allows; none once it is back.

    Refused when it is past, or later than the severity allows.
    """
    if incident.state not in ACTIVE:
        return None
    every = SeverityRule.objects.get(pk=incident.severity).update_every
    if next_due_at is None:
        # To the minute, as it is told: an update promised by 4:30pm is overdue right after it.
        return (at + every).replace(second=0, microsecond=0)
    if next_due_at <= at:
        raise Refused("The next update must be promised for later than now.")
    if next_due_at > at + every:
        raise Refused(
            f"At severity {incident.severity} staff are told at least every {length_words(every)}. "
            f"Promise the next update for {time_words(at + every)} or before."
        )
    return next_due_at


def _may_still_be_told(incident: Incident, corrects: Update | None) -> None:
    is_still_written(incident)
    if incident.state == State.STOOD_DOWN and corrects is None:
        raise Conflict("This incident is stood down. Correct an update, or open the incident again.")
    if corrects is not None and corrects.incident_id != incident.pk:
        raise Refused("A correction belongs to an update of the same incident.")


def _is_what_the_author_saw(incident: Incident, seen: int | None) -> None:
    if seen is None:
        return
    newer = incident.updates.filter(number__gt=seen).order_by("-number").first()
    if newer:
        raise Conflict(
            f"Somebody published update {newer.number} while you wrote: "
            f"{newer.happened} Look at it, then publish yours."
        )


def _can_be_followed(procedure: Version | None) -> None:
    """A procedure past its review date may be linked; a draft or a withdrawn one may not."""
    if procedure is not None and procedure.state != Version.State.PUBLISHED:
        raise Refused(f"{procedure} is not published, so staff cannot open it.")


def _services_now(incident: Incident) -> dict[str, str]:
    return dict(incident.impacts.filter(until__isnull=True).values_list("service__key", "effect"))


def _tell(incident: Incident, update: Update, at: datetime) -> None:
    name = name_of(incident)
    services = frozenset(incident.impacts.values_list("service_id", flat=True))
    names = list(
        incident.impacts.order_by("service__name").values_list("service__name", flat=True).distinct()
    )
    notify(
        key=f"incident:{incident.pk}:update:{update.number}",
        kind=News.INCIDENT,
        subject=incident,
        words=Words(
            title=wording.message_title(incident.title, update.kind, update.number),
            body=wording.message_body(update, names),
            brief=update.happened,
            url=incident.get_absolute_url(),
            is_whole=True,
        ),
        audience=Audience(
            services=services,
            people=_followers(incident),
            told_about=f"{name.kind} {name.label}",
            tells_areas=True,
        ),
        severity=incident.severity,
        at=at,
    )


def _followers(incident: Incident) -> frozenset[int]:
    return frozenset(incident.followers.values_list("person_id", flat=True))
