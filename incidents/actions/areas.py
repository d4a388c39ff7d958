"""Standing down area by area: each area has one instruction, and stays on paper until it is told otherwise."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Area
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Kind as News
from incidents import wording
from incidents.actions.guards import is_still_written, locked, may_stand_down
from incidents.actions.safety import agreed, may_be_cleared
from incidents.models import BACK, OPEN, AreaStandDown, Incident, State

STAY = Incident.Instruction.STAY_ON_PAPER


@transaction.atomic
def ask_areas(*, incident: Incident, by: User, at: datetime) -> None:
    """Stand this incident down area by area, before its service is back or on the light path too."""
    locked(incident)
    if incident.state not in OPEN:
        raise Conflict("This incident is over, so its areas cannot be told one by one any more.")
    if not open_areas(incident):
        raise Refused(
            "No area uses these services. Say in the catalogue which do, or stand down for everybody."
        )
    record("incident.areas_asked", incident, by=by, at=at)


@transaction.atomic
def stand_down_areas(
    *,
    incident: Incident,
    areas: Collection[Area],
    instruction: str,
    by: User,
    at: datetime,
    safety_agreed_by: str = "",
) -> None:
    """These areas may use the service again, each with the same one instruction; the others stay on paper.

    At severity 1 and 2 clinical safety agreed before: `safety_agreed_by` says who did by phone. Conflict when all
    of these areas were told meanwhile.
    """
    locked(incident)
    is_still_written(incident)
    may_stand_down(incident, by)
    if incident.state not in BACK | {State.STOOD_DOWN}:
        raise Conflict("The service is not back yet. Say that it is back first.")
    if instruction == STAY:
        raise Refused("Say what they do now: use it, or use it and report problems.")
    if safety_agreed_by and not incident.has_safety_agreed():
        agreed(incident, safety_agreed_by, by, at)
    may_be_cleared(incident)
    told = tell_areas(incident, instruction, by, at, areas)
    if not told:
        raise Conflict("Somebody else told these areas already. Look at them again.")
    _send(incident, told, instruction, at)
    record(
        "incident.areas_stood_down", incident, by=by, at=at, to=instruction,
        words=", ".join(area.name for area in told),
    )  # fmt: skip


def open_areas(incident: Incident) -> bool:
    """Every area that uses a service the incident hit has its row, on paper; whether there is any. For actions only."""
    using = Area.objects.filter(services__impacts__incident=incident).distinct()
    rows = [AreaStandDown(incident=incident, area=area) for area in using]
    AreaStandDown.objects.bulk_create(rows, ignore_conflicts=True)
    return bool(rows)


def tell_areas(
    incident: Incident, instruction: str, by: User, at: datetime, areas: Collection[Area] | None = None
) -> list[Area]:
    """Stand down these areas, or all, where they are on paper still; answers which. For actions only."""
    waiting = incident.areas.on_paper().select_related("area").order_by("area__name")
    if areas is not None:
        waiting = waiting.filter(area__in=areas)
    rows = list(waiting)
    incident.areas.filter(pk__in=[row.pk for row in rows]).update(
        instruction=instruction, stood_down_at=at, stood_down_by=by
    )
    return [row.area for row in rows]


def back_on_paper(incident: Incident) -> None:
    """It is not over: every area waits to be told again. For actions only; what they were told is in the ledger."""
    incident.areas.update(instruction=STAY, stood_down_at=None, stood_down_by=None)


def _send(incident: Incident, areas: list[Area], instruction: str, at: datetime) -> None:
    """Tell the areas themselves; nobody about what is restricted or an exercise."""
    if incident.is_restricted or incident.is_exercise:
        return
    do_now = wording.INSTRUCTIONS[Incident.Instruction(instruction)]
    notify(
        key=f"incident:{incident.pk}:area:{areas[0].pk}:{at.timestamp():.0f}",
        kind=News.INCIDENT,
        subject=incident,
        words=Words(
            title=f"For your area: {incident.title}",
            body=f"{do_now}\n\nAreas: {', '.join(area.name for area in areas)}",
            brief=do_now,
            url=incident.get_absolute_url(),
            is_whole=True,
        ),
        audience=Audience(areas=frozenset(area.pk for area in areas)),
        severity=incident.severity,
        at=at,
    )
