"""What somebody hears now: what they chose themselves or, until they choose, what their roles hear."""

from collections.abc import Iterable
from dataclasses import dataclass

from continuity.accounts.models import Role, User
from continuity.notifications.actions import Wish
from continuity.notifications.models import CHOSEN, Kind, Preference, RoleDefault, Subscription

BY = {"portal": "in the portal", "email": "by email", "sms": "by text"}


@dataclass(frozen=True)
class Hearing:
    """The wishes that count for a person, and how they want to be told. Costs two queries."""

    preference: Preference
    wishes: list[Wish]

    @property
    def is_own(self) -> bool:
        """Whether the person chose it, not their roles."""
        return self.preference.chosen_at is not None


@dataclass(frozen=True)
class Heard:
    """One kind of news as a role hears it: by which channels, and of incidents down to which severity."""

    kind: Kind
    ways: list[str]


def hearing_of(person: User) -> Hearing:
    preference = Preference.objects.filter(person=person).first() or Preference(person=person)
    if preference.chosen_at is not None:
        rows = Subscription.objects.filter(person=person)
        own = [Wish(row.kind, row.channel, row.service_id, row.area_id, row.severity) for row in rows]
        return Hearing(preference, own)
    return Hearing(preference, widest(RoleDefault.objects.filter(role__people=person)))


def widest(defaults: Iterable[RoleDefault]) -> list[Wish]:
    """One wish a kind and channel; of several roles' the one that hears most."""
    found: dict[tuple[str, str], int] = {}
    for row in defaults:
        way = (row.kind, row.channel)
        found[way] = max(found.get(way, 0), row.severity)
    return [Wish(kind, channel, severity=severity) for (kind, channel), severity in found.items()]


def heard_by(role: Role, rows: Iterable[RoleDefault]) -> list[Heard]:
    """What a role hears, in the order of the form; `rows` may hold those of other roles too."""
    own = [row for row in rows if row.role_id == role.pk]
    return [Heard(kind, [_way(row) for row in own if row.kind == kind]) for kind in CHOSEN]


def _way(row: RoleDefault) -> str:
    how = BY[row.channel]
    return f"{how}: {row.get_severity_display().lower()}" if row.kind == Kind.INCIDENT else how
