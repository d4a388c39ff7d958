"""Two workers at once, on two connections: an alarm begins once, tells nobody twice, and one person takes it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from continuity.accounts.models import User
from continuity.command.models import CommandRole, Rota, Shift
from continuity.core.clock import window
from continuity.core.refusals import Conflict
from continuity.notifications.models import Message
from incidents.actions.chasing import chase, plan_chases
from incidents.actions.escalating import go_on, take
from incidents.models import Chase, Escalation, EscalationCall, Incident
from incidents.tasks import audit
from tests.factories import IncidentFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 3


def at_once(act: Callable[[int], Any]) -> list[str]:
    """What became of each: "done" or the refusal."""
    ready = Barrier(HANDS)

    def one(number: int) -> str:
        ready.wait(timeout=20)
        try:
            act(number)
        except Conflict as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


@pytest.fixture
def people() -> list[User]:
    return [UserFactory(role="commander", job_title=f"Commander {number}") for number in range(HANDS)]


@pytest.fixture
def severe(people: list[User], at: datetime) -> Incident:
    """Nobody leads it, one person stands by, and how much is hit is not known."""
    role = CommandRole.objects.get(code="it_lead")
    rota = Rota.objects.create(key="duty", name="Duty", role=role, reach="Switchboard")
    Shift.objects.create(rota=rota, person=people[0], span=window(at, at + timedelta(days=1)))
    made: Incident = IncidentFactory(severity=1, impact=None, urgency=2)
    return made


def test_workers_that_look_at_once_begin_one_alarm_and_tell_nobody_twice(
    severe: Incident, at: datetime
) -> None:
    late = at + timedelta(minutes=31)

    def look(_: int) -> None:
        audit(late)
        for one in Escalation.objects.due(late):
            go_on(escalation=one, at=late)
        plan_chases(at=late)
        for reminder in Chase.objects.due(late):
            chase(reminder=reminder, at=late)

    assert at_once(look) == ["done"] * HANDS

    assert Escalation.objects.count() == 1
    assert EscalationCall.objects.count() == 1
    assert Chase.objects.count() == 1
    assert Message.objects.count() == 2  # the alarm, and that its impact is not known


def test_of_several_who_take_an_alarm_one_wins(severe: Incident, people: list[User], at: datetime) -> None:
    late = at + timedelta(minutes=3)
    audit(late)
    alarm = Escalation.objects.get()
    go_on(escalation=alarm, at=late)

    outcomes = at_once(lambda number: take(escalation=alarm, by=people[number], at=late))

    assert outcomes.count("done") == 1
    assert Escalation.objects.get().taken_by in people
