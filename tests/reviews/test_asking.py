"""People are asked to write before a review is held; who writes without a name is stored nowhere."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.models import Delivery
from continuity.notifications.previews import reading_of
from incidents.models import Incident
from incidents.reviews import actions
from incidents.reviews.models import Attendance, Contribution, Review
from tests.factories import UserFactory
from tests.reviews.conftest import HOUR

pytestmark = pytest.mark.django_db
SAID = "Nobody on nights knew where the paper charts were."


@pytest.fixture
def nurse(db: None) -> User:
    person: User = UserFactory.create(
        username="quince", first_name="Rosamund", last_name="Quince", job_title="Night matron", role="reader",
        email="quince@ashcombe.example",
    )  # fmt: skip
    return person


@pytest.fixture
def asked(full: Review, nurse: User, lead: User, at: datetime) -> Review:
    """The night matron is asked, and may leave her name out."""
    actions.allow_anonymous(review=full, is_allowed=True, by=lead, at=at + 21 * HOUR)
    actions.ask(review=full, people=[nurse], by=lead, at=at + 21 * HOUR)
    return full


def stored() -> Counter[str]:
    """Every row of every table, as the database writes it, with the table's name."""
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')  # noqa: S608 - names of tables
            found.update(f"{table} {row}" for (row,) in cursor.fetchall())
    return found


def test_who_is_asked_is_told_once(asked: Review, nurse: User, lead: User, at: datetime) -> None:
    actions.ask(review=asked, people=[nurse], by=lead, at=at + 22 * HOUR)

    told = Delivery.objects.get(person=nurse, channel="portal")
    assert told.message.url == f"/reviews/{asked.ref}/contribute/"
    read = reading_of(told.message, nurse)
    assert "A review is published" not in read.text + read.html + read.sms + read.teams
    assert [line.verb for line in lines_about(asked)][-2:] == ["review.anonymous_set", "review.asked"]


def test_what_is_written_under_a_role_says_whose_it_is(asked: Review, nurse: User, at: datetime) -> None:
    written = actions.contribute(review=asked, text=SAID, by=nurse, at=at + 23 * HOUR)

    assert (written.author, written.text) == (nurse, SAID)
    assert Attendance.objects.get().state == "written"
    last = lines_about(asked).latest("pk")
    assert (last.verb, last.actor_label) == ("review.contributed", str(nurse))


def test_without_a_name_nothing_leads_to_its_author(as_: Any, asked: Review, nurse: User) -> None:
    page = as_(nurse)
    address = f"/reviews/{asked.ref}/contribute/"
    assert "stored nowhere" in page.get(address).content.decode()
    before = stored()

    answer = page.post(address, {"text": SAID, "under": "nobody"})

    assert answer.status_code == 302
    new = list((stored() - before).elements())
    gone = list((before - stored()).elements())
    # The words, and the ledger's line; no row that was there before is another now.
    assert sorted(row.split()[0] for row in new) == ["core_line", "reviews_contribution"]
    assert gone == []
    kept = Contribution.objects.get()
    assert (kept.text, kept.author) == (SAID, None)
    for row in new:
        for trace in ("quince", "rosamund", "matron", "accounts.user"):
            assert trace not in row.lower()
        fields = row.split(" ", 1)[1]
        assert f": {nurse.pk}," not in fields.replace(f'"id": {kept.pk},', "")
        assert f'"{nurse.pk}"' not in fields
    assert Attendance.objects.get().state == "invited"
    assert lines_about(asked).latest("pk").actor_label == "Somebody who was asked"


def test_the_facilitator_must_allow_it(full: Review, nurse: User, lead: User, at: datetime) -> None:
    actions.ask(review=full, people=[nurse], by=lead, at=at + 21 * HOUR)

    with pytest.raises(Refused, match="does not take contributions without a name"):
        actions.contribute(review=full, text=SAID, is_anonymous=True, by=nurse, at=at + 22 * HOUR)
    assert not Contribution.objects.exists()


def test_only_the_facilitator_allows_it(full: Review, lead: User, second_lead: User, at: datetime) -> None:
    actions.name_facilitator(review=full, facilitator=second_lead, seen=None, by=lead, at=at + 21 * HOUR)

    with pytest.raises(Forbidden, match="Only the facilitator"):
        actions.allow_anonymous(review=full, is_allowed=True, by=lead, at=at + 21 * HOUR)
    actions.allow_anonymous(review=full, is_allowed=True, by=second_lead, at=at + 21 * HOUR)
    assert Review.objects.get().allows_anonymous


def test_who_was_not_asked_does_not_write(as_: Any, asked: Review, clinician: User, at: datetime) -> None:
    with pytest.raises(Forbidden, match="not asked"):
        actions.contribute(review=asked, text=SAID, by=clinician, at=at + 22 * HOUR)

    assert as_(clinician).get(f"/reviews/{asked.ref}/contribute/").status_code == 404


def test_who_is_taken_off_is_told_and_writes_no_more(
    as_: Any, asked: Review, nurse: User, lead: User, at: datetime
) -> None:
    row = Attendance.objects.get()
    page = as_(lead)
    assert "Take off" in page.get(f"/reviews/{asked.ref}/ask/").content.decode()

    page.post(f"/reviews/{asked.ref}/ask/{row.pk}/remove/")

    assert not Attendance.objects.exists()
    assert lines_about(asked).latest("pk").verb == "review.ask_withdrawn"
    told = Delivery.objects.filter(person=nurse, channel="portal").latest("pk").message
    assert told.title == "You need not write for the review any more"
    assert asked.title not in told.title + told.body
    assert as_(nurse).get(f"/reviews/{asked.ref}/contribute/").status_code == 404
    with pytest.raises(Conflict, match="somebody else took them off"):
        actions.ask_no_more(review=asked, person=nurse, by=lead, at=at + 22 * HOUR)
    actions.ask(review=asked, people=[nurse], by=lead, at=at + 23 * HOUR)
    assert Delivery.objects.filter(person=nurse, channel="portal").count() == 3


def test_only_the_facilitator_takes_off_and_nobody_who_wrote(
    asked: Review, nurse: User, lead: User, second_lead: User, at: datetime
) -> None:
    actions.contribute(review=asked, text=SAID, by=nurse, at=at + 22 * HOUR)
    actions.name_facilitator(review=asked, facilitator=second_lead, seen=None, by=lead, at=at + 22 * HOUR)

    with pytest.raises(Forbidden, match="Only the facilitator"):
        actions.ask_no_more(review=asked, person=nurse, by=lead, at=at + 23 * HOUR)
    with pytest.raises(Refused, match="what they wrote stands"):
        actions.ask_no_more(review=asked, person=nurse, by=second_lead, at=at + 23 * HOUR)


def test_nobody_writes_once_it_is_handed_on(asked: Review, nurse: User, lead: User, at: datetime) -> None:
    Review.objects.update(state="in_review")

    with pytest.raises(Conflict, match="with the approver"):
        actions.contribute(review=asked, text=SAID, by=nurse, at=at + 22 * HOUR)
    with pytest.raises(Conflict, match="with the approver"):
        actions.ask(review=asked, people=[lead], by=lead, at=at + 22 * HOUR)


def test_a_restricted_incident_is_not_given_away_by_asking(
    as_: Any, full: Review, severe: Incident, nurse: User, lead: User, at: datetime
) -> None:
    actions.ask(review=full, people=[nurse], by=lead, at=at + 21 * HOUR)
    Incident.objects.update(is_restricted=True, restricted_why="Police")
    other = UserFactory.create(username="other", job_title="Porter", role="reader")

    with pytest.raises(Refused, match="not Porter"):
        actions.ask(review=full, people=[other], by=lead, at=at + 22 * HOUR)

    page = as_(nurse)
    assert page.get(f"/reviews/{full.ref}/contribute/").status_code == 404
    assert full.title not in page.get("/reviews/").content.decode()


def test_the_pages_ask_and_show_what_was_written(
    as_: Any, lead: User, nurse: User, clinician: User, full: Review
) -> None:
    address = f"/reviews/{full.ref}/"
    page = as_(lead)
    page.post(f"{address}ask/", {"people": [nurse.pk], "is_allowed": "on"})
    page = as_(nurse)
    assert f"{address}contribute/" in page.get("/reviews/").content.decode()

    empty = page.post(f"{address}contribute/", {"text": "", "under": "role"})
    page.post(f"{address}contribute/", {"text": SAID, "under": "role"})

    assert empty.status_code == 422
    assert f"{address}contribute/" not in page.get("/reviews/").content.decode()
    assert SAID in page.get(f"{address}contribute/").content.decode()
    shown = as_(lead).get(address).content.decode()
    assert SAID in shown
    assert "Night matron (wrote)" in shown
    assert SAID not in as_(clinician).get(address).content.decode()
