"""A hot debrief is offered for a day after a severe incident, may be skipped, and stands beside the review."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.core.clock import now
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from incidents.models import Incident, SeverityChange
from incidents.reviews import actions
from incidents.reviews.debriefs import is_offered, offered
from incidents.reviews.models import HotDebrief, Review
from tests.factories import IncidentFactory, UserFactory
from tests.racing import race
from tests.reviews.conftest import HOUR, over

pytestmark = pytest.mark.django_db
SAID: dict[str, Any] = {
    "went_well": "The bleeps worked.", "went_badly": "Nobody had the supplier's number.",
    "to_do_now": "Put the number on the wall.", "who_was_there": "Duty manager, network engineer",
}  # fmt: skip


def test_it_is_offered_for_24_hours_after_a_severe_incident(
    severe: Incident, light: Incident, lead: User, at: datetime
) -> None:
    ended = at + 2 * HOUR

    assert offered(lead, ended) == [(severe, ended + timedelta(hours=24))]
    assert is_offered(severe, ended + 23 * HOUR)
    assert not is_offered(light, ended)
    assert offered(lead, ended + 24 * HOUR) == []
    assert not is_offered(severe, ended + 24 * HOUR)


def test_one_that_was_severe_for_a_while_counts(light: Incident, lead: User, at: datetime) -> None:
    SeverityChange.objects.create(
        incident=light, was=2, severity=3, reason="Fewer wards than we thought", changed_by=lead,
        changed_at=at, confirm_by_at=at + HOUR,
    )  # fmt: skip

    assert [incident for incident, _ in offered(lead, at + 3 * HOUR)] == [light]
    assert is_offered(light, at + 3 * HOUR)


def test_an_exercise_has_its_own_way(lead: User, at: datetime) -> None:
    practised = over(at, severity=1, is_exercise=True)

    assert offered(lead, at + 3 * HOUR) == []
    assert not is_offered(practised, at + 3 * HOUR)


def test_its_words_are_kept_and_offered_no_more(severe: Incident, manager: User, at: datetime) -> None:
    actions.write_debrief(incident=severe, by=manager, at=at + 3 * HOUR, **SAID)

    kept = HotDebrief.objects.get()
    assert (kept.to_do_now, kept.written_by, kept.is_skipped) == (SAID["to_do_now"], manager, False)
    assert offered(manager, at + 3 * HOUR) == []
    assert [line.verb for line in lines_about(severe)] == ["incident.debriefed"]


def test_it_names_nobody(severe: Incident, manager: User, at: datetime) -> None:
    UserFactory.create(username="okafor", first_name="Ada", last_name="Okafor", job_title="Ward sister")

    with pytest.raises(Refused, match=r"Who was there names Ada Okafor\. Write the role: Ward sister"):
        actions.write_debrief(
            incident=severe, by=manager, at=at, **SAID | {"who_was_there": "Ada Okafor and others"}
        )


def test_it_waits_until_the_incident_is_over(manager: User, at: datetime) -> None:
    incident = IncidentFactory.create(severity=1)

    with pytest.raises(Refused, match="not over yet"):
        actions.write_debrief(incident=incident, by=manager, at=at, **SAID)


def test_skipping_it_blocks_nothing(severe: Incident, lead: User, manager: User, at: datetime) -> None:
    actions.skip_debrief(incident=severe, by=manager, at=at + 3 * HOUR)
    actions.skip_debrief(incident=severe, by=lead, at=at + 3 * HOUR)

    assert offered(lead, at + 3 * HOUR) == []
    assert [line.verb for line in lines_about(severe)] == ["incident.debrief_skipped"]
    actions.write_debrief(incident=severe, by=lead, at=at + 40 * HOUR, **SAID)
    assert HotDebrief.objects.get().went_well == SAID["went_well"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_once_one_is_told(
    severe: Incident, lead: User, manager: User, at: datetime
) -> None:
    answers = race(
        lambda: actions.write_debrief(incident=Incident.objects.get(), by=lead, at=at, went_well="Calm"),
        lambda: actions.write_debrief(incident=Incident.objects.get(), by=manager, at=at, went_well="Loud"),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "HotDebrief"]
    with pytest.raises(Conflict, match="written already"):
        actions.skip_debrief(incident=Incident.objects.get(), by=lead, at=at)


def test_it_is_held_from_the_incidents_page(
    as_: Any, lead: User, clinician: User, severe: Incident, full: Review
) -> None:
    address = f"/reviews/debriefs/{severe.ref}/"
    assert as_(clinician).get(address).status_code == 403
    page = as_(lead)

    empty = page.post(address, {"who_was_there": "Duty manager"})
    saved = page.post(address, SAID)

    assert empty.status_code == 422
    assert "Write what went well, what went badly or what must be done now" in empty.content.decode()
    assert "Duty manager</textarea>" in empty.content.decode()
    assert saved.headers["Location"] == severe.get_absolute_url()
    assert "Put the number on the wall." in page.get(severe.get_absolute_url()).content.decode()
    assert "Put the number on the wall." in page.get(address).content.decode()
    for part in ("", "room/", "write/questions/"):
        assert "Put the number on the wall." in page.get(f"{full.get_absolute_url()}{part}").content.decode()


def test_the_offer_stands_on_the_list_until_it_is_skipped(as_: Any, lead: User) -> None:
    incident = over(now() - 3 * HOUR, severity=1, title="No phones")
    page, offer = as_(lead), f"/reviews/debriefs/{incident.ref}/"

    assert offer in page.get("/reviews/").content.decode()
    assert "Offered until" in page.get(incident.get_absolute_url()).content.decode()
    page.post(f"{offer}skip/")

    assert offer not in page.get("/reviews/").content.decode()
    assert "Hot debrief</h3>" not in page.get(incident.get_absolute_url()).content.decode()
