"""Choosing what to hear about, how and when; and what a role hears whose holders have not chosen."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, time

from django.db import transaction

from continuity.accounts.models import Role, User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.notifications.models import MILDEST, Channel, Preference, RoleDefault, Subscription

NO_MOBILE = "Enter your mobile number, or choose no text messages."


@dataclass(frozen=True)
class Wish:
    """A kind of news by a channel: about one service, about one area, or (neither) about everything."""

    kind: str
    channel: str
    service_id: int | None = None
    area_id: int | None = None
    severity: int = MILDEST


@dataclass(frozen=True)
class Manner:
    """How somebody is told: their number for texts, when the day's letter comes if they want it, quiet hours."""

    mobile: str = ""
    rhythm: str = Preference.Rhythm.AT_ONCE
    digest_at: time | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None


@transaction.atomic
def choose(
    *, person: User, wishes: Iterable[Wish], by: User, at: datetime, manner: Manner | None = None
) -> None:
    """The person hears exactly what is wished for from now on, and nothing else; without `manner`, as before.

    Raises Refused for texts without a number.
    """
    _take_turns(person)
    kept, _ = Preference.objects.get_or_create(person=person)
    was = (kept.chosen_at is not None, _manner_of(kept))
    _keep_manner(kept, manner or _manner_of(kept), at)
    wanted = set(wishes)
    if not kept.mobile and any(wish.channel == Channel.SMS for wish in wanted):
        raise Refused(NO_MOBILE)
    is_other = _keep_wishes(person, wanted)
    if is_other or was != (True, _manner_of(kept)):
        record("subscription.chosen", person, by=by, at=at)


@transaction.atomic
def follow_role(*, person: User, by: User, at: datetime) -> None:
    """The person hears what their roles hear again. Their number, quiet hours and rhythm stay."""
    _take_turns(person)
    Subscription.objects.filter(person=person).delete()
    if Preference.objects.filter(person=person, chosen_at__isnull=False).update(chosen_at=None):
        record("subscription.left_to_role", person, by=by, at=at)


@transaction.atomic
def set_default(*, role: Role, seen: str, wishes: Iterable[Wish], by: User, at: datetime) -> None:
    """Holders of the role who have not chosen hear exactly this of everything from now on.

    Conflict when somebody changed it since it was as `seen` says (see `mark_of`).
    """
    Role.objects.select_for_update().get(pk=role.pk)
    wanted = set(wishes)
    had = {Wish(row.kind, row.channel, severity=row.severity): row.pk for row in _defaults_of(role)}
    if wanted == set(had):
        return
    if seen != mark_of(had):
        raise Conflict("Somebody else changed what this role hears while you were writing.")
    RoleDefault.objects.filter(pk__in=[key for wish, key in had.items() if wish not in wanted]).delete()
    RoleDefault.objects.bulk_create(
        RoleDefault(role=role, kind=wish.kind, channel=wish.channel, severity=wish.severity)
        for wish in wanted - set(had)
    )
    record("role.hears_other_news", role, by=by, at=at)


def mark_of(wishes: Iterable[Wish]) -> str:
    """What a form keeps of the wishes that it showed, so that a stale one is noticed: a role has many rows."""
    return " ".join(sorted(f"{wish.kind}:{wish.channel}:{wish.severity}" for wish in wishes))


def _take_turns(person: User) -> None:
    """Two saves of one person wait for each other, so that neither leaves half of the other's."""
    User.objects.select_for_update().get(pk=person.pk)


def _manner_of(kept: Preference) -> Manner:
    return Manner(**{name: getattr(kept, name) for name in Manner.__dataclass_fields__})


def _keep_manner(kept: Preference, manner: Manner, at: datetime) -> None:
    for name, value in asdict(manner).items():
        setattr(kept, name, value)
    kept.chosen_at = at
    kept.save()


def _keep_wishes(person: User, wanted: set[Wish]) -> bool:
    """Whether anything is wished for otherwise than before."""
    had = {
        Wish(row.kind, row.channel, row.service_id, row.area_id, row.severity): row.pk
        for row in Subscription.objects.filter(person=person)
    }
    gone = [key for wish, key in had.items() if wish not in wanted]
    Subscription.objects.filter(pk__in=gone).delete()
    Subscription.objects.bulk_create(
        Subscription(person=person, **asdict(wish)) for wish in wanted - set(had)
    )
    return wanted != set(had)


def _defaults_of(role: Role) -> Iterable[RoleDefault]:
    return RoleDefault.objects.filter(role=role)
