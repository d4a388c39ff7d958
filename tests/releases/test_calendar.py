"""The calendar as people see it, and the freezes that a continuity lead keeps in it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError
from django.test import Client
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused, sentence_of
from continuity.core.wording import window_words
from releases.actions import change_freeze, lift_freeze, set_freeze
from releases.models import Freeze, Release, State
from tests.factories import AreaFactory, ReleaseFactory
from tests.releases.conftest import ANNOUNCED, FOUR_PM

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HERE = "/releases/calendar/"
TITLE = "NHS e-Referral Service Maintenance Release 14.7"
CHRISTMAS = Range(
    datetime(2024, 12, 20, tzinfo=FOUR_PM.tzinfo), datetime(2025, 1, 6, tzinfo=FOUR_PM.tzinfo), "[)"
)
AsRole = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _it_is(settings: Any) -> None:
    settings.CLOCK_OFFSET = ANNOUNCED - datetime.now(ANNOUNCED.tzinfo)


def days(answer: Any) -> dict[str, str]:
    """What each day that holds something says, by its date in words."""
    soup = BeautifulSoup(answer.content, "html.parser")
    held = [day for day in soup.select(".app-calendar__day") if day.select(".app-calendar__entry")]
    return {
        day.select_one(".app-calendar__words").get_text(): " ".join(  # type: ignore[union-attr]
            " ".join(entry.get_text(" ").split()) for entry in day.select(".app-calendar__entry")
        )
        for day in held
    }


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_planned_work_stands_on_each_of_its_days(
    client: Client, trusted: None, published: Release, view: str
) -> None:
    found = days(client.get(HERE, {"view": view, "on": "2024-11-01"}))

    assert list(found) == ["Friday 1 November 2024", "Saturday 2 November 2024"]
    assert found["Friday 1 November 2024"].startswith(f"from 4pm {TITLE}")
    assert found["Saturday 2 November 2024"].startswith(f"until 12:44am {TITLE}")


def test_a_draft_is_for_those_who_write_notices(
    client: Client, trusted: None, as_: AsRole, manager: User, drafted: Release
) -> None:
    assert not days(client.get(HERE, {"on": "2024-11-01"}))
    assert "Draft" in days(as_(manager).get(HERE, {"on": "2024-11-01"}))["Friday 1 November 2024"]


@pytest.mark.parametrize("state", [State.CANCELLED, State.POSTPONED])
def test_what_does_not_take_place_is_not_in_it(
    client: Client, trusted: None, published: Release, state: State
) -> None:
    Release.objects.filter(pk=published.pk).update(state=state)

    assert not days(client.get(HERE, {"on": "2024-11-01"}))


def test_filters_stay_in_the_address_and_narrow_down(
    client: Client, trusted: None, published: Release, ers: Service
) -> None:
    area, other = AreaFactory(key="ward-7"), AreaFactory(key="ward-8")
    area.services.add(ers)

    def seen(**query: str) -> bool:
        return bool(days(client.get(HERE, {"on": "2024-11-01", **query})))

    assert seen(service="ers")
    assert seen(area="ward-7")
    assert not seen(area="ward-8")
    assert seen(site=area.site.key)
    assert not seen(site=other.site.key)
    assert not seen(kind="patching")
    page = BeautifulSoup(client.get(HERE, {"on": "2024-11-01", "area": "ward-7"}).content, "html.parser")
    assert "area=ward-7" in page.find("a", string="Week")["href"]  # type: ignore[index]


def test_mine_is_what_i_own_and_what_touches_my_teams_services(
    as_: AsRole, manager: User, lead: User, published: Release, ers: Service
) -> None:
    asked = {"on": "2024-11-01", "mine": "on"}

    assert days(as_(manager).get(HERE, asked))
    assert not days(as_(lead).get(HERE, asked))
    ers.owner.members.add(lead)
    assert days(as_(lead).get(HERE, asked))


@pytest.mark.parametrize(
    "query", [{"on": "yesterday"}, {"on": "9999-12-31"}, {"on": "0001-01-01"}, {"view": "x"}]
)
def test_what_cannot_be_meant_shows_this_month(client: Client, trusted: None, query: dict[str, str]) -> None:
    answer = client.get(HERE, query)

    assert answer.status_code == 200
    assert "October 2024" in answer.content.decode()


def test_bank_holidays_and_freezes_are_on_it(client: Client, trusted: None) -> None:
    Freeze.objects.create(ref="FRZ-2024-009", title="Christmas change freeze", span=CHRISTMAS)

    page = client.get(HERE, {"on": "2024-12-01"}).content.decode()

    assert "Bank holiday: Boxing Day" in page
    assert f"Christmas change freeze: {window_words(CHRISTMAS)}" in page
    assert page.count('<p class="app-calendar__note">Change freeze</p>') == 17


def test_older_work_comes_a_page_at_a_time(client: Client, trusted: None) -> None:
    for number in range(45):
        span = Range(FOUR_PM - number // 2 * DAY, FOUR_PM - number // 2 * DAY + timedelta(hours=1), "[)")
        ReleaseFactory(
            title=f"Work {number:02}",
            state=State.COMPLETED,
            published_at=ANNOUNCED,
            outcome="Done.",
            work=span,
        )

    seen: list[str] = []
    address = "/releases/"
    for _ in range(5):
        soup = BeautifulSoup(client.get(address).content, "html.parser")
        seen += [link.get_text() for link in soup.select(".app-releases a")]
        more = soup.find("a", string="Show earlier work")
        if more is None:
            break
        address = f"/releases/{more['href']}"

    assert sorted(seen) == [f"Work {number:02}" for number in range(45)]


def test_a_freeze_is_set_changed_and_taken_out(as_: AsRole, lead: User) -> None:
    browser = as_(lead)
    typed = {
        "title": "Christmas change freeze",
        "starts_date": "20 December 2024", "starts_time": "midnight",
        "ends_date": "6 January 2025", "ends_time": "midnight",
    }  # fmt: skip

    assert browser.post("/releases/freezes/", typed).status_code == 302
    freeze = Freeze.objects.get()
    assert freeze.span == CHRISTMAS
    changed = browser.post(f"/releases/freezes/{freeze.ref}/", typed | {"title": "Freeze", "version": 1})
    assert changed.status_code == 302
    assert browser.post(f"/releases/freezes/{freeze.ref}/lift/").status_code == 302
    assert not Freeze.objects.exists()
    assert [line.verb for line in lines_about(freeze)] == ["freeze.set", "freeze.changed", "freeze.lifted"]


def test_a_reversed_freeze_keeps_what_was_typed(as_: AsRole, lead: User) -> None:
    typed = {
        "title": "Christmas change freeze",
        "starts_date": "6 January 2025", "starts_time": "midnight",
        "ends_date": "20 December 2024", "ends_time": "midnight",
    }  # fmt: skip

    answer = as_(lead).post("/releases/freezes/", typed)

    assert answer.status_code == 422
    assert "Christmas change freeze" in answer.content.decode()
    assert not Freeze.objects.exists()


def test_of_two_who_change_a_freeze_the_second_is_told(as_: AsRole, lead: User) -> None:
    freeze = set_freeze(title="Christmas", span=CHRISTMAS, reason="", by=lead, at=ANNOUNCED)
    change_freeze(freeze=freeze, seen=1, title="Winter", span=CHRISTMAS, reason="", by=lead, at=ANNOUNCED)

    with pytest.raises(Conflict, match="Somebody else changed this freeze"):
        change_freeze(freeze=freeze, seen=1, title="Mine", span=CHRISTMAS, reason="", by=lead, at=ANNOUNCED)
    page = as_(lead).post(
        f"/releases/freezes/{freeze.ref}/",
        {"title": "Mine", "starts_date": "20 December 2024", "starts_time": "midnight",
         "ends_date": "6 January 2025", "ends_time": "midnight", "version": 1},
    ).content.decode()  # fmt: skip
    assert "Winter" in page
    assert 'value="Mine"' in page


def test_a_freeze_that_is_over_is_neither_set_nor_taken_out(lead: User) -> None:
    over = Range(ANNOUNCED - 3 * DAY, ANNOUNCED - DAY, "[)")
    freeze = Freeze.objects.create(ref="FRZ-2024-001", title="October", span=over)

    with pytest.raises(Refused, match="over already"):
        set_freeze(title="October", span=over, reason="", by=lead, at=ANNOUNCED)
    with pytest.raises(Refused, match="What was, stays"):
        lift_freeze(freeze=freeze, by=lead, at=ANNOUNCED)


@pytest.mark.parametrize("span", [Range(ANNOUNCED, None, "[)"), Range(None, ANNOUNCED, "[)")], ids=str)
def test_no_freeze_is_open_at_a_side(span: Range[datetime]) -> None:
    with pytest.raises(IntegrityError) as error:
        Freeze.objects.create(ref="FRZ-2024-001", title="For good", span=span)

    assert sentence_of(error.value) == "Say when the freeze starts and when it ends."


@pytest.mark.parametrize("name", ["starts", "ends"])
def test_a_freeze_without_a_side_is_refused_and_stays_typed(name: str, as_: AsRole, lead: User) -> None:
    typed = {
        "title": "For good", "starts_date": "20 December 2024", "starts_time": "midnight",
        "ends_date": "6 January 2025", "ends_time": "midnight", f"{name}_date": "", f"{name}_time": "",
    }  # fmt: skip

    answer = as_(lead).post("/releases/freezes/", typed)

    assert answer.status_code == 422
    assert 'value="For good"' in answer.content.decode()
    assert not Freeze.objects.exists()


def test_others_are_told_who_can_set_freezes(as_: AsRole, manager: User) -> None:
    answer = as_(manager).get("/releases/freezes/")

    assert answer.status_code == 403
    assert "Continuity lead" in answer.content.decode()
