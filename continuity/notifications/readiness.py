"""How far the areas of a piece of planned work are with reading its notice and being ready. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from continuity.catalogue.models import Area
from continuity.core.ledger import name_of
from continuity.core.wording import count_words
from continuity.notifications.models import Call, Confirmation, Delivery
from continuity.notifications.ready_forms import ReadyForm

State = Delivery.State


@dataclass(frozen=True)
class Readiness:
    """A call with its areas in order of name, as they are at an instant."""

    call: Call
    asked: Sequence[Confirmation]
    at: datetime

    @cached_property
    def given(self) -> list[Confirmation]:
        return [each for each in self.asked if each.confirmed_at]

    @cached_property
    def missing(self) -> list[Confirmation]:
        return [each for each in self.asked if not each.confirmed_at]

    @property
    def is_open(self) -> bool:
        return self.call.is_open(self.at)

    @property
    def sentence(self) -> str:
        """18 of 30 areas have confirmed that they are ready."""
        have = "has" if len(self.given) == 1 else "have"
        asked = count_words(len(self.asked), "area")
        return f"{len(self.given)} of {asked} {have} confirmed that they have read this notice and are ready."

    def form(self, person: Any, area: str = "") -> ReadyForm | None:
        """The form for whoever looks, an area filled in by its key; None where nothing is left to answer."""
        if not self.is_open or not self.missing:
            return None
        waiting = [each.area for each in self.missing]
        return ReadyForm(initial={"area": area}, person=person, areas=waiting, call=self.call)


def readiness_of(subject: Any, at: datetime) -> Readiness | None:
    """The latest call about a subject, in two queries; None where its areas were never asked."""
    about = name_of(subject)
    call = Call.objects.about(about.kind, about.label).order_by("-number").first()
    if call is None:
        return None
    return Readiness(call, list(call.confirmations.told()), at)


@dataclass(frozen=True)
class Asked:
    """What one area is asked: its answer or not, and the form for it."""

    confirmation: Confirmation
    form: ReadyForm | None

    @property
    def call(self) -> Call:
        return self.confirmation.call


def asked_of(area: Area, person: Any, at: datetime) -> list[Asked]:
    """What an area is asked now, the earliest work first, in one query."""
    open_calls = Confirmation.objects.told().filter(area=area, call__closed_at=None, call__starts_at__gt=at)
    return [
        Asked(each, None if each.confirmed_at else ReadyForm(person=person, place=area, call=each.call))
        for each in open_calls.select_related("call", "area", "person", "delivery").order_by(
            "call__starts_at"
        )
    ]


@dataclass(frozen=True)
class Missing:
    """An area that has not confirmed, and whether it may even know: how far the last email to it came."""

    confirmation: Confirmation
    told: str
    is_doubtful: bool

    @property
    def area(self) -> Area:
        return self.confirmation.area


NO_MAILBOX = "No: it has no shared mailbox"
NOT_YET = "Not yet"
TOLD = {
    State.SENT: "Yes",
    State.QUEUED: "It is on its way",
    State.SENDING: "It is on its way",
    State.FAILED: "No: the email did not arrive",
    State.UNKNOWN: "Not known whether it arrived",
}
CERTAIN = {State.SENT, State.QUEUED, State.SENDING}


def missing_of(readiness: Readiness) -> list[Missing]:
    """The areas to ring: first those that may not know of it, then by name. One query."""
    call = readiness.call
    areas = [each.area_id for each in readiness.missing]
    letters = Delivery.objects.about(call.subject_kind, call.subject_ref).filter(
        area__in=areas, state__in=TOLD
    )
    last = dict(letters.order_by("pk").values_list("area_id", "state"))
    found = [_missing(each, last.get(each.area_id)) for each in readiness.missing]
    return sorted(found, key=lambda each: not each.is_doubtful)


def _missing(confirmation: Confirmation, state: str | None) -> Missing:
    if not confirmation.area.email:
        return Missing(confirmation, NO_MAILBOX, True)
    if state is None:
        return Missing(confirmation, NOT_YET, False)
    return Missing(confirmation, TOLD[State(state)], state not in CERTAIN)
