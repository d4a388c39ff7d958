"""Approval: asked by the rules, given by somebody else to the words that were read, asked again for what changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.models import Message
from releases import actions
from releases.actions.versions import changed_since
from releases.approvers import waiting_for
from releases.content import content_of, facts_of, services_of
from releases.measuring import measure, rules_by_tier
from releases.models import Approval, Freeze, Opinion, Policy, Release
from releases.recurrence import read_rule
from tests.factories import DisruptionFactory, ReleaseFactory, UserFactory
from tests.releases.conftest import ANNOUNCED, DONE, FOUR_PM, OUTAGE, WORK, told

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = ANNOUNCED + HOUR
SAFETY = "Clinical safety officer"
Revise = Callable[..., None]


@pytest.fixture
def in_review(drafted: Release, manager: User, safety: User) -> Release:
    """Sent for review: e-RS is of tier 2 here, so the clinical safety officer is asked."""
    actions.send_for_review(release=drafted, by=manager, at=ANNOUNCED)
    return drafted


@pytest.fixture
def peer(db: None) -> User:
    return UserFactory(username="peer", job_title="Deputy IT manager", role="manager")


@pytest.fixture
def revise(story: dict[str, Any], manager: User) -> Revise:
    def act(release: Release, *, by: User = manager, **also: Any) -> None:
        release.refresh_from_db()
        facts = {**story, **also}
        actions.revise(release=release, version=release.version, by=by, at=LATER, **facts)

    return act


def the(release: Release, role: str = SAFETY) -> Approval:
    return release.approvals.get(role=role)


def afresh(release: Release) -> Release:
    return Release.objects.get(pk=release.pk)


def approve(release: Release, by: User, *, role: str = SAFETY, **also: Any) -> None:
    release.refresh_from_db()
    facts = {"version": release.version, "at": LATER, **also}
    actions.approve(release=release, approval=the(release, role), by=by, **facts)


def verbs(release: Release) -> list[str]:
    return [line.verb.removeprefix("release.") for line in lines_about(release)]


def test_review_asks_those_who_can_approve_and_tells_them_where(in_review: Release, safety: User) -> None:
    message = Message.objects.get(title__startswith="Approve:")

    assert (in_review.state, the(in_review).asked_at, the(in_review).at) == ("in_review", ANNOUNCED, None)
    assert told(safety) == [f"Approve: {in_review.title}"]
    assert message.url == f"/releases/{in_review.ref}/approve/"
    assert "as Clinical safety officer" in message.body
    assert verbs(in_review) == ["drafted", "sent_for_review"]


def test_an_approval_is_given_to_the_version_that_was_read(
    in_review: Release, safety: User, manager: User
) -> None:
    approve(in_review, safety, words="Wards have paper")

    given, opinion = the(in_review), Opinion.objects.get()
    assert (given.person, given.at) == (safety, LATER)
    assert given.version == in_review.versions.get().number == opinion.version
    assert (opinion.verdict, opinion.role, opinion.text) == ("approved", SAFETY, "Wards have paper")
    assert told(manager) == [f"Approved: {in_review.title}"]
    assert "It can be published." in Message.objects.get(title__startswith="Approved").body
    assert verbs(in_review)[-1] == "approved"


def test_nobody_approves_their_own_notice(in_review: Release, manager: User, revise: Revise) -> None:
    both = UserFactory(username="both", role="safety")
    both.roles.add(*manager.roles.all())
    revise(in_review, by=both, contact="Somebody else, ext 5001")

    with pytest.raises(Refused, match=r"You wrote .* or part of it. Somebody else must approve it"):
        approve(in_review, both)

    assert the(in_review).at is None


def test_nobody_approves_their_own_words_in_a_series_that_somebody_else_began(
    drafted: Release, manager: User, safety: User, peer: User
) -> None:
    manager.roles.add(*safety.roles.all())
    rule = read_rule("FREQ=WEEKLY;COUNT=2")
    series = actions.repeat(release=drafted, rule=rule, by=peer, at=ANNOUNCED)
    second = series.releases.latest("pk")
    actions.send_for_review(release=second, by=peer, at=ANNOUNCED)

    with pytest.raises(Refused, match="You wrote"):
        approve(second, manager)

    assert not told(manager)
    assert not waiting_for(manager, LATER).exists()
    assert list(waiting_for(safety, LATER)) == [second]
    approve(second, safety)
    assert the(second).person == safety


def test_who_writes_in_one_occurrence_later_may_approve_another(
    drafted: Release, manager: User, peer: User, safety: User, revise: Revise
) -> None:
    series = actions.repeat(release=drafted, rule=read_rule("FREQ=WEEKLY;COUNT=2"), by=manager, at=ANNOUNCED)
    second = series.releases.latest("pk")
    safety.roles.add(*peer.roles.all())
    revise(drafted, by=safety, contact="Somebody else, ext 5001")
    actions.send_for_review(release=second, by=manager, at=LATER)

    approve(second, safety)

    assert the(second).person == safety


@pytest.mark.parametrize("version", [0, -1])
def test_nobody_approves_what_no_version_was_read_of(in_review: Release, safety: User, version: int) -> None:
    with pytest.raises(Conflict, match="Read it again"):
        approve(in_review, safety, version=version)

    assert the(in_review).at is None


def test_nobody_approves_twice(in_review: Release, safety: User) -> None:
    approve(in_review, safety)

    with pytest.raises(Refused, match=r"You have approved .* already, as Clinical safety officer"):
        approve(in_review, safety)

    assert Opinion.objects.count() == 1


def test_one_person_gives_one_approval_of_a_release(
    drafted: Release, manager: User, safety: User, ers: Service
) -> None:
    Policy.objects.filter(tier=2).update(approvers=["clinical_safety", "service_owner"])
    ers.owner.members.add(safety)
    actions.send_for_review(release=drafted, by=manager, at=ANNOUNCED)
    approve(drafted, safety)

    with pytest.raises(Refused, match="Somebody else must give another approval"):
        approve(drafted, safety, role=f"Service owner, {ers.owner}")


def test_another_role_cannot_approve(in_review: Release, lead: User) -> None:
    with pytest.raises(
        Forbidden, match="People with these roles can: Administrator, Clinical safety officer"
    ):
        approve(in_review, lead)


def test_a_service_owner_is_a_member_of_the_owning_team(
    drafted: Release, manager: User, ers: Service, clinician: User, administrator: User
) -> None:
    Policy.objects.filter(tier=2).update(approvers=["service_owner"])
    ers.owner.members.add(clinician)
    actions.send_for_review(release=drafted, by=manager, at=ANNOUNCED)
    role = f"Service owner, {ers.owner}"

    with pytest.raises(Forbidden, match=f"Members of {ers.owner} can"):
        approve(drafted, administrator, role=role)
    approve(drafted, clinician, role=role)

    assert the(drafted, role).person == clinician


def test_what_changed_since_it_was_read_is_not_approved(
    in_review: Release, safety: User, revise: Revise
) -> None:
    read = in_review.version
    revise(in_review, summary="You cannot use e-RS at all.")

    with pytest.raises(Conflict, match="has changed since you read it"):
        approve(in_review, safety, version=read)

    assert the(in_review).at is None


def test_a_version_that_was_never_written_is_not_approved(in_review: Release, safety: User) -> None:
    with pytest.raises(Conflict):
        approve(in_review, safety, version=in_review.version + 1)


def test_a_change_after_approval_asks_again_for_what_changed(
    in_review: Release, safety: User, revise: Revise
) -> None:
    approve(in_review, safety)

    revise(in_review, contact="Bookings, ext 6511")

    again = the(in_review)
    assert (again.at, again.person, again.version, again.asked_at) == (None, None, None, LATER)
    assert told(safety)[-1] == f"Changed since it was approved: {in_review.title}"
    message = Message.objects.get(title__startswith="Changed since")
    assert "Contact: Referral and booking centre, ext 6510 -> Bookings, ext 6511" in message.body
    assert Opinion.objects.filter(verdict="approved").count() == 1
    assert verbs(in_review)[-2:] == ["approval_reopened", "changed"]


def test_saving_without_a_change_leaves_the_approval(
    in_review: Release, safety: User, revise: Revise
) -> None:
    approve(in_review, safety)

    revise(in_review)

    assert the(in_review).person == safety
    assert told(safety) == [f"Approve: {in_review.title}"]


def test_a_published_notice_that_changes_is_approved_again(
    in_review: Release, safety: User, manager: User, revise: Revise
) -> None:
    approve(in_review, safety)
    actions.publish(release=in_review, by=manager, at=LATER)

    revise(in_review, summary="You cannot use e-RS at all.")

    assert the(in_review).at is None
    approve(in_review, safety)
    assert the(in_review).person == safety


def test_new_times_of_postponed_work_are_approved_again(
    in_review: Release, safety: User, manager: User
) -> None:
    approve(in_review, safety)
    actions.publish(release=in_review, by=manager, at=LATER)
    actions.postpone(release=in_review, to=FOUR_PM + 7 * DAY, reason="Later", by=manager, at=LATER)
    assert the(in_review).at

    actions.publish(release=in_review, by=manager, at=LATER)

    assert the(in_review).at is None
    assert "Work" in [change.label for change in changed_since(in_review, Opinion.objects.get().version)]


def test_whoever_only_announces_new_times_did_not_write_them(
    in_review: Release, manager: User, peer: User, safety: User
) -> None:
    safety.roles.add(*peer.roles.all())
    actions.publish(release=in_review, by=manager, at=LATER)
    actions.postpone(release=in_review, to=FOUR_PM + 7 * DAY, reason="Later", by=peer, at=LATER)

    actions.publish(release=in_review, by=safety, at=LATER)

    assert [each.by for each in in_review.versions.all()] == [manager, peer]
    approve(in_review, safety)
    assert the(in_review).person == safety


def test_what_was_agreed_to_elsewhere_holds_until_its_words_change(manager: User, ers: Service) -> None:
    release = DisruptionFactory(service=ers, release__work=WORK, release__state="draft", span=OUTAGE).release
    release.services.add(ers)
    Approval.objects.create(release=release, role=SAFETY)
    facts = facts_of(content_of(release), services=services_of(content_of(release)))
    rules = rules_by_tier()
    act: dict[str, Any] = {"release": release, "by": manager, "at": LATER}

    actions.revise(**act, version=1, **facts)

    assert "approval" not in [each.rule for each in measure(afresh(release), rules, LATER)]
    actions.revise(**act, version=2, **facts | {"summary": "You cannot use e-RS at all."})
    assert "approval" in [each.rule for each in measure(afresh(release), rules, LATER)]
    assert not release.approvals.exists()
    assert verbs(release) == ["changed", "approval_reopened", "changed"]


def test_what_was_agreed_to_elsewhere_is_not_asked_for_again_as_it_stands(
    manager: User, safety: User, ers: Service
) -> None:
    release = DisruptionFactory(service=ers, release__work=WORK, release__state="draft", span=OUTAGE).release
    Approval.objects.create(release=release, role=SAFETY)

    actions.publish(release=release, by=manager, at=ANNOUNCED)

    assert [(each.role, each.kind) for each in release.approvals.all()] == [(SAFETY, "")]
    assert not told(safety)


def test_publishing_straight_away_asks_for_what_is_missing(
    drafted: Release, manager: User, safety: User
) -> None:
    actions.publish(release=drafted, by=manager, at=ANNOUNCED)

    assert drafted.state == "published"
    assert the(drafted).asked_at == ANNOUNCED
    assert "not yet approved" in Message.objects.get(title__startswith="Approve:").body
    assert list(waiting_for(safety, LATER)) == [drafted]


def test_work_that_no_rule_asks_about_is_reviewed_by_a_peer(
    drafted: Release, manager: User, peer: User
) -> None:
    Policy.objects.filter(tier=2).update(approvers=[])

    actions.send_for_review(release=drafted, by=manager, at=ANNOUNCED)

    assert [each.role for each in drafted.approvals.all()] == ["Another IT manager"]
    assert told(peer) == [f"Approve: {drafted.title}"]
    assert list(waiting_for(peer, LATER)) == [drafted]
    assert not told(manager)


def test_an_approval_that_nobody_wants_any_more_goes(
    drafted: Release, manager: User, safety: User, story: dict[str, Any], revise: Revise
) -> None:
    actions.publish(release=drafted, by=manager, at=ANNOUNCED)

    revise(drafted, outages=[], work=WORK, services=[each.service for each in story["outages"]])

    assert not drafted.approvals.exists()


def test_sent_back_it_is_a_draft_and_its_author_is_told_what_must_change(
    in_review: Release, safety: User, manager: User
) -> None:
    actions.send_back(release=in_review, reason="Say what theatres do", by=safety, at=LATER)

    assert in_review.state == "draft"
    assert Opinion.objects.get().verdict == "sent_back"
    assert told(manager) == [f"Sent back: {in_review.title}"]
    assert "Say what theatres do" in Message.objects.get(title__startswith="Sent back").body
    assert verbs(in_review)[-1] == "sent_back"
    assert not waiting_for(safety, LATER).exists()


def test_sent_for_review_again_it_is_asked_again(in_review: Release, safety: User, manager: User) -> None:
    actions.send_back(release=in_review, reason="Say what theatres do", by=safety, at=LATER)

    actions.send_for_review(release=in_review, by=manager, at=LATER)

    assert told(safety) == [f"Approve: {in_review.title}"] * 2
    approve(in_review, safety)


@pytest.mark.parametrize("act", ["send_back", "comment"])
def test_whoever_is_not_asked_has_no_say(act: str, in_review: Release, lead: User) -> None:
    words = {"send_back": "reason", "comment": "text"}

    with pytest.raises(Forbidden):
        getattr(actions, act)(release=in_review, by=lead, at=LATER, **{words[act]: "No"})


def test_an_empty_opinion_is_refused(in_review: Release, safety: User) -> None:
    with pytest.raises(Refused, match="Say what must change"):
        actions.send_back(release=in_review, reason=" ", by=safety, at=LATER)
    with pytest.raises(Refused, match="Write what you think"):
        actions.comment(release=in_review, text="", by=safety, at=LATER)


def test_a_comment_reaches_the_owner_and_whoever_spoke(
    in_review: Release, safety: User, manager: User, peer: User
) -> None:
    actions.comment(release=in_review, text="Is 4pm too early?", by=safety, at=LATER)
    actions.comment(release=in_review, text="Clinics end at 3pm.", by=manager, at=LATER)

    assert told(manager) == [f"Comment: {in_review.title}"]
    assert told(safety)[-1] == f"Comment: {in_review.title}"
    assert not told(peer)
    assert verbs(in_review)[-2:] == ["commented", "commented"]


def test_a_draft_from_elsewhere_gets_a_version_to_be_compared_with(
    manager: User, safety: User, ers: Service
) -> None:
    release = DisruptionFactory(service=ers).release

    actions.send_for_review(release=release, by=manager, at=ANNOUNCED)

    assert [each.by for each in release.versions.all()] == [manager]
    approve(release, safety)


def test_an_incomplete_notice_is_not_sent_for_review(manager: User) -> None:
    release = ReleaseFactory(contact="")

    with pytest.raises(Refused, match="at least 1 service and whom to contact"):
        actions.send_for_review(release=release, by=manager, at=ANNOUNCED)


def test_a_notice_that_changed_is_not_sent_for_review_unread(drafted: Release, manager: User) -> None:
    with pytest.raises(Conflict, match="has changed since you opened it"):
        actions.send_for_review(release=drafted, version=drafted.version + 1, by=manager, at=ANNOUNCED)


def test_an_approval_that_blocks_keeps_from_publishing_until_it_is_given(
    drafted: Release, manager: User, safety: User
) -> None:
    Policy.objects.filter(tier=2).update(blocks=["approval"])
    with pytest.raises(Refused, match="Still to approve: Clinical safety officer"):
        actions.publish(release=drafted, by=manager, at=ANNOUNCED)
    drafted.refresh_from_db()
    assert (drafted.state, drafted.approvals.count()) == ("draft", 0)

    actions.send_for_review(release=drafted, by=manager, at=ANNOUNCED)
    approve(drafted, safety)
    actions.publish(release=drafted, by=manager, at=ANNOUNCED)

    assert drafted.state == "published"


@pytest.mark.parametrize("rule", ["notice", "procedure", "freeze"])
def test_a_rule_that_blocks_says_why(rule: str, drafted: Release, manager: User) -> None:
    Policy.objects.filter(tier=2).update(blocks=[rule])
    Freeze.objects.create(ref="FRZ-1", title="Half term", span=Range(FOUR_PM, DONE, "[)"))
    words = {
        "notice": "Staff get no working day of notice",
        "procedure": "NHS e-Referral Service has no downtime procedure",
        "freeze": "It touches a change freeze: Half term",
    }

    with pytest.raises(Refused, match=words[rule]):
        actions.publish(release=drafted, by=manager, at=FOUR_PM - DAY)


def test_work_that_is_over_waits_for_nobody(published: Release, safety: User, manager: User) -> None:
    actions.cancel(release=published, reason="Withdrawn", by=manager, at=LATER)

    assert not waiting_for(safety, LATER).exists()
    with pytest.raises(Refused, match="is cancelled, so nobody is asked to approve it"):
        approve(published, safety)
