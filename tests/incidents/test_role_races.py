"""Many people at once for one role or handover, each on a connection of their own: one wins, the others are told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.command.models import CommandRole
from continuity.core.refusals import Conflict
from incidents import actions
from incidents.models import Handover, Incident, RoleAssignment
from tests.factories import ServiceFactory, UserFactory
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people() -> list[User]:
    return [UserFactory(role="manager", job_title=f"Manager {number}") for number in range(10)]


@pytest.fixture
def incident(people: list[User], at: datetime) -> Incident:
    return actions.declare(
        title="No Wi-Fi", services={ServiceFactory(): "down"}, impact=2, urgency=2, by=people[0], at=at
    )


@pytest.fixture
def handover(people: list[User], incident: Incident, at: datetime) -> Handover:
    """The first person asks the second to take over the lead."""
    held = actions.take_lead(incident=incident, by=people[0], at=at)
    return actions.hand_over(assignment=held, to=people[1], by=people[0], at=at)


def lead() -> CommandRole:
    return CommandRole.objects.select_related("reports_to").get(code="it_lead")


def holder(incident: Incident) -> User | None:
    """Whoever holds the lead: one person."""
    return incident.assignments.active().get(role__code="it_lead").person


def open_by(handover: Handover) -> Handover:
    """The handover as one of many has it open."""
    return Handover.objects.select_related("assignment__incident").get(pk=handover.pk)


def lost(outcomes: list[Any]) -> list[str]:
    """What the losers were told."""
    return [str(each) for each in outcomes if isinstance(each, Conflict)]


def test_ten_people_press_for_one_role_and_nine_are_told_who_has_it(
    people: list[User], incident: Incident, at: datetime
) -> None:
    role, seen = lead(), [Incident.objects.get(pk=incident.pk) for _ in people]

    outcomes = race(
        *(
            lambda each=each, person=person: actions.take(incident=each, role=role, by=person, at=at)
            for each, person in zip(seen, people, strict=True)
        )
    )

    told = lost(outcomes)
    assert len(told) == 9
    assert all(words.startswith(f"{holder(incident)} is Incident manager already.") for words in told)
    assert incident.assignments.count() == 1


def test_of_two_who_are_asked_for_one_role_the_first_to_accept_has_it(
    people: list[User], incident: Incident, at: datetime
) -> None:
    asked = [
        actions.offer(incident=incident, role=lead(), to=person, by=people[0], at=at)
        for person in people[1:3]
    ]
    seen = [RoleAssignment.objects.select_related("incident").get(pk=each.pk) for each in asked]

    outcomes = race(
        *(lambda each=each: actions.accept(assignment=each, by=each.person, at=at + MINUTE) for each in seen)
    )

    assert lost(outcomes) == [
        f"{holder(incident)} is Incident manager already. Ask them, "
        "or the tactical commander (Silver) or another commander."
    ]


def test_a_handover_that_is_accepted_twice_counts_once(
    people: list[User], incident: Incident, handover: Handover, at: datetime
) -> None:
    seen = [open_by(handover), open_by(handover)]

    outcomes = race(
        *(lambda each=each: actions.accept_handover(handover=each, by=people[1], at=at) for each in seen)
    )

    assert lost(outcomes) == ["Manager 0 does not hold Incident manager any more. Manager 1 does."]
    assert holder(incident) == people[1]
    assert incident.assignments.count() == 2


def test_accepting_and_withdrawing_at_once_leaves_one_holder(
    people: list[User], incident: Incident, handover: Handover, at: datetime
) -> None:
    seen = [open_by(handover), open_by(handover)]

    outcomes = race(
        lambda: actions.accept_handover(handover=seen[0], by=people[1], at=at),
        lambda: actions.withdraw_handover(handover=seen[1], by=people[0], at=at),
    )

    handover.refresh_from_db()
    assert len(lost(outcomes)) == 1
    assert (handover.state, holder(incident)) in {("accepted", people[1]), ("withdrawn", people[0])}


def test_accepting_and_expiring_at_once_leaves_one_holder(
    people: list[User], incident: Incident, handover: Handover, at: datetime
) -> None:
    seen = [open_by(handover), open_by(handover)]

    outcomes = race(
        lambda: actions.accept_handover(handover=seen[0], by=people[1], at=at + 14 * MINUTE),
        lambda: actions.expire_handover(handover=seen[1], at=at + 15 * MINUTE),
    )

    handover.refresh_from_db()
    assert (handover.state, holder(incident)) in {("accepted", people[1]), ("expired", people[0])}
    assert len(lost(outcomes)) == (handover.state == "expired")
