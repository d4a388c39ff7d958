"""Two people at once, on two connections: one wins and the other is told, or both are kept in order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from continuity.accounts.models import Role, User
from continuity.core.refusals import Conflict
from incidents import actions
from incidents.models import Incident, State
from tests.factories import ServiceFactory, UserFactory
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> list[User]:
    assert Role.objects.filter(code="manager").exists()
    return [UserFactory(role="manager", job_title=title) for title in ("IT manager", "Duty manager")]


@pytest.fixture
def incident(people: list[User], at: datetime) -> Incident:
    return actions.declare(
        title="No Wi-Fi", services={ServiceFactory(): "down"}, impact=3, urgency=3, by=people[0], at=at
    )


def at_once(people: list[User], incident: Incident, act: Callable[[Incident, User], Any]) -> list[str]:
    """What became of each, who had the page open before anybody acted: "done" or the refusal."""
    ready = Barrier(len(people))

    def one(person: User) -> str:
        seen = Incident.objects.get(pk=incident.pk)
        ready.wait(timeout=20)
        try:
            act(seen, person)
        except Conflict as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


def test_two_updates_are_both_kept_in_order(people: list[User], incident: Incident, at: datetime) -> None:
    outcomes = at_once(
        people,
        incident,
        lambda seen, person: actions.post_update(incident=seen, happened=str(person), by=person, at=at),
    )

    assert outcomes == ["done", "done"]
    assert list(incident.updates.values_list("number", flat=True)) == [1, 2, 3]


def test_ten_people_press_fixed_and_nine_are_told(incident: Incident, at: datetime) -> None:
    ten: list[User] = [UserFactory.create(role="manager") for _ in range(10)]
    seen = [Incident.objects.get(pk=incident.pk) for _ in ten]

    outcomes = race(
        *(
            lambda each=each, person=person: actions.fix(incident=each, instruction="use", by=person, at=at)
            for each, person in zip(seen, ten, strict=True)
        )
    )

    told = [str(each) for each in outcomes if isinstance(each, Conflict)]
    assert len(told) == 9
    assert all("so it cannot become" in each or "Somebody else was first" in each for each in told)
    assert incident.updates.count() == 2


def test_one_of_two_takes_the_lead(people: list[User], incident: Incident, at: datetime) -> None:
    outcomes = at_once(
        people, incident, lambda seen, person: actions.take_lead(incident=seen, by=person, at=at)
    )

    assert outcomes.count("done") == 1
    assert any("is Incident manager already" in outcome for outcome in outcomes)
    incident.refresh_from_db()
    assert incident.state == State.RESPONDING


def test_two_that_are_set_aside_for_each_other_do_not_wait_for_ever(
    people: list[User], incident: Incident, at: datetime
) -> None:
    other = actions.declare(
        title="No network", services={ServiceFactory(): "down"}, impact=3, urgency=3, by=people[0], at=at
    )
    pairs = {people[0].pk: (incident, other), people[1].pk: (other, incident)}

    def aside(_: Incident, person: User) -> None:
        one, of = (Incident.objects.get(pk=each.pk) for each in pairs[person.pk])
        try:
            actions.mark_duplicate(incident=one, of=of, by=person, at=at)
        except Exception as refusal:
            raise Conflict(str(refusal)) from refusal

    outcomes = at_once(people, incident, aside)

    assert outcomes.count("done") == 1
    assert Incident.objects.filter(state=State.DUPLICATE).count() == 1
