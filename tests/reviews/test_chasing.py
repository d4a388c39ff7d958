"""Chasing of actions: who is reminded on which day, each once, whatever becomes of the incident and its review."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.accounts.models import Role, User
from continuity.core.clock import at_wall
from continuity.core.ledger import lines_about
from continuity.core.working_days import is_working_day
from continuity.notifications.models import Delivery, Message
from incidents.actions import restrict
from incidents.models import Incident
from incidents.reviews import actions
from incidents.reviews.actions.chasing import ACCOUNTABLE
from incidents.reviews.chasing import (
    MADE_UP_WITHIN,
    Rung,
    day_of,
    is_chased_weekly,
    is_day_of_letters,
    monday_of,
    reached,
)
from incidents.reviews.models import Action, Review
from incidents.reviews.tasks import chase_actions
from tests.factories import UserFactory
from tests.racing import race
from tests.reviews.conftest import fill, propose

DAY = timedelta(days=1)
# A Monday. The clocks go forward on Sunday 30 March, and 18 and 21 April 2025 are bank holidays.
MONDAY = date(2025, 4, 7)
DAYS = st.dates(date(2024, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("rung", "day"),
    [
        (Rung.WEEK, date(2025, 3, 31)),
        (Rung.SOON, date(2025, 4, 4)),  # Saturday: rather on Friday
        (Rung.TODAY, MONDAY),
        (Rung.LATE, date(2025, 4, 10)),
        (Rung.LONG, date(2025, 4, 22)),  # Easter Monday: the day after
        (Rung.MONTH, date(2025, 5, 7)),
    ],
)
def test_a_rung_has_its_working_day(rung: Rung, day: date) -> None:
    assert day_of(rung, MONDAY) == day
    assert reached(MONDAY, day) == rung


@given(DAYS)
def test_rungs_come_in_order_on_working_days(due_on: date) -> None:
    days = [day_of(rung, due_on) for rung in Rung]

    assert days == sorted(days)
    assert all(is_working_day(day) for day in days)


@given(DAYS, st.integers(-40, 80))
def test_nothing_is_due_before_the_first_or_long_after_the_last(due_on: date, days: int) -> None:
    today = due_on + days * DAY

    rung = reached(due_on, today)

    first, last = day_of(Rung.WEEK, due_on), day_of(Rung.MONTH, due_on)
    assert (rung is not None) == (first <= today < last + MADE_UP_WITHIN)


@given(DAYS, st.integers(0, 3000))
def test_each_week_after_the_last_rung_has_its_letters(due_on: date, days: int) -> None:
    today = due_on + days * DAY
    week = [monday_of(today) + number * DAY for number in range(7)]

    chased = {is_chased_weekly(due_on, day) for day in week}
    days_of_letters = [day for day in week if is_day_of_letters(day)]

    assert chased == {day_of(Rung.MONTH, due_on) < week[0]}
    assert is_working_day(days_of_letters[0])
    assert days_of_letters == week[week.index(days_of_letters[0]) :]


@pytest.fixture
def checker(db: None) -> User:
    person: User = UserFactory.create(username="checker", job_title="Night manager", role="reader")
    return person


@pytest.fixture
def action(full: Review, manager: User, checker: User, lead: User, at: datetime) -> Action:
    """Due on Monday 7 April 2025; the incident is closed, its review published."""
    found = propose(full, manager, lead, at, due_on=MONDAY, verifier=checker)
    fill(full, lead, at)
    Incident.objects.update(state="closed")
    Review.objects.update(state="published")
    return found


def told_on(monkeypatch: pytest.MonkeyPatch, day: date, wall: time = time(9)) -> set[str]:
    """Whom the worker told at that time in London, by user name."""
    before = list(Delivery.objects.values_list("pk", flat=True))
    monkeypatch.setattr("incidents.reviews.tasks.now", lambda: at_wall(day, wall))
    chase_actions()
    return set(Delivery.objects.exclude(pk__in=before).values_list("person__username", flat=True))


@pytest.mark.django_db
def test_an_action_is_chased_for_as_long_as_it_takes(
    monkeypatch: pytest.MonkeyPatch, action: Action, commander: User, clinician: User
) -> None:
    told = {
        day: people
        for day in (date(2025, 3, 25) + number * DAY for number in range(65))
        if (people := told_on(monkeypatch, day))
    }

    assert told == {
        date(2025, 3, 31): {"manager"},
        date(2025, 4, 4): {"manager"},
        date(2025, 4, 7): {"manager", "checker"},
        date(2025, 4, 10): {"manager", "checker", "commander"},
        date(2025, 4, 22): {"manager", "checker", "commander", "lead"},
        date(2025, 5, 7): {"manager", "checker", "commander", "lead"},
        date(2025, 5, 12): {"manager", "lead"},
        date(2025, 5, 19): {"manager", "lead"},
        date(2025, 5, 27): {"manager", "lead"},  # a bank holiday on Monday
    }
    lines = [line.to for line in lines_about(action) if line.verb == "action.chased"]
    assert lines == [*Rung, "weekly", "weekly", "weekly"]


@pytest.mark.django_db
def test_a_week_has_one_letter_a_person_however_many_are_late(
    monkeypatch: pytest.MonkeyPatch, action: Action, full: Review, manager: User, checker: User, lead: User,
    at: datetime,
) -> None:  # fmt: skip
    Review.objects.update(state="drafting")
    others = [propose(full, manager, lead, at, due_on=MONDAY - DAY) for _ in range(11)]
    Action.objects.filter(pk=others[0].pk).update(state="claimed_done", verifier=checker)
    Action.objects.filter(pk=others[1].pk).update(owner=None, owner_role="Telecoms manager")
    years_later = date(2027, 6, 9)

    told = told_on(monkeypatch, years_later)

    assert told == {"manager", "checker", "lead"}
    titles = set(Message.objects.values_list("title", flat=True))
    assert titles == {
        "12 actions more than 30 days late", "10 actions of yours more than 30 days late",
        "1 action of yours more than 30 days late",
    }  # fmt: skip
    assert not told_on(monkeypatch, years_later + DAY)
    assert told_on(monkeypatch, years_later + 7 * DAY) == told


@pytest.mark.django_db
def test_weekly_letters_wait_for_9am_and_end_with_the_action(
    monkeypatch: pytest.MonkeyPatch, action: Action, lead: User, at: datetime
) -> None:
    monday = date(2025, 6, 2)
    assert not told_on(monkeypatch, monday, time(8, 59))
    assert told_on(monkeypatch, monday) == {"manager", "lead"}

    actions.drop_action(action=action, reason="Too dear", by=lead, at=at)

    assert not told_on(monkeypatch, monday + 7 * DAY)


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_a_week_once(action: Action, lead: User) -> None:
    at = at_wall(date(2025, 5, 12), time(9))

    race(lambda: actions.chase_weekly(at=at), lambda: actions.chase_weekly(at=at))

    assert Message.objects.filter(key__startswith="actions:late:").count() == 2
    assert lines_about(action).filter(verb="action.chased").count() == 1


@pytest.mark.django_db
def test_a_reminder_comes_from_9am_by_clocks_in_london_and_once(
    monkeypatch: pytest.MonkeyPatch, action: Action
) -> None:
    day = date(2025, 3, 31)  # the first working day of summer time: 8:59am is 7:59am UTC
    assert not told_on(monkeypatch, day, time(8, 59))

    assert told_on(monkeypatch, day) == {"manager"}
    assert not told_on(monkeypatch, day, time(9, 1))
    assert not told_on(monkeypatch, day + DAY)


@pytest.mark.django_db
def test_a_moved_day_is_another_promise(
    monkeypatch: pytest.MonkeyPatch, action: Action, lead: User, at: datetime
) -> None:
    assert told_on(monkeypatch, date(2025, 3, 31)) == {"manager"}
    actions.move_date(action=action, to=date(2025, 4, 14), reason="Late.", by=lead, at=at + DAY)

    assert not told_on(monkeypatch, date(2025, 4, 4))
    assert told_on(monkeypatch, date(2025, 4, 7)) == {"manager"}


@pytest.mark.django_db
def test_what_is_done_is_chased_for_its_check(
    monkeypatch: pytest.MonkeyPatch, action: Action, manager: User, lead: User, at: datetime
) -> None:
    actions.accept_action(action=action, by=manager, at=at)
    actions.claim_done(action=action, evidence="It rang.", by=manager, at=at)
    assert not told_on(monkeypatch, date(2025, 4, 4))

    assert told_on(monkeypatch, MONDAY) == {"checker"}
    actions.verify(action=action, by=lead, at=at)
    assert not told_on(monkeypatch, date(2025, 4, 10))


@pytest.mark.django_db
def test_an_accountable_officer_is_told_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, action: Action, commander: User
) -> None:
    Role.objects.create(code=ACCOUNTABLE, name="Accountable emergency officer", permissions=["review.read"])
    UserFactory.create(username="officer", role=ACCOUNTABLE)

    told = told_on(monkeypatch, date(2025, 4, 22))

    assert told == {"manager", "checker", "commander", "officer"}


@pytest.mark.django_db
def test_of_a_restricted_review_no_role_is_told_that_may_not_know_of_it(
    monkeypatch: pytest.MonkeyPatch, action: Action, commander: User
) -> None:
    Role.objects.create(code=ACCOUNTABLE, name="Accountable emergency officer", permissions=["review.read"])
    UserFactory.create(username="officer", role=ACCOUNTABLE)
    Incident.objects.update(is_restricted=True, restricted_why="Police")

    told = told_on(monkeypatch, date(2025, 4, 22))

    assert told == {"manager", "checker", "commander"}


@pytest.mark.django_db
def test_what_a_role_was_told_is_taken_back_from_it_and_not_from_owner_and_checker(
    monkeypatch: pytest.MonkeyPatch, action: Action, severe: Incident, lead: User, commander: User
) -> None:
    Role.objects.create(code=ACCOUNTABLE, name="Accountable emergency officer", permissions=["review.read"])
    UserFactory.create(username="officer", role=ACCOUNTABLE)
    told_on(monkeypatch, date(2025, 4, 22))
    Incident.objects.update(state="resolved")
    severe.refresh_from_db()

    restrict(
        incident=severe, is_restricted=True, why="Police", by=lead, at=at_wall(date(2025, 4, 23), time(9))
    )

    left = Delivery.objects.filter(state__in=["queued", "sent"])
    assert set(left.values_list("person__username", flat=True)) == {"manager", "checker", "commander"}


@pytest.mark.django_db
def test_without_an_owner_whoever_holds_reviews_is_reminded(
    monkeypatch: pytest.MonkeyPatch, action: Action
) -> None:
    Action.objects.update(owner=None, owner_role="Telecoms manager")

    assert told_on(monkeypatch, date(2025, 4, 4)) == {"lead"}
    assert "Telecoms manager has it." in Message.objects.get().body
