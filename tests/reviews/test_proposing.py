"""A review is proposed where a release overran, was rolled back, or an incident came out of it."""

# ruff: noqa: F811

from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.notifications.models import Message
from incidents.reviews import actions as reviews
from incidents.reviews.models import Review
from incidents.reviews.tasks import propose_due
from releases import actions
from releases.models import Release
from tests.factories import IncidentFactory
from tests.releases.conftest import (  # noqa: F401 - fixtures of the story
    BACK,
    DONE,
    FOUR_PM,
    drafted,
    polling,
    published,
    story,
    told,
)
from tests.releases.test_pages import set_clock, text_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LATER = DONE + timedelta(hours=3)


@pytest.fixture
def _it_is(settings: Any) -> None:
    set_clock(settings, LATER)


def run(release: Release, by: User, *, back: datetime = BACK, is_undone: bool = False) -> None:
    """The work from 4pm until it is back and over."""
    actions.start(release=release, by=by, at=FOUR_PM)
    actions.come_back(release=release, by=by, at=back)
    if is_undone:
        actions.roll_back(release=release, reason="The copy failed", by=by, at=LATER)
    else:
        actions.complete(release=release, outcome="Done", by=by, at=LATER)


@pytest.mark.usefixtures("_it_is")
def test_an_overrun_is_proposed_to_its_owner_once(published: Release, manager: User) -> None:
    run(published, manager, back=BACK + 40 * MINUTE)

    propose_due()
    propose_due()

    said = Message.objects.get(key=f"release:{published.pk}:review")
    assert "A review is proposed: it took 40 minutes longer than planned." in said.body
    assert sum(title.startswith("Review proposed") for title in told(manager)) == 1
    assert lines_about(published).filter(verb="release.review_proposed").count() == 1


@pytest.mark.usefixtures("_it_is")
def test_one_press_begins_the_review(as_: Any, published: Release, manager: User, lead: User) -> None:
    run(published, manager, back=BACK + 40 * MINUTE)
    address = f"/reviews/start/?release={published.ref}"

    page = as_(lead).get(published.get_absolute_url())

    assert "A review is proposed: it took 40 minutes longer than planned." in text_of(page)
    assert f'method="post" action="{address}"' in page.content.decode()
    as_(lead).post(address)
    assert Review.objects.get(release=published).author == lead
    assert "A review is proposed" not in text_of(as_(lead).get(published.get_absolute_url()))


@pytest.mark.usefixtures("_it_is")
def test_who_may_not_hold_reviews_reads_who_can(as_: Any, published: Release, manager: User) -> None:
    run(published, manager, is_undone=True)

    page = as_(manager).get(published.get_absolute_url())

    assert "A review is proposed: it was rolled back. Whoever holds reviews can begin it." in text_of(page)
    assert "Start the review" not in text_of(page)


@pytest.mark.usefixtures("_it_is")
def test_an_incident_that_came_out_of_it_is_a_reason(as_: Any, published: Release, manager: User) -> None:
    run(published, manager)
    IncidentFactory(release=published)

    propose_due()

    assert "1 incident came out of it" in Message.objects.get(key=f"release:{published.pk}:review").body


@pytest.mark.usefixtures("_it_is")
def test_an_extension_does_not_hide_that_it_took_longer(
    as_: Any,
    published: Release,
    manager: User,
) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    end = BACK + 60 * MINUTE
    actions.extend(release=published, ends_at=end, reason="Slow", by=manager, at=BACK - MINUTE)
    actions.come_back(release=published, by=manager, at=BACK + 50 * MINUTE)
    actions.complete(release=published, outcome="Done", by=manager, at=LATER)

    page = text_of(as_(manager).get(published.get_absolute_url()))

    assert "it took 50 minutes longer than planned" in page


@pytest.mark.usefixtures("_it_is")
def test_work_that_went_as_planned_proposes_nothing(
    as_: Any, published: Release, manager: User, lead: User
) -> None:
    run(published, manager)

    propose_due()

    assert not Message.objects.filter(key__endswith=":review").exists()
    assert "A review is proposed" not in text_of(as_(lead).get(published.get_absolute_url()))


@pytest.mark.usefixtures("_it_is")
def test_nobody_is_told_where_the_review_was_begun_already(
    published: Release,
    manager: User,
    lead: User,
) -> None:
    run(published, manager, is_undone=True)
    reviews.start(release=published, by=lead, at=LATER)

    propose_due()

    assert not Message.objects.filter(key__endswith=":review").exists()


@pytest.mark.usefixtures("_it_is")
def test_what_was_taken_over_from_elsewhere_tells_nobody(release: Release, ers: Service) -> None:
    Release.objects.filter(pk=release.pk).update(state="rolled_back", ended_at=LATER - MINUTE, back_at=None)

    propose_due()

    assert not Message.objects.filter(key__endswith=":review").exists()
