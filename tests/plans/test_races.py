"""Two people at once, on connections of their own."""

from datetime import date, datetime

import pytest

from continuity.accounts.models import User
from continuity.core.refusals import Conflict
from continuity.plans.actions import approve, create, draft, edit, publish, submit
from continuity.plans.models import Version
from continuity.plans.steps import Line
from tests.factories import TeamFactory
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def approved(manager: User, lead: User, at: datetime) -> Version:
    version = create(title="If Wi-Fi fails", kind="downtime", owner=TeamFactory(), by=manager, at=at)
    edit(version=version, seen=1, lines=[Line("Switch to paper.")], by=manager, at=at)
    submit(version=version, by=manager, at=at)
    approve(version=version, content=version.content_hash, by=lead, at=at)
    return version


def test_of_two_who_publish_one_is_told_that_it_is_done(approved: Version, lead: User, at: datetime) -> None:
    copies = [Version.objects.get(pk=approved.pk) for _ in range(2)]

    answers = race(
        *(
            lambda copy=copy: publish(version=copy, review_by=date(2025, 6, 1), by=lead, at=at)
            for copy in copies
        )
    )

    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert Version.objects.get().state == "published"


def test_of_two_who_draft_the_next_version_one_is_told_of_the_other(
    approved: Version, manager: User, lead: User, at: datetime
) -> None:
    publish(version=approved, review_by=date(2025, 6, 1), by=lead, at=at)

    answers = race(
        lambda: draft(procedure=approved.procedure, by=manager, at=at),
        lambda: draft(procedure=approved.procedure, by=lead, at=at),
    )

    refusals = [answer for answer in answers if isinstance(answer, Conflict)]
    assert [str(refusal) for refusal in refusals] == ["Version 2 of this procedure is being written already."]
    assert approved.procedure.versions.count() == 2
