"""Who facilitates a review: named by who holds reviews, never somebody who led the incident or approves the text."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from continuity.accounts.models import User
from continuity.command.models import CommandRole
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from incidents.models import Incident, RoleAssignment
from incidents.reviews import actions
from incidents.reviews.models import Review
from tests.reviews.conftest import HOUR, fill, hinder, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def led_by_lead(severe: Incident, lead: User, at: datetime) -> RoleAssignment:
    """The continuity lead had commanded the incident for an hour."""
    held: RoleAssignment = RoleAssignment.objects.create(
        incident=severe, role=CommandRole.objects.get(code="tactical"), person=lead, state="released",
        accepted_at=at, ended_at=at + HOUR,
    )  # fmt: skip
    return held


def test_a_facilitator_is_named_and_changed(
    full: Review, lead: User, second_lead: User, at: datetime
) -> None:
    actions.name_facilitator(review=full, facilitator=lead, seen=None, by=lead, at=at)
    actions.name_facilitator(review=full, facilitator=second_lead, seen=lead.pk, by=lead, at=at)

    full.refresh_from_db()
    assert full.facilitator == second_lead
    assert lines_about(full).filter(verb="review.facilitator_named").count() == 2


def test_nobody_facilitates_their_own_incident(
    full: Review, led_by_lead: RoleAssignment, lead: User, second_lead: User, at: datetime
) -> None:
    with pytest.raises(Refused, match=r"^You led this incident\. Choose somebody else who holds reviews"):
        actions.name_facilitator(review=full, facilitator=lead, seen=None, by=lead, at=at)
    with pytest.raises(Refused, match=r"^Continuity lead led this incident"):
        actions.name_facilitator(review=full, facilitator=lead, seen=None, by=second_lead, at=at)

    full.refresh_from_db()
    assert full.facilitator is None


def test_on_the_light_path_one_person_does_everything(
    light: Incident, led_by_lead: RoleAssignment, lead: User, at: datetime
) -> None:
    RoleAssignment.objects.filter(pk=led_by_lead.pk).update(incident=light)
    review = actions.start(incident=light, by=lead, at=at + 20 * HOUR)

    actions.name_facilitator(review=review, facilitator=lead, seen=None, by=lead, at=at)

    assert review.facilitator == lead


def test_only_who_holds_reviews_facilitates(full: Review, lead: User, manager: User, at: datetime) -> None:
    with pytest.raises(Refused, match="IT manager does not hold reviews"):
        actions.name_facilitator(review=full, facilitator=manager, seen=None, by=lead, at=at)


def test_the_second_to_name_one_is_told(full: Review, lead: User, second_lead: User, at: datetime) -> None:
    stale = Review.objects.get()
    actions.name_facilitator(review=full, facilitator=second_lead, seen=None, by=lead, at=at)

    with pytest.raises(Conflict, match="Somebody else named who facilitates"):
        actions.name_facilitator(review=stale, facilitator=lead, seen=None, by=second_lead, at=at)


def test_a_review_that_who_led_holds_alone_is_not_handed_in(
    full: Review, led_by_lead: RoleAssignment, lead: User, second_lead: User, at: datetime
) -> None:
    fill(full, lead, at)
    hinder(full, lead, at)
    with pytest.raises(Refused, match="Name somebody else who facilitates the review"):
        actions.submit(review=full, by=lead, at=at)

    actions.name_facilitator(review=full, facilitator=second_lead, seen=None, by=lead, at=at)
    actions.submit(review=full, by=lead, at=at)

    assert full.state == "in_review"


def test_who_facilitates_does_not_approve(
    as_: Any, full: Review, lead: User, second_lead: User, manager: User, at: datetime
) -> None:
    fill(full, lead, at)
    propose(full, manager, lead, at, factor=hinder(full, lead, at))
    actions.name_facilitator(review=full, facilitator=second_lead, seen=None, by=lead, at=at)
    actions.submit(review=full, by=lead, at=at)

    with pytest.raises(Refused, match="You facilitate this review"):
        actions.approve(review=full, by=second_lead, at=at)

    said = as_(second_lead).get(full.get_absolute_url()).content.decode()
    assert "You facilitate this review. Somebody else must approve it." in said


def test_what_was_approved_stands(
    full: Review, lead: User, second_lead: User, manager: User, at: datetime
) -> None:
    fill(full, lead, at)
    factor = hinder(full, lead, at)
    propose(full, manager, lead, at, factor=factor)
    actions.submit(review=full, by=lead, at=at)
    actions.approve(review=full, by=second_lead, at=at)

    with pytest.raises(Conflict, match="so who facilitated it stands"):
        actions.name_facilitator(review=full, facilitator=lead, seen=None, by=lead, at=at)
    for change in (
        lambda: actions.save_section(review=full, texts={"lucky": "x"}, seen={}, by=lead, at=at),
        lambda: actions.change_factor(factor=factor, area="tools", text="x", by=lead, at=at),
        lambda: actions.remove_factor(factor=factor, by=lead, at=at),
    ):
        with pytest.raises(Conflict, match=r"so its text stands\. Amend it instead"):
            change()


def test_the_page_says_who_led_and_keeps_what_was_chosen(
    as_: Any, full: Review, led_by_lead: RoleAssignment, lead: User, second_lead: User, manager: User
) -> None:
    address = reverse("reviews:facilitator", args=[full.ref])
    assert as_(manager).get(address).status_code == 403
    assert address in as_(lead).get(full.get_absolute_url()).content.decode()
    said = as_(lead).get(address).content.decode()
    assert "Not who led the incident (Continuity lead), and not who approves the review" in said
    assert "IT manager" not in said.partition("<main")[2]

    refused = as_(lead).post(address, {"facilitator": "lead"})
    named = as_(lead).post(address, {"facilitator": "second"})

    assert refused.status_code == 422
    assert "You led this incident. Choose somebody else who holds reviews." in refused.content.decode()
    assert named.status_code == 302
    assert "Facilitated by Deputy continuity lead" in as_(lead).get(full.get_absolute_url()).content.decode()
