"""What who writes, who approves and staff find on the pages about agreeing, and that nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.notifications.models import Message
from releases import actions
from releases.models import Opinion, Policy, Release
from releases.tasks import chase_approvals
from tests.factories import UserFactory
from tests.releases.conftest import ANNOUNCED, FOUR_PM, told
from tests.releases.test_pages import posted, set_clock, text_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAFETY = "Clinical safety officer"


@pytest.fixture(autouse=True)
def _it_is(settings: Any) -> None:
    set_clock(settings, ANNOUNCED)


@pytest.fixture
def in_review(drafted: Release, manager: User, safety: User) -> Release:
    actions.send_for_review(release=drafted, by=manager, at=ANNOUNCED)
    return drafted


def address(release: Release, name: str) -> str:
    return f"{release.get_absolute_url()}{name}/"


def answer(release: Release, **also: Any) -> dict[str, Any]:
    """What a browser sends for an approval of the version as it is now."""
    release.refresh_from_db()
    return {"approval": release.approvals.get().pk, "version": release.version, "words": "", **also}


def test_an_approver_who_writes_no_notices_finds_and_reads_the_draft(
    as_: Any, in_review: Release, safety: User
) -> None:
    listing, page = as_(safety).get("/releases/"), as_(safety).get(in_review.get_absolute_url())

    assert "Waiting for your approval 1" in text_of(listing)
    assert in_review.title in text_of(listing)
    assert "This waits for your approval. Read and approve" in text_of(page)
    assert "Not yet approved asked 10am on Friday 11 October 2024" in text_of(page)


def test_others_know_nothing_of_what_is_in_review(
    client: Any, trusted: None, as_: Any, in_review: Release, clinician: User
) -> None:
    for name in ("approve", "send-back", "comment", "versions"):
        assert as_(clinician).get(address(in_review, name)).status_code == 404
    assert "Waiting for your approval" not in text_of(as_(clinician).get("/releases/"))


def test_the_draft_says_beforehand_that_nobody_may_approve_it(
    as_: Any, drafted: Release, manager: User, ers: Service
) -> None:
    Policy.objects.filter(tier=2).update(approvers=["clinical_safety", "service_owner"])
    ers.owner.members.add(manager)

    before = text_of(as_(manager).get(drafted.get_absolute_url()))
    UserFactory(username="safe", role="safety")
    ers.owner.members.add(UserFactory(username="owner", role="reader"))
    after = text_of(as_(manager).get(drafted.get_absolute_url()))

    assert (
        f"Nobody can approve it as {SAFETY}: nobody but those who wrote it has one of these roles: Administrator, "
        f"{SAFETY}. People with these roles give roles: Administrator."
    ) in before
    assert (
        f"Nobody can approve it as Service owner, {ers.owner}: {ers.owner} has no other members than those who "
        "wrote it. People with these roles change who is in a team: Administrator."
    ) in before
    assert "Nobody can approve it" not in after


def test_who_gave_one_approval_is_nobody_for_another(
    as_: Any, drafted: Release, manager: User, safety: User, ers: Service
) -> None:
    Policy.objects.filter(tier=2).update(approvers=["clinical_safety", "service_owner"])
    ers.owner.members.add(safety)
    actions.send_for_review(release=drafted, by=manager, at=ANNOUNCED)
    approval = drafted.approvals.get(role=SAFETY)
    before = text_of(as_(manager).get(drafted.get_absolute_url()))

    actions.approve(release=drafted, approval=approval, version=drafted.version, by=safety, at=ANNOUNCED)

    assert "Nobody can approve it" not in before
    assert "Nobody can approve it as Service owner" in text_of(as_(manager).get(drafted.get_absolute_url()))


def test_the_author_sends_it_for_review_from_its_page(as_: Any, drafted: Release, manager: User) -> None:
    page = as_(manager).post(address(drafted, "review"), {"version": drafted.version}, follow=True)

    assert "is sent for review. Those who can approve it are being told." in text_of(page)
    assert drafted.approvals.get().role == SAFETY


def test_it_is_approved_on_a_page_that_shows_the_notice(
    as_: Any, in_review: Release, safety: User, manager: User
) -> None:
    page = as_(safety).get(address(in_review, "approve"))
    assert "NHS e-Referral Service is not available from 4pm" in text_of(page)

    done = as_(safety).post(
        address(in_review, "approve"), answer(in_review, words="Wards have paper"), follow=True
    )

    assert "You approved" in text_of(done)
    assert f"Approved by {SAFETY}" in text_of(done)
    assert "Wards have paper" in text_of(as_(manager).get(in_review.get_absolute_url()))


def test_of_words_that_changed_the_page_shows_what_did_and_keeps_the_comment(
    as_: Any, in_review: Release, safety: User, manager: User, story: dict[str, Any]
) -> None:
    read = answer(in_review, words="Fine for wards")
    changed = {**story, "contact": "Bookings, ext 6511"}
    actions.revise(release=in_review, version=in_review.version, by=manager, at=ANNOUNCED, **changed)

    page = as_(safety).post(address(in_review, "approve"), read)

    assert page.status_code == 422
    assert "has changed since you read it" in text_of(page)
    assert "Contact Before Referral and booking centre, ext 6510 After Bookings, ext 6511" in text_of(page)
    assert "Fine for wards" in text_of(page)
    assert in_review.approvals.get().at is None
    again = as_(safety).post(address(in_review, "approve"), answer(in_review))
    assert again.status_code == 302


def test_who_comes_second_is_told_who_was_first(as_: Any, in_review: Release, safety: User) -> None:
    other = UserFactory(username="deputy", job_title="Deputy safety officer", role="safety")
    sent = answer(in_review)
    as_(safety).post(address(in_review, "approve"), sent)

    page = as_(other).post(address(in_review, "approve"), sent)

    assert page.status_code == 409
    assert f"Somebody else was first: {SAFETY} approved" in text_of(page)
    assert Opinion.objects.count() == 1


def test_the_author_is_told_that_somebody_else_must_approve(
    as_: Any, in_review: Release, manager: User
) -> None:
    page = as_(manager).post(address(in_review, "approve"), answer(in_review))

    assert (page.status_code, in_review.approvals.get().at) == (409, None)
    assert "You wrote" in text_of(page)


def test_another_manager_is_told_who_can_approve(as_: Any, in_review: Release) -> None:
    peer = UserFactory(username="peer", role="manager")

    page = as_(peer).post(address(in_review, "approve"), answer(in_review))

    assert page.status_code == 403
    assert f"{SAFETY}: People with these roles can: Administrator, {SAFETY}." in text_of(page)


def test_it_is_sent_back_with_words(as_: Any, in_review: Release, safety: User, manager: User) -> None:
    empty = as_(safety).post(address(in_review, "send-back"), {"reason": ""})
    assert empty.status_code == 422

    done = as_(safety).post(address(in_review, "send-back"), {"reason": "Say what theatres do"}, follow=True)

    assert "is sent back" in text_of(done)
    assert "Sent back Say what theatres do" in text_of(as_(manager).get(in_review.get_absolute_url()))


def test_a_comment_is_kept_beside_the_notice(as_: Any, in_review: Release, safety: User) -> None:
    page = as_(safety).post(address(in_review, "comment"), {"text": "Is 4pm too early?"}, follow=True)

    assert "Comment Is 4pm too early?" in text_of(page)


def test_versions_show_who_changed_what_and_compare_any_two(
    as_: Any, in_review: Release, manager: User, safety: User, story: dict[str, Any]
) -> None:
    for contact in ("Bookings, ext 6511", "Bookings, ext 6512"):
        in_review.refresh_from_db()
        changed = {**story, "contact": contact}
        actions.revise(release=in_review, version=in_review.version, by=manager, at=ANNOUNCED, **changed)
    first, *_, last = in_review.versions.values_list("number", flat=True)

    page = text_of(as_(safety).get(address(in_review, "versions"), {"from": first, "to": last}))

    assert "From version 1 to version 3" in page
    assert "Contact Before Referral and booking centre, ext 6510 After Bookings, ext 6512" in page
    assert "Contact Before Bookings, ext 6511 After Bookings, ext 6512" in page
    assert "IT manager, 10am on Friday 11 October 2024" in page
    for nonsense in ({"from": "x", "to": last}, {"from": 999, "to": last}, {"from": first}):
        assert as_(safety).get(address(in_review, "versions"), nonsense).status_code == 200


def test_a_draft_says_what_the_rules_say_and_what_keeps_it_back(
    as_: Any, drafted: Release, manager: User, settings: Any
) -> None:
    Policy.objects.filter(tier=2).update(blocks=["procedure"])
    set_clock(settings, FOUR_PM - 3 * DAY)

    page = text_of(as_(manager).get(drafted.get_absolute_url()))
    refused = as_(manager).post(address(drafted, "publish"), {"version": drafted.version})

    assert "Staff get 2 working days of notice, and the trust asks for 10" in page
    assert "Keeps it from being published NHS e-Referral Service has no downtime procedure." in page
    assert refused.status_code == 409
    assert "has no downtime procedure" in text_of(refused)


def test_staff_see_short_notice_with_its_reason_and_that_it_is_not_approved(
    client: Any, trusted: None, story: dict[str, Any], manager: User, safety: User
) -> None:
    facts = {**story, "why_soon": "The certificate ends on Saturday.", "kind": "emergency_change"}
    release = actions.draft(by=manager, at=FOUR_PM - DAY, **facts)
    actions.publish(release=release, by=manager, at=FOUR_PM - DAY)

    page, *lists = (
        text_of(client.get(address))
        for address in (
            release.get_absolute_url(), "/releases/", "/releases/calendar/?on=2024-11-01", "/services/ers/"
        )
    )  # fmt: skip

    for text in (page, *lists):
        assert "Emergency Short notice Not yet approved" in text
    assert "Why it cannot wait The certificate ends on Saturday." in page
    actions.approve(
        release=release,
        approval=release.approvals.get(),
        version=release.version,
        by=safety,
        at=FOUR_PM - DAY,
    )
    assert "Not yet approved" not in text_of(client.get(release.get_absolute_url()))


def test_two_managers_lose_no_text_of_any_field(
    as_: Any, drafted: Release, manager: User, story: dict[str, Any], ers: Service
) -> None:
    mine = {
        "why_soon": "The supplier stops on Monday.",
        "rollback_plan": "Go back to 14.6.",
        "rollback_by_date": "1 November 2024",
        "rollback_by_time": "10pm",
        "may_monitor_end": "on",
    }
    sent = posted(ers, version=drafted.version, **mine)
    other = UserFactory(username="peer", role="manager")
    theirs = {**story, "why_soon": "Clinics are closed then.", "rollback_by": FOUR_PM + HOUR}
    actions.revise(release=drafted, version=drafted.version, by=other, at=ANNOUNCED, **theirs)

    page = as_(manager).post(address(drafted, "edit"), sent)

    text = text_of(page)
    assert page.status_code == 422
    assert (
        "if the notice is short There now Clinics are closed then. Your words The supplier stops on Monday."
        in text
    )
    assert "How it is undone There now Nothing Your words Go back to 14.6." in text
    assert (
        "Last moment to begin the rollback There now 5pm 1 November 2024 Your words 10pm 1 November 2024"
        in text
    )
    assert "A watched job may say that the service is back There now No Your words Yes" in text
    for value in ("The supplier stops on Monday.", "Go back to 14.6.", 'value="10pm"'):
        assert value in page.content.decode()
    drafted.refresh_from_db()
    assert drafted.why_soon == "Clinics are closed then."


RULES = {
    "notice_short": "2",
    "notice_long": "4",
    "notice_longest": "8",
    "approvers": ["peer"],
    "blocks": ["freeze"],
    "asks_checklist": "on",
    "allowance_min": "10 hours",
}


def test_a_lead_changes_the_rules_of_a_tier(as_: Any, lead: User, manager: User) -> None:
    page = as_(lead).post("/releases/rules/3/", {**RULES, "version": 1}, follow=True)

    policy = Policy.objects.get(tier=3)
    assert (policy.notice_longest, policy.approvers, policy.blocks) == (8, ["peer"], ["freeze"])
    assert (policy.asks_checklist, policy.asks_run_sheet, policy.allowance_min) == (True, False, 600)
    assert "2 for up to 4 hours, 4 for up to 12 hours, 8 for longer" in text_of(page)
    assert [line.verb for line in lines_about(policy)] == ["policy.changed"]
    assert as_(manager).get("/releases/rules/3/").status_code == 403
    assert "Change" not in text_of(as_(manager).get("/releases/rules/"))


def test_rules_that_make_no_sense_are_refused_in_words(as_: Any, lead: User) -> None:
    page = as_(lead).post("/releases/rules/3/", {**RULES, "notice_short": "9", "version": 1})

    assert page.status_code == 422
    assert "Longer work needs at least as much notice as shorter work." in text_of(page)


def test_a_stale_form_of_rules_shows_what_changed(as_: Any, lead: User) -> None:
    actions.set_policy(policy=Policy.objects.get(tier=3), seen=1, by=lead, at=ANNOUNCED, notice_short=1)

    page = as_(lead).post("/releases/rules/3/", {**RULES, "version": 1})

    assert page.status_code == 422
    assert "Somebody else changed this while you were writing" in text_of(page)
    assert "Up to 4 hours 1" in text_of(page)


def test_missing_approvals_are_chased_once_a_working_day(
    settings: Any, drafted: Release, manager: User, safety: User
) -> None:
    actions.publish(release=drafted, by=manager, at=ANNOUNCED)  # on a Friday
    chased = f"Not yet approved: {drafted.title}"

    for days in (0, 1, 2, 3, 3.1, 4):
        set_clock(settings, ANNOUNCED + days * DAY)
        chase_approvals()

    assert told(safety).count(chased) == told(manager).count(chased) == 2
    assert Message.objects.get(key=f"release:{drafted.pk}:unapproved:20241014")
    assert lines_about(drafted).filter(verb="release.chased").count() == 2


def test_the_owner_is_told_when_work_without_approval_is_about_to_begin(
    settings: Any, drafted: Release, manager: User, safety: User
) -> None:
    actions.publish(release=drafted, by=manager, at=FOUR_PM - 5 * HOUR)
    for hours in (3, 1, 0.5):
        set_clock(settings, FOUR_PM - hours * HOUR)
        chase_approvals()

    assert told(manager) == [f"Begins without approval: {drafted.title}"]


def test_what_is_approved_is_not_chased(
    settings: Any, in_review: Release, manager: User, safety: User
) -> None:
    actions.approve(
        release=in_review,
        approval=in_review.approvals.get(),
        version=in_review.version,
        by=safety,
        at=ANNOUNCED,
    )
    actions.publish(release=in_review, by=manager, at=ANNOUNCED)
    set_clock(settings, ANNOUNCED + 5 * DAY)

    chase_approvals()

    assert not Message.objects.filter(title__startswith="Not yet approved").exists()
