"""A situation report as the record fills it: METHANE, or conditions, actions and needs. Its author changes it at will.

METHANE is the shape of the emergency services (JESIP, joint doctrine); what each letter means when a service fails
and nothing burns is in docs/decisions/what-a-situation-report-says.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from continuity.catalogue.models import Area
from continuity.core.level import Effect
from continuity.core.wording import count_words, since_words
from incidents.models import Impact, Incident, OutsideBody, RoleAssignment, Sitrep, Update
from incidents.outstanding import outstanding
from incidents.severity import IMPACTS, URGENCIES

LATEST = 3


@dataclass(frozen=True)
class Part:
    """One part of a report: its heading, what belongs there, and the words it begins with."""

    heading: str
    hint: str
    words: str


@dataclass(frozen=True)
class Record:
    """What the parts are filled from, read once."""

    incident: Incident
    at: datetime
    impacts: list[Impact]
    news: Update | None
    areas: list[Area]
    holders: list[RoleAssignment]
    bodies: list[OutsideBody]


def filled(incident: Incident, shape: str, at: datetime) -> list[Part]:
    """The parts of a report in their order, filled from the record as it stands."""
    record = _read(incident, at)
    return [Part(heading, hint, say(record)) for heading, hint, say in SHAPES[Sitrep.Shape(shape)]]


def _read(incident: Incident, at: datetime) -> Record:
    impacts = list(incident.impacts.filter(until__isnull=True).select_related("service"))
    hit = [impact.service_id for impact in impacts]
    active = incident.assignments.filter(state=RoleAssignment.State.ACTIVE)
    return Record(
        incident=incident,
        at=at,
        impacts=impacts,
        news=incident.updates.filter(is_routine=False).order_by("-number").first(),
        areas=list(Area.objects.filter(services__in=hit).select_related("site").distinct()),
        holders=list(active.select_related("role", "person")),
        bodies=list(incident.outside_bodies.all()),
    )


def _declared(record: Record) -> str:
    incident = record.incident
    return _said(
        f"{incident.get_level_display()}, severity {incident.severity}",
        f"Declared at {since_words(incident.declared_at, record.at)}",
        incident.get_state_display(),
    )


def _places(record: Record) -> str:
    sites = sorted({area.site.name for area in record.areas})
    return _said(", ".join(sites), _counted(record.areas))


def _type(record: Record) -> str:
    return _said(record.incident.title, _services(record))


def _hazards(record: Record) -> str:
    incident = record.incident
    return _said(
        f"Harm to patients: {incident.get_patient_safety_display().lower()}",
        f"Data lost or seen: {incident.get_data_security_display().lower()}",
        _level("How much is hit", IMPACTS, incident.impact),
        _level("How urgent", URGENCIES, incident.urgency),
    )


def _access(record: Record) -> str:
    news = record.news
    return _said(news.do_now, news.means) if news else ""


def _harmed(record: Record) -> str:
    harm = record.incident.get_patient_safety_display().lower()
    return _said(f"Harm to patients: {harm}", f"Working without it: {_counted(record.areas)}")


def _who_is_there(record: Record) -> str:
    told = [body.name for body in record.bodies if body.told_at]
    waiting = [body.name for body in record.bodies if not body.told_at and not body.needless_why]
    return _said(
        _holders(record),
        f"Told: {', '.join(told)}" if told else "",
        f"To be told: {', '.join(waiting)}" if waiting else "",
    )


def _conditions(record: Record) -> str:
    started = f"Since {since_words(record.incident.started_at, record.at)}"
    return _said(_declared(record), _services(record), started, record.news.happened if record.news else "")


def _actions(record: Record) -> str:
    done = record.incident.entries.filter(kind__in=["action", "decision"]).order_by("-occurred_at")[:LATEST]
    lines = [f"{since_words(entry.occurred_at, record.at)}: {entry.text}" for entry in reversed(done)]
    return _said(*lines, _holders(record))


def _needs(record: Record) -> str:
    return _said(*(item.sentence for item in outstanding(record.incident, record.at)))


def _services(record: Record) -> str:
    said = [f"{each.service.name}: {Effect(each.effect).level.words.lower()}" for each in record.impacts]
    return ", ".join(said)


def _holders(record: Record) -> str:
    return ", ".join(f"{each.role.title}: {each.person or each.person_role}" for each in record.holders)


def _counted(areas: Iterable[Area]) -> str:
    return count_words(len(list(areas)), "area")


def _level(what: str, words: Mapping[int, tuple[str, str]], level: int | None) -> str:
    return f"{what}: {words[level][0] if level else 'not known yet'}"


def _said(*lines: str) -> str:
    return "\n".join(f"{line.rstrip('.')}." for line in lines if line)


Say = Callable[[Record], str]
SHAPES: Mapping[Sitrep.Shape, tuple[tuple[str, str, Say], ...]] = {
    Sitrep.Shape.METHANE: (
        ("Major incident", "Declared or standby, and how severe", _declared),
        ("Exact location", "Sites and areas that work without it", _places),
        ("Type", "Which service fails, and how", _type),
        ("Hazards", "What may still go wrong, for patients, data and staff", _hazards),
        ("Access", "How staff reach what they need meanwhile", _access),
        ("Number and type of casualties", "Harm that is known, and how many are hit. No patient details", _harmed),
        ("Emergency services", "Who works on it and who is told; who is needed", _who_is_there),
    ),
    Sitrep.Shape.CAN: (
        ("Conditions", "How it stands", _conditions),
        ("Actions", "What is being done, and by whom", _actions),
        ("Needs", "What is missing, and from whom", _needs),
    ),
}  # fmt: skip
