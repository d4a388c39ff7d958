"""Searching past work: so much of it at a time, and on from there."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from incidents.models import Impact, Incident
from incidents.reviews.lessons import last_times
from releases.models import LOOKED_THROUGH, Disruption, Release
from tests.releases.conftest import FOUR_PM, WORK
from tests.releases.test_pages import set_clock, text_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# Enough for one more look, all in the same hour: the last two of them stand on both sides of the first look's end.
MANY = LOOKED_THROUGH + 1


@pytest.fixture
def history(ers: Service, settings: Any) -> list[Release]:
    """Two pieces of work on e-RS long ago, and then as much as is looked through at a time."""
    set_clock(settings, FOUR_PM + 9 * HOUR)
    facts = {"state": "completed", "outcome": "Done.", "lesson": "Ring the wards.", "published_at": FOUR_PM}
    found = Release.objects.bulk_create(
        Release(ref=f"OLD-{number}", title=f"Patch {number}", work=WORK, **facts) for number in range(MANY)
    )
    first = Range(FOUR_PM - 9 * HOUR, FOUR_PM - 8 * HOUR, "[)")
    oldest = Release.objects.create(ref="OLD-X", title="A needle", work=first, **facts)
    for release in (oldest, found[0]):
        Disruption.objects.create(release=release, service=ers, effect="down", span=release.work)
    return [oldest, *found]


@pytest.mark.parametrize("query", ["q=needle", "q=e-referral", "service=ers", "kind=release&q=needle"])
def test_a_search_looks_through_so_much_and_goes_on_where_it_stopped(
    query: str, as_: Any, manager: User, history: list[Release]
) -> None:
    page = as_(manager).get(f"/releases/?{query}")

    link = BeautifulSoup(page.content, "html.parser").find("a", string="Search earlier work")
    assert "No past work was found. This looked through the work back to 1 November 2024." in text_of(page)
    assert link
    further = text_of(as_(manager).get(f"/releases/{link['href']}"))
    assert "A needle" in further
    assert ("Patch 0" in further) is ("needle" not in query)
    assert "Search earlier work" not in further


def test_nothing_found_in_all_there_is_says_so(as_: Any, manager: User, published: Release) -> None:
    page = text_of(as_(manager).get("/releases/?q=haystack"))

    assert "No past work was found. Search for part of a title" in page


def test_the_last_times_look_through_as_much(manager: User, ers: Service, history: list[Release]) -> None:
    planned, _ = last_times([ers.pk], person=manager)
    Release.objects.filter(pk__in=[each.pk for each in history[5:]]).delete()

    again, _ = last_times([ers.pk], person=manager)

    assert not planned
    assert [each.subject.ref for each in again] == ["OLD-0", "OLD-X"]


def test_of_incidents_the_last_times_look_through_as_much(manager: User, ers: Service) -> None:
    times = {"started_at": FOUR_PM, "detected_at": FOUR_PM}
    found = Incident.objects.bulk_create(
        Incident(
            ref=f"OLD-{number}", title="e-RS", severity=3, state="closed", **times,
            declared_at=FOUR_PM + number * timedelta(seconds=1),
        )
        for number in range(MANY)
    )  # fmt: skip
    Impact.objects.bulk_create(
        Impact(incident=each, service=ers, effect="down", since=FOUR_PM, until=FOUR_PM + HOUR)
        for each in found[:2]
    )

    _, unplanned = last_times([ers.pk], person=manager)

    assert [each.subject.ref for each in unplanned] == ["OLD-1"]
