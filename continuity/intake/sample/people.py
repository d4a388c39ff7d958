"""The sample's users: one a role, with the teams, rotas and news they would have."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib.auth.hashers import make_password

from continuity.accounts.adopt import adopt_person
from continuity.accounts.models import User
from continuity.catalogue.actions import vouch
from continuity.catalogue.adopt import adopt_members
from continuity.catalogue.models import Area, Service, Team
from continuity.command.adopt import adopt_shifts
from continuity.command.models import Rota
from continuity.core.clock import at_local, local_day
from continuity.core.ledger import SYSTEM
from continuity.monitors.actions import add
from continuity.notifications.actions.choosing import Wish, choose
from continuity.notifications.models import Channel, Kind
from incidents.models import Impact
from releases.adopt import adopt_review
from releases.models import RUNNING, Disruption, Release, State

DOMAIN = "ashcombe.example"
# Shifts change at 8am and 8pm; a fortnight is planned ahead.
CHANGES = (time(8), time(20))
DAYS_PLANNED = 14
# Nobody has vouched for these lately: silence is not "working".
NOT_VOUCHED = 3
VOUCHED_WITHIN_MIN = 240
HOUR_S = 3_600
# The draft of the night that the IT manager sent for review, and how long ago.
TO_APPROVE, ASKED_AGO = "-103", timedelta(hours=5)


@dataclass(frozen=True)
class Character:
    """A user of the sample, by role: no names, as in the trust's notices."""

    username: str
    job_title: str
    role: str
    teams: tuple[str, ...] = ()
    rotas: tuple[str, ...] = ()
    news: tuple[Kind, ...] = ()
    area: str = ""


CAST = (
    Character("clinician", "Ward sister", "reader", news=(Kind.PLANNED_WORK, Kind.INCIDENT), area="ward-3"),
    Character(
        "manager",
        "IT manager",
        "manager",
        teams=("it-desk", "it-duty", "infra", "clin-apps", "integration", "access"),
        rotas=("duty-it-manager",),
        news=tuple(Kind),
    ),
    Character(
        "lead", "Continuity lead", "lead", teams=("eprr",), rotas=("clinical-safety",), news=tuple(Kind)
    ),
    Character(
        "commander",
        "On-call manager",
        "commander",
        teams=("site-team",),
        rotas=("on-call-manager", "site-manager"),
        news=(Kind.INCIDENT,),
    ),
    Character("safety", "Clinical safety officer", "safety", news=(Kind.PLANNED_WORK,)),
    Character("admin", "Portal administrator", "administrator", news=(Kind.PLANNED_WORK,)),
)


def people_the_sample(*, password: str, at: datetime) -> None:
    """The cast can log in, owns services, is on call, hears news, watches a job, has vouched for most services, and
    one is asked to approve planned work."""
    people = _people(password, at)
    teams = Team.objects.in_bulk(field_name="key")
    rotas = Rota.objects.in_bulk(field_name="key")
    changes = list(_changes(at))
    for one in CAST:
        person = people[one.username]
        for key in one.teams:
            adopt_members(team=teams[key], members=[person], by=SYSTEM, at=at)
        for key in one.rotas:
            adopt_shifts(rota=rotas[key], people=[person], changes=changes, by=SYSTEM, at=at)
        choose(person=person, wishes=list(_wishes(one)), by=person, at=at)
    _vouch(people["manager"], at)
    _watch(people["admin"], at)
    for release in Release.objects.filter(state=State.DRAFT, ref__endswith=TO_APPROVE):
        adopt_review(release=release, by=people["manager"], at=at - ASKED_AGO)


def _people(password: str, at: datetime) -> dict[str, User]:
    """One hash serves all: the password is the same, is printed at every start, and opens loopback only."""
    hashed = make_password(password)
    people = {}
    for one in CAST:
        is_admin = one.role == "administrator"
        people[one.username] = User(
            username=one.username,
            job_title=one.job_title,
            email=f"{one.username}@{DOMAIN}",
            password=hashed,
            is_staff=is_admin,
            is_superuser=is_admin,
        )
        adopt_person(person=people[one.username], role=one.role, by=SYSTEM, at=at)
    return people


def _changes(at: datetime) -> Iterator[datetime]:
    """Every change of shift from yesterday's first on."""
    today = local_day(at)
    for day in range(-1, DAYS_PLANNED):
        for wall in CHANGES:
            yield at_local(today + timedelta(days=day), wall)


def _wishes(one: Character) -> Iterator[Wish]:
    area = Area.objects.get(key=one.area).pk if one.area else None
    for kind in one.news:
        for channel in (Channel.PORTAL, Channel.EMAIL):
            yield Wish(kind, channel, area_id=area)


def _watch(person: User, at: datetime) -> None:
    """The overnight slot poll is expected; until it is heard of it says nothing, good or bad."""
    add(
        name="Overnight slot poll",
        service=Service.objects.get(key="slot-polling"),
        timeout_s=24 * HOUR_S,
        grace_s=3 * HOUR_S,
        number_name="slots",
        number_least=1,
        by=person,
        at=at,
    )


def _vouch(person: User, at: datetime) -> None:
    """Two services of three were said to work in the last hours, unless something hits them now."""
    troubled = {
        *Disruption.objects.filter(release__state__in=RUNNING).values_list("service", flat=True),
        *Impact.objects.filter(until=None).values_list("service", flat=True),
    }
    for place, service in enumerate(Service.objects.order_by("tier", "key")):
        if place % NOT_VOUCHED and service.pk not in troubled:
            ago = timedelta(minutes=5 + place * 37 % VOUCHED_WITHIN_MIN)
            vouch(service=service, by=person, at=at - ago)
