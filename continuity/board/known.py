"""What the board knows: services, planned work, failures and who said that something works. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from psycopg.types.range import Range

from continuity.core.level import Effect

Window = Range[datetime]


@dataclass(frozen=True)
class Service:
    """One thing staff rely on. `do_now` is the address of its downtime procedure, "" when it has none."""

    key: str
    name: str
    url: str = ""
    tier: int = 3
    do_now: str = ""


@dataclass(frozen=True)
class Need:
    """A service that another needs: without it the other stops, or works in part."""

    on: str
    stops: bool = True


@dataclass(frozen=True)
class Outage:
    """How planned work hits one service: planned from when to when, and what happened so far."""

    service: Service
    effect: Effect
    span: Window
    actual: Window | None = None


@dataclass(frozen=True)
class Work:
    """A release staff were told about. `state` and `is_held` as `releases.schedule` reads them."""

    ref: str
    title: str
    url: str
    state: str
    work: Window
    outages: tuple[Outage, ...] = ()
    is_held: bool = False
    says: str = ""
    told_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True)
class Hit:
    """How a failure hits one service, and since when; without `until` while it lasts."""

    service: Service
    effect: Effect
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Failure:
    """An incident everybody may know of. `is_active`: not restored yet; `is_over`: stood down or closed."""

    ref: str
    title: str
    url: str
    hits: tuple[Hit, ...] = ()
    is_active: bool = True
    is_over: bool = False
    is_worked_round: bool = False  # not back, but people can work without it
    says: str = ""
    told_at: datetime | None = None
    do_now: str = ""
    promised_at: datetime | None = None
    restored_at: datetime | None = None
    instruction: str = ""
    areas: tuple["Told", ...] = ()  # where it is stood down area by area

    @property
    def is_lingering(self) -> bool:
        """Whether the service is back, but an area is on paper still."""
        return not self.is_active and any(told.is_on_paper for told in self.areas)


@dataclass(frozen=True)
class Told:
    """What one area, by its key, was told to do now that a service is back; on paper until it is told otherwise."""

    area: str
    instruction: str
    is_on_paper: bool = True


@dataclass(frozen=True)
class Voucher:
    """A person or a monitor says that a service works; true for as long as its freshness limit."""

    service: str
    says: str
    said_at: datetime
    holds_until: datetime
    is_by_person: bool = True


@dataclass(frozen=True)
class Place:
    """A ward, clinic or practice, and the keys of the services it uses."""

    key: str
    name: str
    services: frozenset[str] = frozenset()
    site: str = ""
    phone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything the board is made of, read at one instant."""

    services: tuple[Service, ...] = ()
    needs: Mapping[str, tuple[Need, ...]] = field(default_factory=dict)
    works: tuple[Work, ...] = ()
    failures: tuple[Failure, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    places: tuple[Place, ...] = ()
