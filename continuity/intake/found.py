"""What a call's files hold, read and typed, before anything is compared or stored."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from continuity.catalogue.models import Area, Service, Site, Team
from continuity.command.models import Rota
from continuity.intake.shapes import Record, plain
from continuity.plans.adopt import Approved
from continuity.plans.models import Version
from incidents.adopt import Account as IncidentAccount
from incidents.reviews.adopt import Account as ReviewAccount
from releases.adopt import Notice
from releases.models import Freeze

W = TypeVar("W")


@dataclass
class Found(Generic[W]):
    """One record: what kind it is, its reference or key, where it stands, and what was read from it."""

    kind: str
    reference: str
    record: Record
    what: W

    @property
    def content(self) -> dict[str, object]:
        """The facts of the record as JSON can keep them; unknown keys and empty values make no difference."""
        pairs, known = self.record.node.pairs, self.record.known
        facts = {key: plain(value) for key, value in pairs.items() if key in known}
        return {key: value for key, value in facts.items() if value is not None}


@dataclass
class ServiceRecord:
    service: Service
    owner: str
    needs: dict[str, str]
    approved: Approved | None


@dataclass
class AreaRecord:
    area: Area
    site: str
    services: list[str]


@dataclass
class RotaRecord:
    rota: Rota
    role: str


@dataclass
class NoticeRecord:
    notice: Notice
    incident: str = ""
    review: ReviewAccount | None = None


@dataclass
class IncidentRecord:
    account: IncidentAccount
    review: ReviewAccount | None = None


@dataclass
class Everything:
    """All records of all files of one call, by kind, in the order of the files."""

    sites: list[Found[Site]] = field(default_factory=list)
    teams: list[Found[Team]] = field(default_factory=list)
    services: list[Found[ServiceRecord]] = field(default_factory=list)
    procedures: list[Found[Version]] = field(default_factory=list)
    areas: list[Found[AreaRecord]] = field(default_factory=list)
    rotas: list[Found[RotaRecord]] = field(default_factory=list)
    freezes: list[Found[Freeze]] = field(default_factory=list)
    notices: list[Found[NoticeRecord]] = field(default_factory=list)
    incidents: list[Found[IncidentRecord]] = field(default_factory=list)

    def __iter__(self) -> Iterator[Found[object]]:
        for kind in vars(self).values():
            yield from kind
