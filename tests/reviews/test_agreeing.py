"""A review from hand to hand: handed in whole, approved by somebody else, published, amended."""

from datetime import datetime

import pytest
from django.db import DatabaseError, transaction

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from continuity.notifications.models import Delivery, Message, Subscription
from incidents.exercises.models import Exercise, Objective
from incidents.models import Incident
from incidents.reviews import actions
from incidents.reviews.models import Amendment, Review
from tests.reviews.conftest import LESSON, fill, hinder, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(full: Review, lead: User, manager: User, at: datetime) -> Review:
    """A full review with everything an approver asks for."""
    fill(full, lead, at, summary=LESSON)
    propose(full, manager, lead, at, factor=hinder(full, lead, at))
    return full


def test_the_full_path_needs_two_people(whole: Review, lead: User, second_lead: User, at: datetime) -> None:
    actions.submit(review=whole, by=lead, at=at)
    with pytest.raises(Refused, match="Somebody else must approve it"):
        actions.approve(review=whole, by=lead, at=at)
    actions.approve(review=whole, by=second_lead, at=at)
    actions.publish(review=whole, by=lead, at=at)

    whole.refresh_from_db()
    assert (whole.state, whole.approver, whole.published_at) == ("published", second_lead, at)
    assert len(whole.content_hash) == 64
    assert [line.verb for line in lines_about(whole).order_by("pk")][-3:] == [
        "review.submitted", "review.approved", "review.published"
    ]  # fmt: skip


def test_whoever_wrote_in_it_does_not_approve_it(
    whole: Review, lead: User, second_lead: User, at: datetime
) -> None:
    actions.save_section(review=whole, texts={"lucky": "It was a Sunday."}, seen={}, by=second_lead, at=at)
    actions.submit(review=whole, by=lead, at=at)

    with pytest.raises(Refused, match="You wrote in this review"):
        actions.approve(review=whole, by=second_lead, at=at)


def test_everything_missing_is_named_at_once(full: Review, lead: User, at: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        actions.submit(review=full, by=lead, at=at)

    assert "Fill in: What went well." in str(refusal.value)
    assert "Fill in: Summary for all staff." in str(refusal.value)
    assert "Add a factor that hindered." in str(refusal.value)


def test_people_are_never_the_only_heading(full: Review, lead: User, at: datetime) -> None:
    fill(full, lead, at)
    hinder(full, lead, at, area="people", text="The night team did not know.")
    with pytest.raises(Refused, match="People is the only heading that hindered"):
        actions.submit(review=full, by=lead, at=at)

    hinder(full, lead, at, area="organisation", text="The briefing never reached the night team.")
    actions.submit(review=full, by=lead, at=at)

    assert full.state == "in_review"


def test_a_factor_needs_an_action_or_a_reason(
    full: Review, lead: User, second_lead: User, manager: User, at: datetime
) -> None:
    fill(full, lead, at)
    factor = hinder(full, lead, at)
    actions.submit(review=full, by=lead, at=at)
    with pytest.raises(Refused, match="Add an action, or say why nothing is done"):
        actions.approve(review=full, by=second_lead, at=at)

    propose(full, manager, lead, at, factor=factor)
    actions.approve(review=full, by=second_lead, at=at)

    assert full.state == "approved"


def test_an_accepted_reason_answers_a_factor(
    full: Review, lead: User, second_lead: User, at: datetime
) -> None:
    fill(full, lead, at)
    hinder(full, lead, at, area="external", accepted_why="National service, outside the trust's control.")
    actions.submit(review=full, by=lead, at=at)

    actions.approve(review=full, by=second_lead, at=at)

    assert full.state == "approved"


def test_an_action_that_was_dropped_answers_nothing(
    whole: Review, lead: User, second_lead: User, at: datetime
) -> None:
    actions.drop_action(action=whole.actions.get(), reason="Too dear", by=second_lead, at=at)
    actions.submit(review=whole, by=lead, at=at)

    with pytest.raises(Refused, match="Add an action"):
        actions.approve(review=whole, by=second_lead, at=at)


def test_one_person_publishes_the_short_form(short: Review, lead: User, at: datetime) -> None:
    with pytest.raises(Refused, match="Fill in: What was expected to happen"):
        actions.publish_short(review=short, by=lead, at=at)
    fill(short, lead, at, summary=LESSON)

    actions.publish_short(review=short, by=lead, at=at)

    short.refresh_from_db()
    assert (short.state, short.approver) == ("published", None)
    assert str(short.held_on) == "2024-11-01"


def test_the_short_end_is_not_for_severity_1_and_2(whole: Review, lead: User, at: datetime) -> None:
    with pytest.raises(Refused, match="Somebody else must approve"):
        actions.publish_short(review=whole, by=lead, at=at)


def test_it_goes_back_with_what_must_change(
    whole: Review, lead: User, second_lead: User, at: datetime
) -> None:
    actions.submit(review=whole, by=lead, at=at)
    actions.send_back(review=whole, reason="Say how many wards.", by=second_lead, at=at)

    assert whole.state == "drafting"
    assert "review.sent_back" in {line.verb for line in lines_about(whole)}


def test_a_review_is_published_once(short: Review, lead: User, second_lead: User, at: datetime) -> None:
    fill(short, lead, at)
    stale = Review.objects.get(pk=short.pk)
    actions.publish_short(review=short, by=lead, at=at)

    with pytest.raises(Conflict):
        actions.publish_short(review=stale, by=second_lead, at=at)
    assert Message.objects.count() == 1


def test_who_hears_of_lessons_is_told_once(
    short: Review, lead: User, clinician: User, manager: User, at: datetime
) -> None:
    for channel in ("portal", "email"):
        service = short.release.disruptions.get().service if short.release else None
        Subscription.objects.create(person=clinician, kind="review", channel=channel, service=service)
    fill(short, lead, at, summary=LESSON)
    propose(short, manager, lead, at)

    actions.publish_short(review=short, by=lead, at=at)

    message = Message.objects.get()
    assert message.key == f"review:{short.pk}:published"
    assert LESSON in message.body
    assert "- Send alarms to the on-call phone. (IT manager)" in message.body
    assert set(Delivery.objects.values_list("person__username", "channel")) == {
        ("clinician", "portal"), ("clinician", "email")
    }  # fmt: skip


def test_nobody_is_told_of_a_restricted_one(
    whole: Review, lead: User, second_lead: User, at: datetime
) -> None:
    Incident.objects.update(is_restricted=True)
    review = Review.objects.get()
    actions.submit(review=review, by=lead, at=at)
    actions.approve(review=review, by=second_lead, at=at)

    actions.publish(review=review, by=lead, at=at)

    assert not Message.objects.exists()


def test_an_approved_text_is_amended_beside(short: Review, lead: User, at: datetime) -> None:
    with pytest.raises(Conflict, match="not approved yet"):
        actions.amend(review=short, text="More.", reason="New facts", by=lead, at=at)
    fill(short, lead, at, summary=LESSON)
    actions.publish_short(review=short, by=lead, at=at)

    actions.amend(review=short, text="One practice did ring.", reason="Found later", by=lead, at=at)

    short.refresh_from_db()
    assert short.summary == LESSON
    assert Amendment.objects.get().text == "One practice did ring."
    with pytest.raises(DatabaseError), transaction.atomic():
        Amendment.objects.update(text="Changed.")


def test_an_exercise_counts_when_its_review_is_published(
    lead: User, second_lead: User, manager: User, at: datetime
) -> None:
    exercise = Exercise.objects.create(
        ref="EXE-2024-001", title="Wi-Fi lost", type="tabletop", state="reported", held_on=at.date()
    )
    Objective.objects.create(exercise=exercise, text="Paper", measure="15 minutes", rating="partly")
    with pytest.raises(Refused, match="Publish the review"):
        actions.close_exercise(exercise=exercise, by=lead, at=at)
    review = actions.start(exercise=exercise, by=lead, at=at)
    fill(review, lead, at)
    propose(review, manager, lead, at, factor=hinder(review, lead, at))
    actions.submit(review=review, by=lead, at=at)
    actions.approve(review=review, by=second_lead, at=at)
    actions.publish(review=review, by=lead, at=at)

    actions.close_exercise(exercise=exercise, by=lead, at=at)

    assert exercise.state == "closed"
    assert not Message.objects.exists()
