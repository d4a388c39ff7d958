"""Actions: owned by a person, done with evidence, checked by somebody else; a date moves with a reason."""

from datetime import date, datetime

import pytest

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from incidents.reviews import actions
from incidents.reviews.models import Action, DateChange, Review
from tests.racing import race
from tests.reviews.conftest import DUE, fill, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(short: Review, manager: User, lead: User, at: datetime) -> Action:
    return propose(short, manager, lead, at)


@pytest.fixture
def claimed(action: Action, manager: User, at: datetime) -> Action:
    actions.accept_action(action=action, by=manager, at=at)
    actions.claim_done(action=action, evidence="CHG-17, test alarm rang.", by=manager, at=at)
    return action


def test_an_action_is_done_when_somebody_else_looked(
    action: Action, manager: User, lead: User, at: datetime
) -> None:
    actions.accept_action(action=action, by=manager, at=at)
    actions.begin_action(action=action, by=manager, at=at)
    actions.claim_done(action=action, evidence="CHG-17, test alarm rang.", by=manager, at=at)
    actions.verify(action=action, by=lead, at=at)

    action.refresh_from_db()
    assert (action.state, action.verifier, action.verified_at, action.done_at) == ("verified", lead, at, at)
    assert [line.verb.split(".")[1] for line in lines_about(action)] == [
        "proposed", "accepted", "begun", "claimed_done", "verified"
    ]  # fmt: skip


def test_actions_are_numbered_within_their_review(
    action: Action, short: Review, manager: User, lead: User, at: datetime
) -> None:
    second = propose(short, manager, lead, at)

    assert (str(action), str(second)) == ("REV-2024-001 action 1", "REV-2024-001 action 2")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"due_on": date(2024, 10, 31)}, "has passed"),
        ({"due_on": date(2025, 11, 3)}, "within 12 months"),
    ],
)
def test_a_day_that_helps_nobody_is_refused(
    short: Review, manager: User, lead: User, at: datetime, facts: dict[str, date], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        propose(short, manager, lead, at, **facts)


def test_an_owner_works_here_and_does_not_check(
    short: Review, manager: User, lead: User, at: datetime
) -> None:
    with pytest.raises(Refused, match="Somebody other than the owner"):
        propose(short, manager, lead, at, verifier=manager)
    manager.is_active = False
    with pytest.raises(Refused, match="IT manager has left"):
        propose(short, manager, lead, at)


def test_actions_of_a_published_review_stand(short: Review, manager: User, lead: User, at: datetime) -> None:
    fill(short, lead, at)
    actions.publish_short(review=short, by=lead, at=at)

    with pytest.raises(Conflict, match="its actions stand"):
        propose(short, manager, lead, at)


def test_only_the_owner_accepts_and_claims(action: Action, lead: User, manager: User, at: datetime) -> None:
    with pytest.raises(Refused, match="Only its owner can do this: IT manager"):
        actions.accept_action(action=action, by=lead, at=at)
    actions.accept_action(action=action, by=manager, at=at)
    with pytest.raises(Refused, match="Say how anybody can see"):
        actions.claim_done(action=action, evidence=" ", by=manager, at=at)


def test_the_owner_never_checks(claimed: Action, manager: User, clinician: User, at: datetime) -> None:
    with pytest.raises(Refused, match="Somebody other than the owner"):
        actions.verify(action=claimed, by=manager, at=at)
    with pytest.raises(Refused, match="Only whoever holds reviews can check it"):
        actions.verify(action=claimed, by=clinician, at=at)


def test_the_named_checker_checks(
    short: Review, manager: User, clinician: User, lead: User, at: datetime
) -> None:
    action = propose(short, manager, lead, at, verifier=clinician)
    actions.accept_action(action=action, by=manager, at=at)
    actions.claim_done(action=action, evidence="Done.", by=manager, at=at)

    actions.verify(action=action, by=clinician, at=at)

    assert action.state == "verified"


def test_what_is_not_done_goes_back_to_work(claimed: Action, lead: User, at: datetime) -> None:
    actions.not_done(action=claimed, reason="It did not ring at night.", by=lead, at=at)

    claimed.refresh_from_db()
    assert (claimed.state, claimed.done_at) == ("in_progress", None)


def test_the_owner_does_not_move_the_date_alone(
    action: Action, manager: User, lead: User, at: datetime
) -> None:
    later = date(2025, 1, 31)
    with pytest.raises(Refused, match="does not move the date alone"):
        actions.move_date(action=action, to=later, reason="Busy", by=manager, at=at)
    actions.move_date(action=action, to=later, reason="The supplier delivers in January.", by=lead, at=at)

    action.refresh_from_db()
    change = DateChange.objects.get()
    assert action.due_on == later
    assert (change.old, change.new, change.agreed_by) == (DUE, later, lead)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_the_date_at_once_one_is_told(
    action: Action, lead: User, second_lead: User, at: datetime
) -> None:
    # Both have the page open before either presses.
    first, second = Action.objects.get(), Action.objects.get()

    def move(seen: Action, by: User, day: int) -> DateChange:
        return actions.move_date(action=seen, to=date(2025, 1, day), reason="Later", by=by, at=at)

    answers = race(lambda: move(first, lead, 30), lambda: move(second, second_lead, 31))

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "DateChange"]


def test_an_action_is_verified_once(claimed: Action, lead: User, second_lead: User, at: datetime) -> None:
    stale = Action.objects.get()
    actions.verify(action=claimed, by=lead, at=at)

    with pytest.raises(Conflict, match="Somebody else was first"):
        actions.verify(action=stale, by=second_lead, at=at)


def test_a_dropped_action_keeps_its_reason(
    action: Action, short: Review, manager: User, lead: User, at: datetime
) -> None:
    later = propose(short, manager, lead, at)
    actions.accept_action(action=later, by=manager, at=at)

    actions.drop_action(action=action, reason="Too dear", by=lead, at=at)
    actions.drop_action(action=later, reason="Done elsewhere", by=lead, at=at)

    assert (action.state, action.ended_why, later.state) == ("rejected", "Too dear", "cancelled")


def test_an_action_of_a_role_is_given_to_a_person(
    short: Review, manager: User, lead: User, at: datetime
) -> None:
    action = Action.objects.create(
        review=short, number=7, title="Add phones.", owner_role="Telecoms manager", strength="strong",
        due_on=DUE, state="accepted",
    )  # fmt: skip
    with pytest.raises(Refused, match="It waits at Telecoms manager"):
        actions.begin_action(action=action, by=manager, at=at)

    actions.assign_action(action=action, owner=manager, by=lead, at=at)
    actions.begin_action(action=action, by=manager, at=at)

    assert (action.whose, action.state) == ("IT manager", "in_progress")


def test_overdue_is_computed(action: Action, claimed: Action) -> None:
    assert not action.is_overdue(DUE)
    assert (
        Action.objects.overdue(date(2024, 12, 21)).count() == 0
    )  # it waits for its check, not for its owner
    Action.objects.update(state="accepted")

    assert Action.objects.overdue(date(2024, 12, 21)).count() == 1
