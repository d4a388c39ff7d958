"""Reads the catalogue of a file: sites, teams, services with their procedures, areas, rotas."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from continuity.catalogue.models import Area, Dependency, Service, Site, Team
from continuity.command.models import Rota
from continuity.core.clock import at_local, local_day
from continuity.core.spoken import WEEKDAYS
from continuity.intake.found import AreaRecord, Everything, Found, RotaRecord, ServiceRecord
from continuity.intake.shapes import KEY, Record
from continuity.plans.adopt import Approved
from continuity.plans.models import Procedure, Step, Version

TIME_ZONE = "Europe/London"
LONGEST_TEXT = 2_000
# A year of minutes: no service of a hospital may be missing longer.
MOST_MINUTES = 366 * 24 * 60
MOST_VERSIONS = 10_000
# A procedure is looked at again after a year at most (reference: procedures).
LONGEST_REVIEW_DAYS = 365
# The hour given to a day that was written without one: no clock in London changes then.
MORNING = time(9)
DAYS = {name[:3].lower(): place for place, name in enumerate(WEEKDAYS)}
SITE_KINDS = {kind.value: kind for kind in Site.Kind}
AREA_KINDS = {kind.value: kind for kind in Area.Kind}
SERVICE_KINDS = {kind.value: kind for kind in Service.Kind}
SCOPES = {scope.value: scope for scope in Service.Scope}
EFFECTS = {kind.value: kind.value for kind in Dependency.Kind}


def read_catalogue(sheet: Record, found: Everything, at: datetime) -> None:
    """Take every site, team, service, procedure, area and rota of a file. `at` counts "within days" from now."""
    if trust := sheet.record("trust", required=False):
        _read_trust(trust, found)
    found.teams.extend(_team(record) for record in sheet.records("teams"))
    found.services.extend(_service(record, at) for record in sheet.records("services"))
    found.procedures.extend(_version(record, at) for record in sheet.records("procedures"))
    found.areas.extend(_area(record) for record in sheet.records("areas"))
    found.rotas.extend(_rota(record) for record in sheet.records("rotas"))


def _read_trust(trust: Record, found: Everything) -> None:
    zone = trust.text("time_zone", most=60, required=False, otherwise=TIME_ZONE)
    if zone and zone != TIME_ZONE:
        trust.fault("time_zone", f"The portal keeps time in {TIME_ZONE} only.")
    # What the trust is called is a setting of the portal.
    trust.known.update({"name", "short_name", "fictional"})
    found.sites.extend(_site(record) for record in trust.records("sites"))
    trust.finished()


def _key_of(record: Record, kind: str) -> str:
    key = record.word("key", KEY, "ward-7")
    if key:
        record.named(f"{kind} {key}")
    return key


def _site(record: Record) -> Found[Site]:
    key = _key_of(record, "site")
    site = Site(key=key, name=record.text("name", most=120), kind=record.choice("kind", SITE_KINDS))
    record.finished()
    return Found("site", key, record, site)


def _team(record: Record) -> Found[Team]:
    key = _key_of(record, "team")
    team = Team(
        key=key,
        name=record.text("name", most=120),
        ring=record.text("ring", most=200),
        hours=record.text("hours", most=200),
    )
    record.finished()
    return Found("team", key, record, team)


def _service(record: Record, at: datetime) -> Found[ServiceRecord]:
    key = _key_of(record, "service")
    service = Service(
        key=key,
        name=record.text("name", most=120),
        kind=record.choice("kind", SERVICE_KINDS, otherwise=Service.Kind.SYSTEM),
        description=record.text("description", most=LONGEST_TEXT),
        tier=record.whole("tier", least=1, most=4),
        scope=record.choice("scope", SCOPES, otherwise=Service.Scope.LOCAL),
        ring=record.texts("ring", most=200),
        rto_min=record.whole("rto_min", least=1, most=MOST_MINUTES),
        mtpd_min=record.whole("mtpd_min", least=1, most=MOST_MINUTES),
    )
    if record.has("freshness_min"):
        service.freshness_min = record.whole("freshness_min", least=1, most=MOST_MINUTES)
    if service.rto_min >= service.mtpd_min and record.has("rto_min") and record.has("mtpd_min"):
        record.fault("rto_min", "This must be shorter than mtpd_min.")
    owner = record.text("owner", most=50)
    _read_hours(record, service)
    needs = record.pairs("depends_on", EFFECTS)
    approved = _approved(record, service, at)
    record.leave_out("support_hours")
    record.finished()
    return Found("service", key, record, ServiceRecord(service, owner, needs, approved))


def _read_hours(record: Record, service: Service) -> None:
    hours = record.record("hours", required=False)
    if hours is None:
        return
    service.hours = hours.choice("kind", {kind.value: kind for kind in Service.Hours})
    if service.hours == Service.Hours.WEEKLY:
        service.open_days = _days(hours)
        service.opens, service.closes = hours.wall("open"), hours.wall("close")
        service.is_open_on_bank_holidays = hours.choice(
            "bank_holidays", {"open": True, "closed": False}, otherwise=False
        )
    hours.finished()


def _days(hours: Record) -> list[int]:
    """Days of the week, 0 being Monday, from "mon-fri" or "mon, wed, fri"."""
    text = hours.text("days", most=60).lower()
    found: set[int] = set()
    for part in text.split(",") if text else ():
        first, _, last = (name.strip() for name in part.partition("-"))
        if first not in DAYS or (last or first) not in DAYS or DAYS[first] > DAYS[last or first]:
            hours.fault("days", "Write the days like mon-fri, or mon, wed, fri.")
            return []
        found.update(range(DAYS[first], DAYS[last or first] + 1))
    return sorted(found)


def _approved(record: Record, service: Service, at: datetime) -> Approved | None:
    """The downtime procedure inside a service; where no version is told, it is to be reviewed at once."""
    downtime = record.record("downtime", required=False)
    if downtime is None:
        return None
    title = downtime.text("title", most=160)
    steps = downtime.texts("steps", most=_longest_step())
    if not steps:
        downtime.fault("steps", "A procedure needs its steps.")
    downtime.finished()
    version = Version(number=1, review_by=local_day(at), effective_from=at)
    return Approved(Procedure(key=service.key, title=title), version, steps)


def _longest_step() -> int:
    return int(Step._meta.get_field("text").max_length or LONGEST_TEXT)


def _version(record: Record, at: datetime) -> Found[Version]:
    key = record.word("service", KEY, "wifi")
    if key:
        record.named(f"procedure {key}")
    approved_on = _approved_on(record, local_day(at))
    version = Version(
        number=record.whole("version", least=1, most=MOST_VERSIONS),
        author_role=record.text("author_role", most=120, required=False),
        approver_role=record.text("approver_role", most=120),
        what_changed=record.text("what_changed", most=300, required=False),
        approved_at=at_local(approved_on, MORNING) if approved_on else None,
        effective_from=at_local(approved_on, MORNING) if approved_on else at,
    )
    days = record.whole("review_within_days", least=1, most=LONGEST_REVIEW_DAYS, otherwise=0)
    version.review_by = local_day(at) + timedelta(days=days) if days else record.day_if("review_by")
    if version.review_by is None and not record.has("review_by"):
        record.fault("review_by", "Say by when it must be reviewed.")
    record.finished()
    return Found("procedure", key, record, version)


def _approved_on(record: Record, today: date) -> date | None:
    """The day of the approval: as written, or counted back from the import."""
    if not record.has("approved_days_ago"):
        return record.day_if("approved_on")
    return today - timedelta(days=record.whole("approved_days_ago", least=0, most=LONGEST_REVIEW_DAYS))


def _area(record: Record) -> Found[AreaRecord]:
    key = _key_of(record, "area")
    area = Area(
        key=key,
        name=record.text("name", most=120),
        kind=record.choice("kind", AREA_KINDS),
        phone=record.text("phone", most=60, required=False),
        email=record.text("email", most=254, required=False),
    )
    try:
        if area.email:
            validate_email(area.email)
    except ValidationError:
        record.fault("email", "Write the address like ward7@hospital.example.")
    site, services = record.text("site", most=50), record.words("services")
    record.finished()
    return Found("area", key, record, AreaRecord(area, site, services))


def _rota(record: Record) -> Found[RotaRecord]:
    key = _key_of(record, "rota")
    rota = Rota(key=key, name=record.text("name", most=120), reach=record.text("reach", most=200))
    role = record.text("role", most=50, required=False)
    record.finished()
    return Found("rota", key, record, RotaRecord(rota, role))
