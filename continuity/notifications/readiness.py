"""How far the areas of a piece of planned work are with reading its notice and being ready. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from continuity.catalogue.models import Area
from continuity.core.ledger import name_of
from continuity.core.wording import count_words
from continuity.notifications.models import Call, Confirmation
from continuity.notifications.ready_forms import ReadyForm


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
