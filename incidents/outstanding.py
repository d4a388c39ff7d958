"""What is still missing from an incident: shown, chased, and in the way of closing it, never of acting."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from continuity.core.level import Effect
from continuity.core.wording import since_words
from continuity.plans.models import Procedure, Version
from incidents.item import Item
from incidents.models import ACTIVE, BACK, ENDED, Handover, Incident, Run, State
from incidents.severity import FULL_PATH
from incidents.unsettled import unsettled
from incidents.wording import on_paper_words

__all__ = ["Item", "outstanding"]


def outstanding(incident: Incident, at: datetime) -> list[Item]:
    """Everything that is missing at `at`, the most pressing first; nothing once it is over.

    Three questions, and the incident's impacts and assignments, unless they are at hand. At severity 1 and 2 six
    questions more; that the update of the stand-down is out needs none, since the all-clear publishes it.
    """
    if incident.state in ENDED:
        return []
    items = [*_to_do_now(incident, at), *unsettled(incident, at), *_to_assess(incident), *_to_end(incident)]
    return [*items, *_of_the_full_path(incident)] if incident.severity in FULL_PATH else items


def _to_do_now(incident: Incident, at: datetime) -> list[Item]:
    items = []
    if incident.is_overdue(at) and incident.next_update_due_at:
        since = since_words(incident.next_update_due_at, at)
        items.append(Item(f"The update promised for {since} is overdue.", "update", blocks_closing=False))
    if incident.state in ACTIVE and not _has_leader(incident):
        items.append(Item("Nobody runs this incident.", "room", blocks_closing=False, where="#roles"))
    return items


def _to_assess(incident: Incident) -> list[Item]:
    """What a severe incident must know before its record closes."""
    is_severe = incident.severity in FULL_PATH
    unknown, items = Incident.Assessment.NOT_ASSESSED, []
    if incident.impact is None or incident.urgency is None:
        items.append(Item("Impact or urgency is not known yet.", "severity", blocks_closing=is_severe))
    if is_severe and incident.patient_safety == unknown:
        items.append(Item("Say whether patients may have come to harm.", "assess"))
    if is_severe and incident.data_security == unknown:
        items.append(Item("Say whether data was lost or seen.", "assess"))
    return items


def _to_end(incident: Incident) -> list[Item]:
    if incident.state != State.STOOD_DOWN:
        return []
    hit = [impact for impact in incident.impacts.all() if impact.until is None]
    return [Item(f"{impact.service} is still hit.", "services") for impact in hit]


def _of_the_full_path(incident: Incident) -> Iterator[Item]:
    yield from _to_tell(incident)
    yield from _to_run(incident)
    if incident.state in BACK | {State.STOOD_DOWN}:
        yield from _to_clear(incident)
        yield from _to_settle(incident)


def _to_tell(incident: Incident) -> Iterator[Item]:
    """What staff do now, once a workaround holds: some update must say it."""
    says_what_to_do = ~Q(do_now="") | Q(procedure__isnull=False)
    if incident.mitigated_at and not incident.updates.filter(says_what_to_do).exists():
        yield Item("No update says what staff do now.", "update")


def _to_run(incident: Incident) -> Iterator[Item]:
    """Services that are down and have a published downtime procedure, of which none was used and nobody said why."""
    procedures = Procedure.objects.filter(services=OuterRef("service"), kind=Procedure.Kind.DOWNTIME)
    published = procedures.filter(versions__state=Version.State.PUBLISHED)
    used = incident.runs.filter(version__procedure__services=OuterRef("service"))
    down = incident.impacts.filter(Exists(published), ~Exists(used), effect=Effect.DOWN.value, no_run_why="")
    for impact in down.select_related("service"):
        yield Item(
            f"No downtime procedure of {impact.service} is in use. Start one, or say why not.",
            f"services/{impact.pk}/no-run",
        )


def _to_clear(incident: Incident) -> Iterator[Item]:
    """What stands between the service that is back and its use everywhere."""
    if not incident.has_safety_agreed():
        is_cleared = incident.state == State.STOOD_DOWN  # found to be severe only after the all-clear
        yield Item(
            "Clinical safety has not agreed to the return to use.", "agreed", blocks_closing=is_cleared
        )
    if waiting := incident.areas.on_paper().count():
        yield Item(f"{on_paper_words(waiting)}.", "areas")


def _to_settle(incident: Incident) -> Iterator[Item]:
    """Procedures that run on, and roles between two people."""
    for run in incident.runs.filter(state__in=Run.OPEN).select_related("version__procedure"):
        sentence = f"{run.version.procedure.title} is still in use. Complete it, or say why it ends."
        yield Item(sentence, f"runs/{run.pk}")
    for each in incident.assignments.offered().select_related("role"):
        yield Item(f"{each.role.title} is offered, and nobody answered.", "room", where="#roles")
    proposed = Handover.objects.filter(assignment__incident=incident, state=Handover.State.PROPOSED)
    for handover in proposed.select_related("assignment__role"):
        title = handover.assignment.role.title
        yield Item(f"{title} is being handed over, and nobody answered.", "room", where="#roles")


def _has_leader(incident: Incident) -> bool:
    return incident.assignments.active().filter(role__code="it_lead").exists()
