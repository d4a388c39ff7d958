"""A procedure's way from draft to published, and everything that may not happen on it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.models import Line as LedgerLine
from continuity.core.models import Words
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.plans.actions import (
    approve,
    change,
    discard,
    draft,
    edit,
    latest_review,
    publish,
    send_back,
    submit,
    withdraw,
)
from continuity.plans.models import Procedure, Version, what_to_do
from continuity.plans.steps import Line, content_hash
from tests.factories import ServiceFactory
from tests.plans.conftest import REVIEW_BY, STEPS

pytestmark = pytest.mark.django_db


def test_a_procedure_passes_through_two_pairs_of_hands(
    version: Version, manager: User, lead: User, bring_out: Any, at: datetime
) -> None:
    bring_out(version)

    version.refresh_from_db()
    assert version.state == "published"
    assert (version.author, version.approver, version.approver_role) == (manager, lead, "Continuity lead")
    assert (version.approved_at, version.effective_from, version.review_by) == (at, at, REVIEW_BY)
    assert list(LedgerLine.objects.order_by("pk").values_list("verb", flat=True)) == [
        "procedure.added",
        "procedure.drafted",
        "procedure.edited",
        "procedure.submitted",
        "procedure.approved",
        "procedure.published",
    ]


def test_the_hash_covers_the_steps(version: Version, manager: User, at: datetime) -> None:
    assert version.content_hash == content_hash(STEPS)

    edit(version=version, seen=2, lines=STEPS[:1], by=manager, at=at)

    version.refresh_from_db()
    assert version.content_hash == content_hash(STEPS[:1])


def test_nobody_approves_what_they_wrote(version: Version, manager: User, at: datetime) -> None:
    submit(version=version, by=manager, at=at)

    with pytest.raises(Forbidden, match="Ask somebody else to approve it"):
        approve(version=version, content=version.content_hash, by=manager, at=at)


def test_changing_one_word_makes_a_writer(version: Version, lead: User, at: datetime) -> None:
    edit(version=version, seen=2, lines=[*STEPS, Line("Stay calm.")], by=lead, at=at)
    submit(version=version, by=lead, at=at)

    with pytest.raises(Forbidden, match="You wrote part of this version"):
        approve(version=version, content=version.content_hash, by=lead, at=at)


def test_only_what_was_read_is_approved(version: Version, manager: User, lead: User, at: datetime) -> None:
    read = version.content_hash
    edit(version=version, seen=2, lines=STEPS[:1], by=manager, at=at)
    submit(version=version, by=manager, at=at)

    with pytest.raises(Conflict, match="not those that you read"):
        approve(version=version, content=read, by=lead, at=at)


def test_steps_changed_behind_the_portals_back_are_not_approved(
    version: Version, manager: User, lead: User, at: datetime
) -> None:
    submit(version=version, by=manager, at=at)
    version.steps.filter(order=1).update(text="Do nothing.")

    with pytest.raises(Conflict, match="not those that you read"):
        approve(version=version, content=version.content_hash, by=lead, at=at)


def test_a_procedure_without_steps_is_not_sent(version: Version, manager: User, at: datetime) -> None:
    edit(version=version, seen=2, lines=[], by=manager, at=at)

    with pytest.raises(Refused, match="Write at least one step"):
        submit(version=version, by=manager, at=at)


def test_what_waits_for_approval_is_not_edited(version: Version, manager: User, at: datetime) -> None:
    submit(version=version, by=manager, at=at)

    with pytest.raises(Conflict, match="Somebody else changed this"):
        edit(version=version, seen=2, lines=STEPS, by=manager, at=at)


def test_a_version_sent_back_is_a_draft_and_the_reason_is_kept(
    version: Version, manager: User, lead: User, at: datetime
) -> None:
    submit(version=version, by=manager, at=at)

    send_back(version=version, reason="Which phone?", by=lead, at=at)

    assert version.state == "draft"
    assert Words.objects.get().text == "Which phone?"


@pytest.mark.parametrize(
    ("review_by", "sentence"),
    [
        (date(2024, 10, 31), "must be today or later"),
        (date(2025, 11, 2), "must be 1 November 2025 or earlier"),
    ],
)
def test_a_review_date_lies_within_twelve_months(
    approved: Version, lead: User, at: datetime, review_by: date, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        publish(version=approved, review_by=review_by, by=lead, at=at)

    assert Version.objects.get().state == "approved"


@pytest.mark.parametrize(
    ("on", "latest"),
    [(date(2024, 11, 1), date(2025, 11, 1)), (date(2024, 2, 29), date(2025, 2, 28))],
)
def test_twelve_months_end_on_the_same_day_of_next_year(on: date, latest: date) -> None:
    assert latest_review(on) == latest


def test_a_draft_cannot_be_published(version: Version, lead: User, at: datetime) -> None:
    with pytest.raises(Conflict, match="is draft, so it cannot become published"):
        publish(version=version, review_by=REVIEW_BY, by=lead, at=at)


def test_the_next_version_begins_as_a_copy_and_supersedes_the_last(
    published: Version, manager: User, bring_out: Any, at: datetime
) -> None:
    following = draft(procedure=published.procedure, by=manager, at=at)
    edit(
        version=following, seen=1, lines=[*STEPS, Line("Stay calm.")], what_changed="Calm", by=manager, at=at
    )
    following.refresh_from_db()
    bring_out(following)

    published.refresh_from_db()
    assert (following.number, following.state, published.state) == (2, "published", "superseded")
    assert [step.text for step in following.steps.all()] == [line.text for line in STEPS] + ["Stay calm."]
    assert [step.text for step in published.steps.all()] == [line.text for line in STEPS]


def test_a_later_version_says_what_changed(published: Version, manager: User, at: datetime) -> None:
    following = draft(procedure=published.procedure, by=manager, at=at)

    with pytest.raises(Refused, match="Say what changed"):
        submit(version=following, by=manager, at=at)


def test_one_version_is_written_at_a_time(version: Version, lead: User, at: datetime) -> None:
    with pytest.raises(Conflict, match="Version 1 of this procedure is being written already"):
        draft(procedure=version.procedure, by=lead, at=at)


def test_a_withdrawn_procedure_is_followed_by_nobody(
    published: Version, service: Service, lead: User, at: datetime
) -> None:
    assert what_to_do([service.pk])[service.pk] == published

    withdraw(version=published, reason="The ward has moved.", by=lead, at=at)

    assert what_to_do([service.pk]) == {}


def test_what_staff_read_is_not_discarded(published: Version, manager: User, at: datetime) -> None:
    with pytest.raises(Refused, match="Withdraw it with a reason instead"):
        discard(version=published, by=manager, at=at)


def test_after_a_discarded_draft_the_next_number_is_taken(
    version: Version, manager: User, at: datetime
) -> None:
    discard(version=version, by=manager, at=at)

    assert draft(procedure=version.procedure, by=manager, at=at).number == 2


def test_a_stale_change_of_the_title_is_not_made(version: Version, manager: User, at: datetime) -> None:
    procedure = version.procedure
    change(procedure=procedure, seen=1, title="Without Wi-Fi", services=[], by=manager, at=at)

    with pytest.raises(Conflict):
        change(procedure=procedure, seen=1, title="Wi-Fi gone", services=[], by=manager, at=at)

    assert Procedure.objects.get().title == "Without Wi-Fi"


def test_what_to_do_is_answered_for_many_services_at_once(
    published: Version, service: Service, django_assert_num_queries: Any
) -> None:
    others = ServiceFactory.create_batch(2)
    published.procedure.services.add(others[0])

    with django_assert_num_queries(1):
        found = what_to_do([service.pk, *(other.pk for other in others)])

    assert set(found) == {service.pk, others[0].pk}
    assert found[service.pk].step_texts == ["Open the downtime box.", "Switch to paper."]  # type: ignore[attr-defined]


def test_current_and_overdue_versions_are_found(published: Version, service: Service, at: datetime) -> None:
    assert list(Version.objects.current_for([service.pk])) == [published]
    assert not Version.objects.past_review(at).exists()
    assert list(Version.objects.past_review(at + timedelta(days=365))) == [published]
