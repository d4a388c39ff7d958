"""What a review is filled in with when it begins, and the moments that are picked afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Delivery
from incidents.models import Incident, Update
from incidents.reviews import actions
from incidents.reviews.copying import digest_of
from incidents.reviews.models import Review
from tests.reviews.conftest import HOUR, fill

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def figures(review: Review) -> dict[str, str]:
    review.refresh_from_db()
    return {each["label"]: each["text"] for each in review.figures}


def update(incident: Incident, number: int, at: datetime, due: datetime | None = None) -> Update:
    return Update.objects.create(
        incident=incident, number=number, published_at=at, severity=2, happened="It is slow.",
        next_due_at=due,
    )  # fmt: skip


def test_an_incidents_figures_are_filled_in(
    severe: Incident, lead: User, manager: User, at: datetime
) -> None:
    Incident.objects.filter(pk=severe.pk).update(
        started_at=at - 20 * MINUTE, detected_at=at - 5 * MINUTE, declared_at=at, mitigated_at=None
    )
    severe.refresh_from_db()
    update(severe, 1, at + 10 * MINUTE, at + 30 * MINUTE)
    update(severe, 2, at + 45 * MINUTE, at + 3 * HOUR)
    notify(
        key="test:told", kind="incident", subject=severe, words=Words("Slow", "It is slow.", "/"),
        audience=Audience(people=frozenset({lead.pk, manager.pk}), subscribers=False), at=at,
    )  # fmt: skip
    Delivery.objects.filter(person=lead, channel="portal").update(read_at=at)

    found = figures(actions.start(incident=severe, by=lead, at=at + 20 * HOUR))

    assert found == {
        "Time to notice, from its start": "15 minutes",
        "Time to declare, from noticing": "5 minutes",
        "First update, from declaring": "10 minutes",
        "Downtime procedure worked, from its start": "Not known",
        "Service back, from its start": "1 hour 20 minutes",
        "Stood down, from its start": "2 hours 20 minutes",
        "Promises of the next update kept": "1 of 2",
        "Procedures used": "None",
        "Messages": "2 sent, 0 not delivered. 1 of 2 in the portal read",
    }


def test_a_releases_figures_are_filled_in(short: Review) -> None:
    found = figures(short)

    assert found["Planned"] == "8 hours 44 minutes"
    assert found["Took"] == "9 hours"
    assert found["Longer than promised first"] == "0 minutes"
    assert (found["Messages"], found["Areas that said read and ready"]) == ("None sent", "None was asked")


def test_figures_stand_on_the_page_and_what_comes_later_leaves_them_alone(
    as_: Any, full: Review, severe: Incident, lead: User, at: datetime
) -> None:
    update(severe, 1, at + 10 * MINUTE)

    text = as_(lead).get(full.get_absolute_url()).content.decode()

    assert "Time to notice, from its start" in text
    assert figures(full)["First update, from declaring"] == "Not known"


def test_a_moment_is_picked_by_pressing_it(as_: Any, short: Review, lead: User) -> None:
    page, address = as_(lead), short.get_absolute_url()
    press = reverse("reviews:mark-moment", args=[short.ref, 1])
    assert press in page.get(address).content.decode()

    page.post(press, {"key": "yes"})
    page.post(press, {"key": "yes"})

    short.refresh_from_db()
    assert short.key_moments == [1]
    assert short.timeline_hash == digest_of(short.timeline)
    assert "Not a key moment" in page.get(address).content.decode()
    assert [line.verb for line in lines_about(short)].count("review.moment_marked") == 1
    page.post(press, {"key": "no"})
    short.refresh_from_db()
    assert short.key_moments == []


def test_only_moments_of_a_draft_are_picked(
    as_: Any, short: Review, clinician: User, lead: User, at: datetime
) -> None:
    assert as_(clinician).post(reverse("reviews:mark-moment", args=[short.ref, 1])).status_code == 403
    with pytest.raises(Refused, match="not in the copy"):
        actions.mark_moment(review=short, number=99, is_key=True, by=lead, at=at)
    fill(short, lead, at)
    actions.publish_short(review=short, by=lead, at=at)
    with pytest.raises(Conflict, match="its text stands"):
        actions.mark_moment(review=short, number=0, is_key=True, by=lead, at=at)
