"""A watched job shows that an action of a review works: chosen by its owner or who holds reviews; both pages say it."""

from datetime import date, datetime
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden
from continuity.monitors.actions import add, ping, prove_by
from continuity.monitors.models import Heartbeat, Proof
from incidents.reviews.models import Action, Review
from tests.factories import ServiceFactory, UserFactory
from tests.racing import race

pytestmark = pytest.mark.django_db


def job(name: str, by: User, at: datetime) -> Heartbeat:
    return add(
        name=name,
        service=ServiceFactory.create(),
        timeout_s=60,
        grace_s=60,
        number_name="letters",
        by=by,
        at=at,
    )


@pytest.fixture
def alarm(manager: User, at: datetime) -> Heartbeat:
    return job("Test alarm", manager, at)


@pytest.fixture
def action(manager: User) -> Action:
    review = Review.objects.create(ref="REV-1", title="Looking back", theme="Alarms")
    made: Action = Action.objects.create(
        review=review, number=1, title="Send alarms.", owner=manager, strength="strong", due_on=date(2024, 12, 1),
        state="accepted",
    )  # fmt: skip
    return made


def test_the_owner_chooses_the_job_and_another_and_none(
    action: Action, alarm: Heartbeat, manager: User, at: datetime
) -> None:
    other = job("Other alarm", manager, at)

    prove_by(action=action, heartbeat=alarm, seen=None, by=manager, at=at)
    prove_by(action=action, heartbeat=other, seen=alarm.pk, by=manager, at=at)
    chosen = Proof.objects.get().heartbeat
    prove_by(action=action, heartbeat=None, seen=other.pk, by=manager, at=at)

    assert chosen == other
    assert not Proof.objects.exists()
    assert [line.to for line in lines_about(action)] == ["test-alarm", "other-alarm", "none"]


def test_others_and_an_action_that_is_over_are_refused(
    as_: Any, action: Action, alarm: Heartbeat, manager: User, clinician: User, at: datetime
) -> None:
    with pytest.raises(Forbidden, match="Only the owner of the action, or whoever holds reviews"):
        prove_by(action=action, heartbeat=alarm, seen=None, by=clinician, at=at)
    assert as_(clinician).get("/monitors/proofs/REV-1/1/").status_code == 403
    Action.objects.update(state="verified")
    with pytest.raises(Conflict, match="The action is over"):
        prove_by(action=action, heartbeat=alarm, seen=None, by=manager, at=at)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_at_once_one_is_told(
    action: Action, alarm: Heartbeat, manager: User, at: datetime
) -> None:
    holder = UserFactory.create(username="holder", role="lead")

    answers = race(
        lambda: prove_by(action=action, heartbeat=alarm, seen=None, by=manager, at=at),
        lambda: prove_by(action=action, heartbeat=alarm, seen=None, by=holder, at=at),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "NoneType"]


def test_each_page_says_how_the_job_is_and_leads_to_the_other(
    as_: Any, action: Action, alarm: Heartbeat, manager: User, clinician: User, stranger: User, at: datetime
) -> None:
    ping(heartbeat=alarm, at=at, number=412)
    owner = as_(manager)
    assert "Choose a watched job" in owner.get(action.get_absolute_url()).content.decode()

    answer = owner.post("/monitors/proofs/REV-1/1/", {"heartbeat": alarm.pk, "seen": ""})

    assert answer.headers["Location"] == action.get_absolute_url()
    for page in (action.get_absolute_url(), f"{action.get_absolute_url()}done/"):
        text = owner.get(page).content.decode()
        assert "412 letters" in text
        assert "Down" in text  # it was expected long before today
    read = as_(clinician).get(action.get_absolute_url()).content.decode()
    assert "412 letters" in read
    assert "Choose another watched job" not in read
    assert action.get_absolute_url() in as_(clinician).get(alarm.get_absolute_url()).content.decode()
    assert action.get_absolute_url() not in as_(stranger).get(alarm.get_absolute_url()).content.decode()
