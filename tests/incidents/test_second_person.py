"""A severity lowered from 1 or 2 counts at once, and somebody else confirms it within 60 minutes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from incidents.actions import close, confirm_severity, fix, set_severity
from incidents.models import Incident, SeverityChange
from incidents.outstanding import outstanding
from tests.factories import UserFactory
from tests.incidents.test_pages import words_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def change(incident: Incident, severity: int, by: User, at: datetime) -> None:
    set_severity(incident=incident, severity=severity, reason="The workaround holds.", by=by, at=at)


@pytest.fixture
def lowered(severe: Incident, manager: User, at: datetime) -> Incident:
    """From 2 to 3, by the IT manager."""
    change(severe, 3, manager, at)
    return severe


def test_it_counts_at_once_and_waits_for_a_second_person(
    lowered: Incident, manager: User, at: datetime
) -> None:
    waiting = SeverityChange.objects.waiting().get()

    lowered.refresh_from_db()
    assert lowered.severity == 3
    assert (waiting.was, waiting.severity, waiting.changed_by) == (2, 3, manager)
    assert waiting.confirm_by_at == at + HOUR


def test_it_is_outstanding_after_60_minutes_and_not_before(lowered: Incident, at: datetime) -> None:
    wanted = "Severity 3 is not confirmed: somebody else was to confirm it by 5pm."

    assert wanted not in [item.sentence for item in outstanding(lowered, at + HOUR - MINUTE)]
    assert wanted in [item.sentence for item in outstanding(lowered, at + HOUR)]


def test_it_is_not_closed_before_anybody_looked(
    lowered: Incident, manager: User, lead: User, at: datetime
) -> None:
    fix(incident=lowered, instruction="use", by=manager, at=at)
    with pytest.raises(Refused, match="Severity 3 waits for somebody else to confirm it by 5pm"):
        close(incident=lowered, by=manager, at=at)

    confirm_severity(incident=lowered, by=lead, at=at)
    close(incident=lowered, by=manager, at=at)

    assert lowered.closed_at == at


def test_a_second_person_confirms_it_even_late(lowered: Incident, lead: User, at: datetime) -> None:
    confirm_severity(incident=lowered, by=lead, at=at + 2 * HOUR)

    assert not SeverityChange.objects.waiting().exists()
    assert SeverityChange.objects.get().confirmed_by == lead
    assert ("incident.severity_confirmed", "3") in lines_about(lowered).values_list("verb", "to")
    with pytest.raises(Conflict, match="No lower severity waits"):
        confirm_severity(incident=lowered, by=lead, at=at + 2 * HOUR)


def test_whoever_lowered_it_cannot_confirm_it(lowered: Incident, manager: User, at: datetime) -> None:
    with pytest.raises(Forbidden, match="Somebody else who runs incidents"):
        confirm_severity(incident=lowered, by=manager, at=at)


def test_raising_it_again_overtakes(lowered: Incident, lead: User, at: datetime) -> None:
    change(lowered, 2, lead, at + MINUTE)

    assert SeverityChange.objects.get().is_overtaken


def test_lowering_it_further_is_held_against_where_it_began(
    lowered: Incident, lead: User, at: datetime
) -> None:
    change(lowered, 4, lead, at + MINUTE)

    waiting = SeverityChange.objects.waiting().get()
    assert (waiting.was, waiting.severity, waiting.changed_by) == (2, 4, lead)


def test_the_light_path_asks_nobody(light: Incident, manager: User, at: datetime) -> None:
    change(light, 4, manager, at)

    assert not SeverityChange.objects.exists()


def test_a_second_person_confirms_it_in_the_room(as_: Any, lowered: Incident, manager: User) -> None:
    room, press = (reverse(f"incidents:{name}", args=[lowered.ref]) for name in ("room", "confirm-severity"))
    other = UserFactory(role="manager", job_title="Duty manager")

    assert press not in as_(manager).get(room).text
    assert as_(manager).post(press).status_code == 403
    assert press in as_(other).get(room).text
    assert "Severity 3 is confirmed." in words_of(as_(other).post(press, follow=True))
