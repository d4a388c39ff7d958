"""Standing in and swapping shifts: who may, what changes, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.command import actions
from continuity.command.models import Override, Rota, Shift, Swap
from continuity.command.rota import gaps_ahead, on_call
from continuity.core.clock import now, window
from continuity.core.models import Line
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.models import Delivery, Message
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2024, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TIMES = {
    "starts_at_date": "1 November 2024",
    "starts_at_time": "2pm",
    "ends_at_date": "1 November 2024",
    "ends_at_time": "4pm",
}


@pytest.fixture
def noon(settings: Any) -> datetime:
    settings.CLOCK_OFFSET += NOON - now()
    return NOON


@pytest.fixture
def desk(db: None) -> Rota:
    return Rota.objects.create(key="duty-it", name="Duty IT manager", reach="Switchboard")


@pytest.fixture
def shifts(desk: Rota, manager: User, lead: User) -> list[Shift]:
    """The IT manager is on call until 8pm, the lead for the night, the manager tomorrow, the lead the night after."""
    people = (manager, lead, manager, lead)
    return [
        Shift.objects.create(
            rota=desk,
            person=person,
            span=window(NOON + (turn * 12 - 4) * HOUR, NOON + (turn * 12 + 8) * HOUR),
        )
        for turn, person in enumerate(people)
    ]


def holder(at: datetime) -> tuple[str, datetime | None, bool]:
    post = on_call(at)[0]
    return str(post.person), post.until, post.is_stand_in


def test_whoever_stands_in_goes_before_the_shift_and_fills_a_gap(
    desk: Rota, shifts: list[Shift], commander: User, administrator: User
) -> None:
    span = window(NOON + 2 * HOUR, NOON + 4 * HOUR)
    actions.stand_in(rota=desk, person=commander, span=span, reason="Ill", by=administrator, at=NOON)
    before = gaps_ahead(NOON)[desk.pk][0].lower
    far = window(NOON + 44 * HOUR, NOON + 50 * HOUR)
    actions.stand_in(rota=desk, person=commander, span=far, reason="Gap", by=administrator, at=NOON)

    assert holder(NOON) == ("IT manager", NOON + 2 * HOUR, False)
    assert holder(NOON + 2 * HOUR) == ("Tactical commander", NOON + 4 * HOUR, True)
    assert holder(NOON + 4 * HOUR) == ("IT manager", NOON + 8 * HOUR, False)
    assert before == NOON + 44 * HOUR
    assert gaps_ahead(NOON)[desk.pk][0].lower == NOON + 50 * HOUR
    assert Line.objects.filter(verb="stand_in.added").count() == 2


def test_two_do_not_stand_in_at_once_nor_in_the_past_and_it_ends_early(
    desk: Rota, commander: User, lead: User, administrator: User
) -> None:
    facts: dict[str, Any] = {"rota": desk, "reason": "Ill", "by": administrator}
    span = window(NOON, NOON + 4 * HOUR)
    cover = actions.stand_in(person=commander, span=span, at=NOON, **facts)

    with pytest.raises(Conflict, match="stands in on this rota at that time already"):
        actions.stand_in(person=lead, span=span, at=NOON, **facts)
    with pytest.raises(Refused, match="would be over already"):
        actions.stand_in(person=lead, span=span, at=NOON + 5 * HOUR, **facts)
    actions.end_stand_in(cover=cover, by=administrator, at=NOON + HOUR)
    ended = Override.objects.get()

    assert ended.span == window(NOON, NOON + HOUR)
    with pytest.raises(Refused, match="is over"):
        actions.end_stand_in(cover=ended, by=administrator, at=NOON + 2 * HOUR)


def test_a_swap_changes_the_people_of_both_shifts_once_it_is_accepted(
    shifts: list[Shift], manager: User, lead: User
) -> None:
    swap = actions.propose_swap(shift=shifts[2], to=lead, in_return=shifts[1], by=manager, at=NOON)
    assert holder(NOON + 9 * HOUR)[0] == "Continuity lead"

    actions.accept_swap(swap=swap, by=lead, at=NOON)

    assert holder(NOON + 9 * HOUR)[0] == "IT manager"
    assert holder(NOON + 21 * HOUR)[0] == "Continuity lead"
    verbs = list(Line.objects.filter(verb__startswith="swap.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["swap.proposed", "swap.accepted"]
    with pytest.raises(Conflict):
        actions.accept_swap(swap=Swap.objects.get(), by=lead, at=NOON)


def test_a_swap_is_refused_to_others_and_to_what_cannot_be(
    shifts: list[Shift], manager: User, lead: User, commander: User
) -> None:
    with pytest.raises(Forbidden, match="Only IT manager can offer"):
        actions.propose_swap(shift=shifts[2], to=lead, in_return=None, by=commander, at=NOON)
    with pytest.raises(Refused, match="has begun"):
        actions.propose_swap(shift=shifts[0], to=lead, in_return=None, by=manager, at=NOON)
    with pytest.raises(Refused, match="this shift is yours"):
        actions.propose_swap(shift=shifts[2], to=manager, in_return=None, by=manager, at=NOON)
    other = Rota.objects.create(key="site", name="Site manager", reach="Bleep")
    Shift.objects.create(rota=other, person=commander, span=shifts[2].span)
    with pytest.raises(Refused, match="Tactical commander is on call as Site manager"):
        actions.propose_swap(shift=shifts[2], to=commander, in_return=None, by=manager, at=NOON)
    swap = actions.propose_swap(shift=shifts[2], to=lead, in_return=None, by=manager, at=NOON)
    with pytest.raises(Conflict, match="offered to somebody already"):
        actions.propose_swap(shift=shifts[2], to=UserFactory(), in_return=None, by=manager, at=NOON)
    with pytest.raises(Forbidden, match="Only Continuity lead can answer"):
        actions.accept_swap(swap=swap, by=commander, at=NOON)

    Shift.objects.filter(pk=shifts[2].pk).update(person=commander)

    with pytest.raises(Conflict, match="has changed since"):
        actions.accept_swap(swap=swap, by=lead, at=NOON)


def test_a_swap_that_has_begun_meanwhile_is_refused_and_one_declined_or_taken_back_changes_nothing(
    shifts: list[Shift], manager: User, lead: User
) -> None:
    swap = actions.propose_swap(shift=shifts[2], to=lead, in_return=None, by=manager, at=NOON)

    with pytest.raises(Refused, match="has begun"):
        actions.accept_swap(swap=swap, by=lead, at=NOON + 20 * HOUR)
    actions.decline_swap(swap=swap, by=lead, at=NOON)
    again = actions.propose_swap(shift=shifts[2], to=lead, in_return=None, by=manager, at=NOON)
    with pytest.raises(Forbidden, match="Only IT manager can take this back"):
        actions.withdraw_swap(swap=again, by=lead, at=NOON)
    actions.withdraw_swap(swap=again, by=manager, at=NOON)

    assert holder(NOON + 21 * HOUR)[0] == "IT manager"


def test_people_swap_and_stand_in_on_the_pages(
    noon: datetime, shifts: list[Shift], as_: Any, manager: User, lead: User, administrator: User
) -> None:
    page = "/rota/posts/duty-it/"
    ask = f"{page}shifts/{shifts[2].pk}/swap/"
    assert ask in as_(manager).get(page).text
    wrong = as_(manager).post(ask, {"to": administrator.pk, "in_return": shifts[1].pk})
    assert (wrong.status_code, "Choose a shift of the person you ask" in wrong.text) == (422, True)
    as_(manager).post(ask, {"to": lead.pk, "in_return": shifts[1].pk})
    assert "You asked Continuity lead" in as_(manager).get(page).text
    assert "IT manager asks you to take Duty IT manager" in as_(lead).get(page).text
    as_(lead).post(f"/rota/swaps/{Swap.objects.get().pk}/answer/", {"answer": "accept"})
    assert Swap.objects.get().state == Swap.State.ACCEPTED

    adding = as_(administrator)
    kept = adding.post(f"{page}stand-ins/add/", {**TIMES, "person": lead.pk, "reason": ""})
    assert "Say why they stand in" in kept.text
    adding.post(f"{page}stand-ins/add/", {**TIMES, "person": lead.pk, "reason": "Ill"})
    assert "Who stands in" in adding.get(page).text
    assert as_(manager).get(f"{page}stand-ins/add/").status_code == 403
    assert as_(administrator).post(f"{page}stand-ins/{Override.objects.get().pk}/end/").status_code == 302
    assert not Override.objects.exists()


def test_whoever_keeps_the_rota_sees_who_may_not_be_reached(
    noon: datetime, desk: Rota, shifts: list[Shift], as_: Any, manager: User, lead: User, administrator: User
) -> None:
    lead.email = ""
    lead.save()

    page = as_(administrator).get("/rota/posts/duty-it/")
    assert "Continuity lead: no email address" in page.text
    assert "IT manager: no message is known to have reached them" in page.text
    message = Message.objects.create(
        key="test", kind="portal", title="Test", body="", url="/", created_at=NOON
    )
    Delivery.objects.create(
        message=message, person=manager, channel="email", address=manager.email, state="sent", due_at=NOON
    )

    assert "IT manager: no message" not in as_(administrator).get("/rota/posts/duty-it/").text
    assert "May not be reached" not in as_(manager).get("/rota/posts/duty-it/").text
