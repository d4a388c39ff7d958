"""A near miss or something that went well: recorded by anybody, read by who holds reviews, looked back at or noted."""

from datetime import datetime
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from continuity.notifications.models import Delivery
from incidents.reviews import actions
from incidents.reviews.copying import moments
from incidents.reviews.models import Action, Observation, Recurrence, Review
from tests.factories import UserFactory
from tests.racing import race
from tests.reviews.conftest import DUE, HOUR, hinder

ADDRESS = "/reviews/observations/"
TOLD = {
    "kind": "near_miss", "title": "The backup was nearly overwritten", "helped": "A label in red.",
    "service": "ers", "happened_at_date": "1 November 2024", "happened_at_time": "3:30pm",
}  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture
def near_miss(stranger: User, ers: Service, at: datetime) -> Observation:
    return actions.observe(
        kind="near_miss", title="The backup was nearly overwritten", helped="A label in red.", service=ers,
        happened_at=at - HOUR, by=stranger, at=at,
    )  # fmt: skip


def test_who_saw_it_writes_it_down_and_who_holds_reviews_is_told(
    lead: User, clinician: User, stranger: User, at: datetime
) -> None:
    seen = actions.observe(kind="went_well", title="Wards had paper", by=stranger, at=at)

    seen.refresh_from_db()
    assert (seen.ref, seen.by, seen.happened_at, seen.recorded_at) == ("OBS-2024-001", stranger, at, at)
    assert [line.verb for line in lines_about(seen)] == ["observation.recorded"]
    told = Delivery.objects.filter(message__subject_ref=seen.ref).values_list("person__username", flat=True)
    assert set(told) == {"lead"}


def test_nothing_is_seen_before_it_happens(stranger: User, at: datetime) -> None:
    with pytest.raises(Refused, match="in the future"):
        actions.observe(kind="near_miss", title="A fall", happened_at=at + HOUR, by=stranger, at=at)
    with pytest.raises(Refused, match="in a few words"):
        actions.observe(kind="near_miss", title=" ", by=stranger, at=at)

    assert not Observation.objects.exists()


def test_anybody_with_an_account_records_one_from_a_service_once(
    as_: Any, stranger: User, ers: Service
) -> None:
    page = as_(stranger)
    assert f'href="{ADDRESS}record/?service=ers"' in page.get("/services/ers/").text
    form = page.get(f"{ADDRESS}record/?service=ers").text
    assert '<option value="ers" selected' in form

    key = "0b4f4dfc-9d43-4a2c-8f0c-9f8b7b1f6a55"
    answers = [page.post(f"{ADDRESS}record/", {**TOLD, "once": key}) for _ in range(2)]

    seen = Observation.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {seen.get_absolute_url()}
    text = page.get(seen.get_absolute_url()).text
    assert "3:30pm" in text
    assert "1 November 2024" in text
    assert "A label in red." in text
    assert "Nobody has looked back at it yet." in text


def test_what_was_typed_stays_when_something_is_missing(as_: Any, stranger: User, ers: Service) -> None:
    answer = as_(stranger).post(f"{ADDRESS}record/", {**TOLD, "title": ""})

    assert answer.status_code == 422
    assert "Say in a few words what happened" in answer.text
    assert "A label in red." in answer.text


def test_it_is_for_its_author_and_who_reads_reviews_until_its_review_is_published(
    as_: Any, near_miss: Observation, lead: User, stranger: User
) -> None:
    other = UserFactory.create(username="other")
    address = near_miss.get_absolute_url()
    assert as_(stranger).get(address).status_code == 200
    assert as_(other).get(address).status_code == 404
    assert near_miss.title not in as_(other).get(ADDRESS).text

    Review.objects.create(ref="REV", observation=near_miss, state="published", published_at=now())

    assert as_(other).get(address).status_code == 200
    assert near_miss.title in as_(other).get(f"{ADDRESS}?q=overwritten").text
    assert near_miss.title not in as_(other).get(f"{ADDRESS}?q=pharmacy").text


def test_a_lead_finds_it_and_looks_back_at_it(
    as_: Any, near_miss: Observation, lead: User, clinician: User, stranger: User, ers: Service
) -> None:
    start = f"/reviews/start/?observation={near_miss.ref}"
    assert start in as_(lead).get("/reviews/").text
    assert as_(clinician).post(start).status_code == 403

    answer = as_(lead).post(start)

    review = Review.objects.get()
    assert answer.headers["Location"] == review.get_absolute_url()
    assert (review.state, review.is_short, review.title) == ("drafting", True, f"Review: {near_miss.title}")
    assert [each.title for each in moments(review.timeline)] == ["Near miss", "Recorded"]
    assert review in Review.objects.about(ers)
    assert start not in as_(lead).get("/reviews/").text
    assert "It is looked back at." in as_(stranger).get(near_miss.get_absolute_url()).text


def test_or_notes_it_and_says_why_to_who_recorded_it(
    as_: Any, near_miss: Observation, lead: User, stranger: User
) -> None:
    as_(lead).post(f"/reviews/waive/?observation={near_miss.ref}", {"reason": "Labels are red everywhere."})

    assert Review.objects.get().state == "waived"
    text = as_(stranger).get(near_miss.get_absolute_url()).text
    assert "It is noted, without a review: Labels are red everywhere." in text


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told(
    near_miss: Observation, lead: User, second_lead: User, at: datetime
) -> None:
    answers = race(
        lambda: actions.start(observation=Observation.objects.get(), by=lead, at=at),
        lambda: actions.do_without(
            observation=Observation.objects.get(), reason="Small.", by=second_lead, at=at
        ),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Review"]
    assert Review.objects.get().state in {"drafting", "waived"}


def test_what_was_begun_is_not_noted_behind_its_writers_back(
    near_miss: Observation, lead: User, second_lead: User, at: datetime
) -> None:
    actions.start(observation=near_miss, by=lead, at=at)

    with pytest.raises(Conflict, match="begun already"):
        actions.do_without(observation=near_miss, reason="Small.", by=second_lead, at=at)


def test_what_nearly_came_back_is_noticed(
    near_miss: Observation, full: Review, lead: User, manager: User, ers: Service, at: datetime
) -> None:
    before = hinder(full, lead, at, local_name="Backups without labels")
    Action.objects.create(
        review=full, number=1, factor=before, title="Label backups.", owner=manager, strength="weak", due_on=DUE,
        state="verified", verified_at=at - 2 * HOUR,
    )  # fmt: skip
    review = actions.start(observation=near_miss, by=lead, at=at)

    hinder(review, lead, at, local=before.local)

    assert Recurrence.objects.get().service == ers
