"""The trust's busy times: kept by those who set the rules, and nobody's change is lost."""

from datetime import datetime, time
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from continuity.accounts.models import User
from continuity.core.models import Line
from continuity.core.refusals import Conflict, Refused
from releases.actions import add_busy_time, change_busy_time, remove_busy_time
from releases.models import BusyTime
from tests.releases.test_pages import text_of

pytestmark = pytest.mark.django_db
PAGE = "/releases/busy-times/"
TYPED: dict[str, Any] = {
    "kind": "drug_round",
    "starts": "2:30pm",
    "minutes": "45 minutes",
    "days": ["0", "4"],
}
FACTS: dict[str, Any] = {"kind": "drug_round", "starts": time(14, 30), "minutes": 45, "days": [4, 0]}
ROLES = ["clinician", "manager", "lead", "commander", "administrator", "stranger"]


@pytest.fixture
def desk(as_: Any, administrator: User) -> Client:
    client: Client = as_(administrator)
    return client


@pytest.fixture
def busy() -> BusyTime:
    return BusyTime.objects.get(kind="drug_round", starts=time(8))


def lines(verb: str) -> int:
    return Line.objects.filter(verb=verb).count()


def test_a_busy_time_is_added_as_it_was_typed(desk: Client) -> None:
    page = text_of(desk.post(PAGE, TYPED, follow=True))

    added = BusyTime.objects.get(starts=time(14, 30))
    assert (added.kind, added.minutes, added.days) == ("drug_round", 45, [0, 4])
    assert "2:30pm" in page
    assert "Monday and Friday" in page
    assert lines("busy_time.added") == 1


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("where", ["", "{}/", "{}/remove/"])
def test_only_those_who_set_the_rules_keep_them(
    as_: Any, role: str, where: str, busy: BusyTime, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(role)

    status = as_(person).post(PAGE + where.format(busy.pk), {}).status_code

    assert (status == 403) is not person.may("policy.set")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"days": []}, "Choose the days on which it is busy"),
        ({"starts": "soon"}, "4pm"),
        ({"minutes": "13 hours"}, "A busy time lasts 5 minutes to 12 hours"),
        ({"minutes": "366 days"}, "A busy time lasts 5 minutes to 12 hours"),
        ({"kind": "drug_round", "starts": "8am"}, "That busy time is there already"),
        ({"kind": "lunch"}, "from the list"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(desk: Client, changed: dict[str, Any], said: str) -> None:
    before = BusyTime.objects.count()

    page = desk.post(PAGE, {**TYPED, **changed})

    assert page.status_code == 422
    assert said in page.content.decode()
    assert BusyTime.objects.count() == before


def test_a_busy_time_is_changed_and_taken_out(desk: Client, busy: BusyTime) -> None:
    desk.post(f"{PAGE}{busy.pk}/", {**TYPED, "version": busy.version})

    busy.refresh_from_db()
    assert (busy.starts, busy.version) == (time(14, 30), 2)
    desk.post(f"{PAGE}{busy.pk}/remove/")
    assert not BusyTime.objects.filter(pk=busy.pk).exists()
    assert (lines("busy_time.changed"), lines("busy_time.removed")) == (1, 1)
    assert desk.post(f"{PAGE}{busy.pk}/remove/").status_code == 409


def test_a_stale_form_keeps_its_text_and_shows_what_is_there(
    desk: Client, busy: BusyTime, administrator: User, at: datetime
) -> None:
    change_busy_time(busy=busy, seen=1, **FACTS, by=administrator, at=at)

    page = desk.post(f"{PAGE}{busy.pk}/", {**TYPED, "minutes": "90 minutes", "version": 1})

    assert page.status_code == 422
    assert "Changed by somebody else" in text_of(page)
    assert "90 minutes" in page.content.decode()
    busy.refresh_from_db()
    assert busy.minutes == 45


def test_who_comes_too_late_is_told(busy: BusyTime, administrator: User, at: datetime) -> None:
    stale = BusyTime.objects.get(pk=busy.pk)
    change_busy_time(busy=busy, seen=1, **FACTS, by=administrator, at=at)

    with pytest.raises(Conflict), transaction.atomic():
        change_busy_time(busy=stale, seen=1, **FACTS, by=administrator, at=at)
    with pytest.raises(Conflict), transaction.atomic():
        remove_busy_time(busy=stale, by=administrator, at=at)
    with pytest.raises(Refused), transaction.atomic():
        add_busy_time(**FACTS, by=administrator, at=at)

    assert lines("busy_time.changed") == 1
