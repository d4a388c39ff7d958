"""Whoever has read a published review says so with one press; all see how many, who holds reviews sees who."""

from datetime import datetime
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict
from incidents.reviews import actions
from incidents.reviews.models import Reading, Review
from tests.reviews.conftest import HOUR, LESSON, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(short: Review, lead: User, at: datetime) -> Review:
    fill(short, lead, at + 20 * HOUR, summary=LESSON)
    actions.publish_short(review=short, by=lead, at=at + 20 * HOUR)
    return short


def page_of(person: User, review: Review, as_: Any) -> str:
    said: str = as_(person).get(review.get_absolute_url()).content.decode()
    return " ".join(said.split())


def test_reading_it_is_one_press_and_all_see_how_many(
    as_: Any, clinician: User, manager: User, lead: User, published: Review
) -> None:
    assert "0 people have said that they read it." in page_of(clinician, published, as_)

    answer = as_(clinician).post(f"{published.get_absolute_url()}read/", {"amendments": "0"}, follow=True)

    assert answer.redirect_chain == [(published.get_absolute_url(), 302)]
    assert "You have read it" in answer.content.decode()
    seen = page_of(manager, published, as_)
    assert "1 person has said that they read it." in seen
    assert "I have read this" in seen
    assert "the latest first" not in seen
    assert f"<li>{clinician}" in page_of(lead, published, as_)


def test_who_facilitates_sees_who_has_read_it(
    as_: Any, clinician: User, manager: User, published: Review, at: datetime
) -> None:
    Review.objects.filter(pk=published.pk).update(facilitator=manager)

    actions.say_read(review=published, amendments=0, by=clinician, at=at)

    assert f"<li>{clinician}" in page_of(manager, published, as_)


def test_saying_so_twice_changes_nothing(clinician: User, published: Review, at: datetime) -> None:
    for _ in range(2):
        actions.say_read(review=published, amendments=0, by=clinician, at=at)

    assert Reading.objects.count() == 1
    assert [line.verb for line in lines_about(published)].count("review.read") == 1


def test_an_amendment_asks_anew_and_nobody_confirms_what_they_did_not_see(
    as_: Any, clinician: User, lead: User, published: Review, at: datetime
) -> None:
    actions.say_read(review=published, amendments=0, by=clinician, at=at)
    actions.amend(review=published, text="It was 9pm.", reason="A clock was wrong.", by=lead, at=at)

    with pytest.raises(Conflict, match="amended meanwhile"):
        actions.say_read(review=published, amendments=0, by=lead, at=at)

    seen = page_of(clinician, published, as_)
    assert "1 person has said that they read it, 0 since it was last amended." in seen
    assert "I have read this" in seen


def test_only_what_is_published_is_read(
    as_: Any, clinician: User, stranger: User, short: Review, full: Review, at: datetime
) -> None:
    with pytest.raises(Conflict, match="not published"):
        actions.say_read(review=short, amendments=0, by=clinician, at=at)

    assert as_(stranger).post(f"{full.get_absolute_url()}read/").status_code == 404
    assert "I have read this" not in page_of(clinician, short, as_)
