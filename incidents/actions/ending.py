"""Ending an incident: restored, stood down with one instruction, closed; and opening it again."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Refused
from continuity.core.states import move
from incidents import wording
from incidents.actions.areas import STAY, back_on_paper, open_areas, tell_areas
from incidents.actions.guards import has_happened, locked, may_stand_down, not_before
from incidents.actions.impacts import end_all
from incidents.actions.news import promised, publish
from incidents.actions.roles import end_assignments
from incidents.actions.running import end_runs
from incidents.actions.safety import agreed, end_agreement, may_be_cleared
from incidents.actions.turning import recover_if_open
from incidents.models import Impact, Incident, State, Update
from incidents.outstanding import outstanding
from incidents.severity import FULL_PATH

# Later than this the same failure is a new incident.
MAY_REOPEN_FOR = timedelta(hours=72)
BACK = "The service is back."
OVER = "This is over."


@transaction.atomic
def fix(
    *, incident: Incident, instruction: str, by: User, at: datetime,
    happened: str = "", restored_at: datetime | None = None,
) -> Update:  # fmt: skip
    """The light path's end in one step: restored at `restored_at` and stood down now, with one instruction.

    Refused at severity 1 and 2, where clinical safety agrees to the all-clear first.
    """
    locked(incident)
    if incident.severity in FULL_PATH:
        raise Refused(
            "At severity 1 and 2 the service is restored first, and stood down when clinical safety agrees."
        )
    may_stand_down(incident, by)
    _restore(incident, restored_at or at, by, at)
    _stand_down(incident, instruction, by, at)
    return publish(
        incident=incident, kind=Update.Kind.STAND_DOWN, stage=Update.Stage.RESOLVED,
        happened=happened or BACK, do_now=_words(instruction), by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def restore(
    *, incident: Incident, by: User, at: datetime, happened: str = "", do_now: str = "",
    restored_at: datetime | None = None,
) -> Update:  # fmt: skip
    """The service is back at `restored_at`, with all it hit; the promise of updates ends, the incident does not.

    At severity 1 and 2 each area that uses one of its services stays on paper from now, until it is told.
    """
    locked(incident)
    _restore(incident, restored_at or at, by, at)
    return publish(
        incident=incident, kind=Update.Kind.RESTORED, stage=Update.Stage.MONITORING,
        happened=happened or BACK, do_now=do_now or _words(Incident.Instruction.STAY_ON_PAPER), by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def stand_down(
    *, incident: Incident, instruction: str, by: User, at: datetime,
    happened: str = "", safety_agreed_by: str = "",
) -> Update:  # fmt: skip
    """The all-clear, with the one instruction staff have from now on: areas on paper have it too.

    At severity 1 and 2 clinical safety agreed before: `safety_agreed_by` says who did by phone. With the
    instruction to stay on paper the areas not told yet are told later. A critical incident is stood down by its
    commander.
    """
    locked(incident)
    may_stand_down(incident, by)
    if safety_agreed_by and not incident.has_safety_agreed():
        agreed(incident, safety_agreed_by, by, at)
    may_be_cleared(incident)
    _stand_down(incident, instruction, by, at)
    return publish(
        incident=incident, kind=Update.Kind.STAND_DOWN, stage=Update.Stage.RESOLVED,
        happened=happened or OVER, do_now=_words(instruction), by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def reopen(*, incident: Incident, reason: str, by: User, at: datetime) -> Update:
    """It is not over: the services that were back are hit again from now, and updates are promised again.

    Within 72 hours of standing down; later it is a new incident. The false end stays in the ledger.
    """
    locked(incident)
    if not reason:
        raise Refused("Say what is wrong again: staff will read it.")
    if incident.stood_down_at and at > incident.stood_down_at + MAY_REOPEN_FOR:
        raise Refused("It was stood down more than 72 hours ago. Declare a new incident.")
    back = _hit_until_then(incident)
    move(incident, to=State.RESPONDING, restored_at=None, stood_down_at=None, instruction="")
    end_agreement(incident, at)
    back_on_paper(incident)
    Impact.objects.bulk_create(
        Impact(incident=incident, service_id=service, effect=effect, since=at)
        for service, effect in back.items()
    )
    record("incident.reopened", incident, by=by, at=at, words=reason)
    return publish(
        incident=incident, kind=Update.Kind.UPDATE, happened=reason,
        next_due_at=promised(incident, None, at), by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def close(*, incident: Incident, by: Any, at: datetime) -> None:
    """Close the record of a stood-down incident. Refused while something is outstanding; a review is not awaited."""
    locked(incident)
    left = [item.sentence for item in outstanding(incident, at) if item.blocks_closing]
    if left:
        raise Refused(f"Before it is closed: {' '.join(left)}")
    move(incident, to=State.CLOSED, closed_at=at)
    end_assignments(incident, at, why="The incident was closed.")
    end_runs(incident, why="The incident was closed.", by=by, at=at)
    record("incident.closed", incident, by=by, at=at)


def _hit_until_then(incident: Incident) -> dict[int, str]:
    """How each service was hit last, of those that were back with the incident."""
    ended = incident.impacts.filter(until=incident.restored_at, until__isnull=False).order_by("since", "pk")
    return dict(ended.values_list("service_id", "effect"))


def _restore(incident: Incident, restored_at: datetime, by: Any, at: datetime) -> None:
    has_happened(restored_at, at, what="When it was back")
    restored_at = min(restored_at, at)
    not_before(restored_at, incident.started_at, what="When it was back", earlier_what="its start")
    if incident.mitigated_at:
        not_before(restored_at, incident.mitigated_at, what="When it was back", earlier_what="the workaround")
    end_all(incident, restored_at)
    move(incident, to=State.RESTORED, restored_at=restored_at, next_update_due_at=None)
    record("incident.restored", incident, by=by, at=restored_at)
    if incident.severity in FULL_PATH:
        open_areas(incident)
    recover_if_open(incident, at)


def _stand_down(incident: Incident, instruction: str, by: Any, at: datetime) -> None:
    if instruction != STAY:
        tell_areas(incident, instruction, by, at)
    move(incident, to=State.STOOD_DOWN, stood_down_at=at, instruction=Incident.Instruction(instruction))
    record("incident.stood_down", incident, by=by, at=at, to=instruction)


def _words(instruction: str) -> str:
    return wording.INSTRUCTIONS[Incident.Instruction(instruction)]
