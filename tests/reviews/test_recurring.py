"""A factor that comes back after its action was checked: proposed, decided, and said where it matters."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.command.models import CommandRole
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from incidents.models import Incident, RoleAssignment
from incidents.reviews import actions
from incidents.reviews.models import Action, LocalFactor, Recurrence, Review
from tests.factories import ImpactFactory, ServiceFactory
from tests.reviews.conftest import HOUR, hinder, over, propose

pytestmark = pytest.mark.django_db
MAILBOX = "Alarm to a mailbox nobody watches"
DAY = timedelta(days=1)


@pytest.fixture
def checked(full: Review, manager: User, lead: User, at: datetime) -> Action:
    """Something was done about the factor after the first incident, and checked 10 days later."""
    factor = hinder(full, lead, at, local_name=MAILBOX)
    action = propose(full, manager, lead, at, factor=factor)
    actions.accept_action(action=action, by=manager, at=at)
    actions.claim_done(action=action, evidence="A test alarm rang.", by=manager, at=at + 9 * DAY)
    actions.verify(action=action, by=lead, at=at + 10 * DAY)
    return action


def looked_back_at(service: Service, by: User, began: datetime, **facts: Any) -> Review:
    """The review of another incident of severity 2, begun."""
    incident = over(began, severity=2, title="Nobody can log in again", started_at=began, **facts)
    ImpactFactory.create(incident=incident, service=service)
    return actions.start(incident=incident, by=by, at=began + 20 * HOUR)


@pytest.fixture
def again(checked: Action, ers: Service, lead: User, at: datetime) -> Review:
    return looked_back_at(ers, lead, at + 30 * DAY, detected_at=at + 30 * DAY, declared_at=at + 30 * DAY)


@pytest.fixture
def recurrence(again: Review, lead: User, at: datetime) -> Recurrence:
    hinder(again, lead, at + 31 * DAY, local_name=MAILBOX.upper())
    return Recurrence.objects.get()


def test_a_factor_that_comes_back_is_proposed_once(
    recurrence: Recurrence, checked: Action, ers: Service, again: Review, lead: User, at: datetime
) -> None:
    actions.change_factor(
        factor=recurrence.factor, area="tools", text="It did again.", local=LocalFactor.objects.get(), by=lead,
        at=at + 32 * DAY,
    )  # fmt: skip

    assert Recurrence.objects.get() == recurrence
    assert (recurrence.action, recurrence.service, recurrence.state) == (checked, ers, "proposed")
    assert [line.verb for line in lines_about(recurrence)] == ["recurrence.proposed"]


def test_another_word_takes_the_proposal_back(recurrence: Recurrence, lead: User, at: datetime) -> None:
    actions.change_factor(
        factor=recurrence.factor, area="tools", text="No.", local_name="Battery", by=lead, at=at + 32 * DAY
    )

    assert not Recurrence.objects.exists()


@pytest.mark.parametrize("days", [0, 9])
def test_what_began_before_the_check_did_not_come_back(
    checked: Action, ers: Service, lead: User, at: datetime, days: int
) -> None:
    began = at + days * DAY
    review = looked_back_at(ers, lead, began, detected_at=began, declared_at=began)

    hinder(review, lead, began + DAY, local_name=MAILBOX)

    assert not Recurrence.objects.exists()


def test_another_service_is_another_matter(checked: Action, lead: User, at: datetime) -> None:
    began = at + 30 * DAY
    review = looked_back_at(ServiceFactory.create(), lead, began, detected_at=began, declared_at=began)

    hinder(review, lead, began + DAY, local_name=MAILBOX)

    assert not Recurrence.objects.exists()


def test_what_helped_and_what_was_not_checked_propose_nothing(
    again: Review, checked: Action, lead: User, at: datetime
) -> None:
    local = LocalFactor.objects.get()
    hinder(again, lead, at + 31 * DAY, local=local, is_hindering=False)
    Action.objects.filter(pk=checked.pk).update(state="claimed_done")
    hinder(again, lead, at + 31 * DAY, local=local)

    assert not Recurrence.objects.exists()


def test_a_local_factor_stands_under_one_heading(
    checked: Action, again: Review, lead: User, at: datetime
) -> None:
    with pytest.raises(Refused, match="stands under Tools and technology"):
        hinder(again, lead, at + 31 * DAY, area="tasks", local_name=MAILBOX)


def test_a_confirmed_one_is_said_wherever_it_matters(
    as_: Any, recurrence: Recurrence, checked: Action, again: Review, second_lead: User
) -> None:
    page, sentence = as_(second_lead), "Came back"
    places = [again.get_absolute_url(), checked.get_absolute_url(), again.incident.get_absolute_url()]  # type: ignore[union-attr]
    assert not any(sentence in page.get(place).content.decode() for place in places)

    page.post(reverse("reviews:confirm-recurrence", args=[again.ref, recurrence.pk]))

    recurrence.refresh_from_db()
    assert (recurrence.state, recurrence.decided_by) == ("confirmed", second_lead)
    assert [sentence in page.get(place).content.decode() for place in places] == [True] * 3
    assert [line.verb for line in lines_about(recurrence)][1:] == ["recurrence.confirmed"]


def test_a_dismissed_one_has_its_reason(as_: Any, recurrence: Recurrence, again: Review, lead: User) -> None:
    page, to = as_(lead), reverse("reviews:dismiss-recurrence", args=[again.ref, recurrence.pk])
    assert page.post(to, {"reason": ""}).status_code == 422

    page.post(to, {"reason": "Another mailbox."})

    recurrence.refresh_from_db()
    assert (recurrence.state, recurrence.reason) == ("dismissed", "Another mailbox.")
    assert "Another mailbox." in page.get(again.get_absolute_url()).content.decode()
    assert [line.verb for line in lines_about(recurrence)][1:] == ["recurrence.dismissed"]


def test_the_second_to_decide_is_told(
    recurrence: Recurrence, lead: User, second_lead: User, at: datetime
) -> None:
    stale = Recurrence.objects.get()
    actions.confirm_recurrence(recurrence=recurrence, by=lead, at=at + 32 * DAY)

    with pytest.raises(Conflict):
        actions.dismiss_recurrence(recurrence=stale, reason="No.", by=second_lead, at=at + 32 * DAY)


def test_what_was_decided_stands_beside_its_factor(recurrence: Recurrence, lead: User, at: datetime) -> None:
    actions.confirm_recurrence(recurrence=recurrence, by=lead, at=at + 32 * DAY)

    with pytest.raises(Refused, match="its local factor stands"):
        actions.change_factor(
            factor=recurrence.factor,
            area="tools",
            text="No.",
            local_name="Battery",
            by=lead,
            at=at + 33 * DAY,
        )
    with pytest.raises(Refused, match="stays beside that"):
        actions.remove_factor(factor=recurrence.factor, by=lead, at=at + 33 * DAY)


def test_only_the_facilitator_decides_and_never_who_led(
    recurrence: Recurrence, again: Review, lead: User, second_lead: User, manager: User, at: datetime
) -> None:
    with pytest.raises(Forbidden, match="Only whoever holds reviews"):
        actions.confirm_recurrence(recurrence=recurrence, by=manager, at=at + 32 * DAY)
    Review.objects.filter(pk=again.pk).update(facilitator=second_lead)
    recurrence = Recurrence.objects.get()
    with pytest.raises(Forbidden, match="Only the facilitator of the review"):
        actions.confirm_recurrence(recurrence=recurrence, by=lead, at=at + 32 * DAY)
    RoleAssignment.objects.create(
        incident=Incident.objects.get(reviews=again), role=CommandRole.objects.get(code="tactical"),
        person=second_lead, state="released", accepted_at=at + 30 * DAY, ended_at=at + 31 * DAY,
    )  # fmt: skip
    with pytest.raises(Forbidden, match="You led this incident"):
        actions.confirm_recurrence(recurrence=recurrence, by=second_lead, at=at + 32 * DAY)


def test_a_restricted_incident_is_not_given_away(
    as_: Any, recurrence: Recurrence, again: Review, lead: User, clinician: User, at: datetime
) -> None:
    actions.confirm_recurrence(recurrence=recurrence, by=lead, at=at + 32 * DAY)
    Incident.objects.filter(reviews=recurrence.action.review).update(
        is_restricted=True, restricted_why="Police"
    )
    page: Client = as_(clinician)

    text = page.get(again.get_absolute_url()).content.decode()

    assert "Came back" not in text
