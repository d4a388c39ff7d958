"""The rota's pages: who sees whom, adding and ending shifts, and two people adding one at once."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from continuity.accounts.models import User
from continuity.command import actions
from continuity.command.models import Rota, Shift
from continuity.core.clock import now, window
from continuity.core.models import Line
from continuity.core.refusals import Conflict, Refused

pytestmark = pytest.mark.django_db
# A clock that stands at noon on Friday 1 November 2024.
NOON = datetime(2024, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEW = {
    "starts_at_date": "1 November 2024",
    "starts_at_time": "8pm",
    "ends_at_date": "2 November 2024",
    "ends_at_time": "8am",
}


@pytest.fixture
def noon(settings: Any) -> datetime:
    settings.CLOCK_OFFSET += NOON - now()
    return NOON


@pytest.fixture
def desk(db: None) -> Rota:
    return Rota.objects.create(key="duty-it", name="Duty IT manager", reach="Switchboard, ask for duty IT")


@pytest.fixture
def shift(desk: Rota, manager: User, noon: datetime) -> Shift:
    """The IT manager holds the post from 8am to 8pm."""
    return Shift.objects.create(rota=desk, person=manager, span=window(noon - 4 * HOUR, noon + 8 * HOUR))


def test_a_ward_sees_how_to_reach_and_not_whom(client: Client, trusted: None, shift: Shift) -> None:
    page = client.get("/rota/")

    assert "Switchboard, ask for duty IT" in page.text
    assert "IT manager, until" not in page.text
    assert "/rota/posts/" not in page.text


def test_from_elsewhere_nobody_sees_the_rota_without_logging_in(client: Client, shift: Shift) -> None:
    assert client.get("/rota/").status_code == 302
    assert client.get("/rota/posts/duty-it/").status_code == 302


def test_people_see_who_is_on_call_now_and_that_nobody_is_tonight(
    as_: Any, clinician: User, shift: Shift
) -> None:
    page = as_(clinician).get("/rota/")

    assert "IT manager, until" in page.text
    assert "8pm" in page.text
    assert page.text.count("Nobody</strong>") == 1
    assert "8pm on Friday 1 November to midday on Friday 15 November 2024" in page.text
    assert "Add a post" not in page.text


def test_a_post_shows_its_shifts_and_gaps(as_: Any, clinician: User, shift: Shift) -> None:
    page = as_(clinician).get("/rota/posts/duty-it/")

    assert "8am to 8pm on Friday 1 November 2024" in page.text
    assert "8pm on Friday 1 November to midday on Friday 15 November 2024" in page.text
    assert "Add a shift" not in page.text


def test_an_administrator_adds_a_post(as_: Any, administrator: User) -> None:
    answer = as_(administrator).post("/rota/add/", {"name": "On-call executive", "reach": "Switchboard"})

    assert answer.headers["Location"] == "/rota/posts/on-call-executive/"
    assert Line.objects.get(verb="rota.added").subject_label == "on-call-executive"


def test_a_post_that_somebody_else_changed_meanwhile_keeps_what_was_typed(
    as_: Any, administrator: User, desk: Rota
) -> None:
    actions.change_rota(
        rota=desk, seen=1, by=administrator, at=NOON, name=desk.name, reach="Bleep", role=None
    )

    typed = {"name": desk.name, "reach": "Radio 4", "role": "", "version": "1"}
    answer = as_(administrator).post("/rota/posts/duty-it/edit/", typed)

    assert answer.status_code == 422
    assert "Bleep" in answer.text
    assert 'value="Radio 4"' in answer.text


def test_an_administrator_adds_a_shift_beginning_where_nobody_is_on_call(
    as_: Any, administrator: User, lead: User, shift: Shift
) -> None:
    client = as_(administrator)
    form = client.get("/rota/posts/duty-it/shifts/add/")
    answer = client.post("/rota/posts/duty-it/shifts/add/", {**NEW, "person": lead.pk})

    assert 'value="8pm"' in form.text
    assert answer.headers["Location"] == "/rota/posts/duty-it/"
    added = Shift.objects.get(person=lead)
    assert added.span == window(NOON + 8 * HOUR, NOON + 20 * HOUR)
    assert Line.objects.get(verb="shift.added").subject_label == "duty-it: Continuity lead"


def test_an_overlapping_shift_is_refused_in_plain_words_and_nothing_typed_is_lost(
    as_: Any, administrator: User, lead: User, shift: Shift
) -> None:
    typed = {**NEW, "person": lead.pk, "starts_at_time": "7pm"}
    answer = as_(administrator).post("/rota/posts/duty-it/shifts/add/", typed)

    assert answer.status_code == 422
    assert "IT manager is on this rota from 8am to 8pm on Friday 1 November 2024." in answer.text
    assert 'value="7pm"' in answer.text
    assert Shift.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ends_at_date": "1 November 2024", "ends_at_time": "7pm"}, "the end must be later than the start"),
        ({"starts_at_time": ""}, "enter the time"),
        ({"person": ""}, "Choose the who is on call"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(
    typed: dict[str, str], said: str, as_: Any, administrator: User, lead: User, desk: Rota, noon: datetime
) -> None:
    answer = as_(administrator).post("/rota/posts/duty-it/shifts/add/", {**NEW, "person": lead.pk, **typed})

    assert answer.status_code == 422
    assert said.lower() in answer.text.lower()


def test_a_shift_that_would_be_over_already_is_refused(desk: Rota, manager: User, noon: datetime) -> None:
    with pytest.raises(Refused, match="over already"):
        actions.add_shift(
            rota=desk, person=manager, span=window(NOON - 2 * HOUR, NOON - HOUR), by=manager, at=NOON
        )


def test_a_shift_ends_early(as_: Any, administrator: User, shift: Shift) -> None:
    client, address = as_(administrator), f"/rota/posts/duty-it/shifts/{shift.pk}/end/"
    form = client.get(address)
    answer = client.post(address, {"ends_at_date": "1 November 2024", "ends_at_time": "2pm"})

    assert 'value="midday"' in form.text
    assert answer.status_code == 302
    shift.refresh_from_db()
    assert shift.span.upper == NOON + 2 * HOUR
    assert Line.objects.filter(verb="shift.ended").count() == 1


@pytest.mark.parametrize("time", ["8am", "8pm", "9pm"])
def test_a_shift_ends_within_itself_only(time: str, as_: Any, administrator: User, shift: Shift) -> None:
    address = f"/rota/posts/duty-it/shifts/{shift.pk}/end/"
    answer = as_(administrator).post(address, {"ends_at_date": "1 November 2024", "ends_at_time": time})

    assert answer.status_code == 422
    assert "Choose a time within it" in answer.text


def test_a_shift_ahead_is_taken_out_and_one_that_has_begun_is_not(
    as_: Any, administrator: User, lead: User, shift: Shift, desk: Rota
) -> None:
    ahead = Shift.objects.create(rota=desk, person=lead, span=window(NOON + 8 * HOUR, NOON + 9 * HOUR))
    client = as_(administrator)

    taken_out = client.post(f"/rota/posts/duty-it/shifts/{ahead.pk}/remove/")
    refused = client.post(f"/rota/posts/duty-it/shifts/{shift.pk}/remove/")

    assert taken_out.status_code == 302
    assert (refused.status_code, "End it instead" in refused.text) == (409, True)
    assert list(Shift.objects.all()) == [shift]
    assert Line.objects.filter(verb="shift.removed").count() == 1


def test_a_shift_that_somebody_else_ended_is_not_ended_again(shift: Shift, administrator: User) -> None:
    mine, theirs = Shift.objects.get(), Shift.objects.get()
    actions.end_shift(shift=theirs, ends_at=NOON + HOUR, by=administrator, at=NOON)

    with pytest.raises(Conflict, match="Somebody else"):
        actions.end_shift(shift=mine, ends_at=NOON + 2 * HOUR, by=administrator, at=NOON)


@pytest.mark.parametrize("who", ["clinician", "manager", "lead", "commander"])
def test_only_administrators_change_the_rota(who: str, request: Any, as_: Any, shift: Shift) -> None:
    client = as_(request.getfixturevalue(who))

    for address in ("add/", "posts/duty-it/edit/", "posts/duty-it/shifts/add/"):
        assert client.get(f"/rota/{address}").status_code == 403
    for address in ("end/", "remove/"):
        assert client.post(f"/rota/posts/duty-it/shifts/{shift.pk}/{address}").status_code == 403
    assert list(Shift.objects.all()) == [shift]


@pytest.mark.django_db(transaction=True)
def test_of_two_shifts_added_at_once_the_second_is_refused_by_the_database(
    desk: Rota, manager: User, lead: User
) -> None:
    span, refusals = window(NOON, NOON + HOUR), []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        try:
            actions.add_shift(rota=desk, person=lead, span=span, by=lead, at=NOON)
        except Conflict as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    with transaction.atomic():
        actions.add_shift(rota=desk, person=manager, span=span, by=manager, at=NOON)
        other = threading.Thread(target=second)
        other.start()
        begun.wait(5)
        other.join(0.5)  # it waits for our transaction, whose row it cannot see yet
    other.join(10)

    assert refusals == ["Somebody is on this rota at that time already."]
    assert Shift.objects.get().person == manager
