"""What an incident belongs with: a larger incident, the planned work it may have come from, those who follow it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from incidents.actions.guards import is_still_written, locked
from incidents.models import ENDED, Follow, Incident
from releases.models import Release


@transaction.atomic
def put_under(*, incident: Incident, parent: Incident, by: User, at: datetime) -> None:
    """It is part of a larger incident, which tells the whole story; both go on, each with its own record.

    One level only, so that nothing ever goes round in circles: a part has no parts, and a whole is part of nothing.
    """
    locked(incident, parent)
    is_still_written(incident)
    _may_hold(parent, incident)
    Incident.objects.filter(pk=incident.pk).update(parent=parent)
    incident.parent = parent
    record("incident.put_under", incident, by=by, at=at, to=parent.ref)
    record("incident.part_added", parent, by=by, at=at, to=incident.ref)


@transaction.atomic
def take_apart(*, incident: Incident, by: User, at: datetime) -> None:
    """It stands for itself again."""
    locked(incident)
    is_still_written(incident)
    if not Incident.objects.filter(pk=incident.pk, parent__isnull=False).update(parent=None):
        raise Conflict("It is part of no other incident any more.")
    incident.parent = None
    record("incident.taken_apart", incident, by=by, at=at)


@transaction.atomic
def suspect(*, incident: Incident, release: Release | None, by: User, at: datetime) -> None:
    """This planned work may have led to it; None clears the work that was suspected."""
    locked(incident)
    is_still_written(incident)
    suspected = Incident.objects.filter(pk=incident.pk).values_list("release_id", flat=True).get()
    if suspected == (release and release.pk):
        raise Refused("It is noted like this already.")
    Incident.objects.filter(pk=incident.pk).update(release=release)
    incident.release = release
    record("incident.suspected", incident, by=by, at=at, to=release.ref if release else "no planned work")


@transaction.atomic
def mark_exercise(*, incident: Incident, is_exercise: bool, by: User, at: datetime) -> None:
    """It is an exercise, or is real. Only while staff read nothing but the first news; nobody is told either way."""
    locked(incident)
    is_still_written(incident)
    _is_not_joined(incident)
    if incident.updates.filter(number__gt=1).exists():
        raise Conflict(
            "Staff were told more than the first news, so this stays what it is. "
            "Say that it is fixed, and declare another one."
        )
    same = Incident.objects.filter(pk=incident.pk, is_exercise=not is_exercise)
    if not same.update(is_exercise=is_exercise):
        raise Conflict("Somebody else changed this. Look at it again.")
    incident.is_exercise = is_exercise
    record("incident.exercise_marked", incident, by=by, at=at, to="exercise" if is_exercise else "real")


@transaction.atomic
def follow(*, incident: Incident, by: User, at: datetime) -> None:
    """Every update of it reaches this person, in the portal and by email, whatever else they chose to hear."""
    if incident.state in ENDED:
        raise Conflict("It is over, so there is no more news to follow.")
    _, is_new = Follow.objects.get_or_create(incident=incident, person=by, defaults={"since": at})
    if is_new:
        record("incident.followed", incident, by=by, at=at)


@transaction.atomic
def unfollow(*, incident: Incident, by: User, at: datetime) -> None:
    """They hear of it as they chose to hear of incidents."""
    if Follow.objects.filter(incident=incident, person=by).delete()[0]:
        record("incident.unfollowed", incident, by=by, at=at)


def carry_over(incident: Incident, to: Incident, by: User, at: datetime) -> None:
    """Whoever followed an incident, what was the same as it and its parts go on with another one. For actions only."""
    Follow.objects.bulk_create(
        [Follow(incident=to, person_id=each.person_id, since=at) for each in incident.followers.all()],
        ignore_conflicts=True,
    )
    incident.duplicates.update(duplicate_of=to)
    whole = Incident.objects.filter(children=to).first() or to
    if whole == incident:
        Incident.objects.filter(pk=to.pk).update(parent=None)
        to.parent, whole = None, to
        record("incident.taken_apart", to, by=by, at=at)
    for part in incident.children.all():
        Incident.objects.filter(pk=part.pk).update(parent=whole)
        record("incident.put_under", part, by=by, at=at, to=whole.ref)


def _is_not_joined(incident: Incident) -> None:
    """Refuse to make an exercise of what belongs with real incidents, or the other way round."""
    joined = Incident.objects.filter(Q(parent=incident) | Q(duplicate_of=incident) | Q(children=incident))
    other = joined.first()
    if other:
        raise Refused(
            f"It belongs with {other}: an exercise and a real incident have nothing to do with each other. "
            "Declare another one."
        )


def _may_hold(parent: Incident, incident: Incident) -> None:
    if parent.pk == incident.pk:
        raise Refused("An incident cannot be part of itself.")
    if parent.state in ENDED:
        raise Refused(f"{parent} is over, so nothing can become part of it.")
    if parent.is_exercise != incident.is_exercise:
        raise Refused("An exercise and a real incident have nothing to do with each other.")
    if parent.is_restricted and not incident.is_restricted:
        raise Refused(f"{parent} is restricted, so staff could not follow the news there.")
    whole = Incident.objects.filter(children=parent).first()
    if whole:
        raise Refused(f"{parent} is part of {whole}. Choose {whole}.")
    if incident.children.exists():
        raise Refused(f"Other incidents are part of {incident}, so it cannot be part of another.")
