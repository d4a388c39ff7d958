"""A rule that blocks is not escaped by editing what is published: a new plan is asked what publication is asked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.core.refusals import Refused
from releases import actions
from releases.actions import Outage
from releases.approvers import waiting_for
from releases.content import content_of
from releases.models import Freeze, Policy, Release
from releases.recurrence import read_rule
from tests.factories import ServiceFactory
from tests.releases.conftest import ANNOUNCED, DONE, FOUR_PM, WORK, told
from tests.releases.test_pages import posted, set_clock, text_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = ANNOUNCED + HOUR
URGENT = {"kind": "emergency_change", "why_soon": "The certificate ends"}
Revise = Callable[..., None]


@pytest.fixture
def blocks(db: None) -> None:
    """Every rule of the tiers of this story keeps from publishing."""
    Policy.objects.filter(tier=2).update(blocks=["notice", "procedure", "freeze"], approvers=[])


@pytest.fixture
def freeze(blocks: None) -> Freeze:
    """The weekend after the one for which the work is planned."""
    return Freeze.objects.create(
        ref="FRZ-1", title="Winter", span=Range(FOUR_PM + 6 * DAY, DONE + 8 * DAY, "[)")
    )


@pytest.fixture
def calm(drafted: Release, manager: User) -> Release:
    """Published while nothing blocked: its services have no procedure, all else is as the rules want it."""
    actions.publish(release=drafted, by=manager, at=ANNOUNCED)
    return drafted


@pytest.fixture
def revise(story: dict[str, Any], manager: User) -> Revise:
    def act(release: Release, at: Any = LATER, **also: Any) -> None:
        release.refresh_from_db()
        actions.revise(release=release, version=release.version, by=manager, at=at, **{**story, **also})

    return act


def moved(story: dict[str, Any], by: timedelta, longer: timedelta = timedelta(0)) -> dict[str, Any]:
    """The story's times, as much later and longer."""

    def later(span: Range[Any]) -> Range[Any]:
        return Range(span.lower + by, span.upper + by + longer, "[)")  # type: ignore[operator]

    outages = [Outage(each.service, each.effect, later(each.span)) for each in story["outages"]]
    return {"work": later(story["work"]), "outages": outages}


def test_it_is_not_moved_into_a_freeze(
    calm: Release, freeze: Freeze, story: dict[str, Any], revise: Revise, nurse: User
) -> None:
    said = r"keep REL-\S+ from being changed like this\. It touches a change freeze: Winter"
    with pytest.raises(Refused, match=said) as refusal:
        revise(calm, **moved(story, 7 * DAY))

    calm.refresh_from_db()
    assert (calm.work, calm.version) == (WORK, calm.versions.count() + 1)
    assert "An emergency change that says why it cannot wait is not kept back by this." in str(refusal.value)
    assert "People with these roles set the rules: Administrator, Continuity lead." in str(refusal.value)
    assert not told(nurse)


def test_it_is_not_moved_so_near_that_staff_hear_too_late(
    calm: Release, blocks: None, story: dict[str, Any], revise: Revise
) -> None:
    said = "Staff get 4 working days of notice, and the trust asks for 10: announced now, the work would start on "
    with pytest.raises(Refused, match=said + "Saturday 26"):
        revise(calm, **moved(story, -14 * DAY))


def test_a_stricter_tier_asks_from_now(
    calm: Release, blocks: None, story: dict[str, Any], revise: Revise
) -> None:
    strict = ServiceFactory(key="spine", name="Spine", tier=1)
    Policy.objects.filter(tier=1).update(blocks=["notice"], approvers=[])
    hit = Outage(strict, "down", story["outages"][0].span)

    said = "get 14 working days of notice, and the trust asks for 15: announced now, the work would start on Saturday 2"
    with pytest.raises(Refused, match=said):
        revise(calm, outages=[*story["outages"], hit])


def test_a_service_without_a_procedure_is_not_added(
    calm: Release, blocks: None, story: dict[str, Any], revise: Revise
) -> None:
    bare = ServiceFactory(key="letters", name="Letters")

    with pytest.raises(Refused, match="Letters has no downtime procedure") as refusal:
        revise(calm, outages=[*story["outages"], Outage(bare, "down", story["outages"][0].span)])

    # What was so before is no reason.
    assert "NHS e-Referral Service has no" not in str(refusal.value)


def test_what_was_broken_before_keeps_nobody_from_mending_the_rest(
    calm: Release, freeze: Freeze, story: dict[str, Any], revise: Revise
) -> None:
    Freeze.objects.update(span=WORK)

    revise(calm, **moved(story, timedelta(0), longer=HOUR))

    calm.refresh_from_db()
    assert calm.ends_at == DONE + HOUR


def test_words_alone_are_never_refused(
    calm: Release, blocks: None, revise: Revise, manager: User, nurse: User
) -> None:
    Freeze.objects.create(ref="FRZ-2", title="At once", span=WORK)

    revise(calm, at=FOUR_PM - HOUR, summary="You cannot use e-RS at all.")

    calm.refresh_from_db()
    assert calm.summary == "You cannot use e-RS at all."
    assert told(nurse)


def test_an_emergency_that_says_why_is_let_past_and_does_not_take_it_back(
    calm: Release, freeze: Freeze, story: dict[str, Any], revise: Revise
) -> None:
    there = moved(story, 7 * DAY)

    revise(calm, **there, **URGENT)

    calm.refresh_from_db()
    assert calm.starts_at == FOUR_PM + 7 * DAY
    with pytest.raises(Refused, match="It touches a change freeze: Winter"):
        revise(calm, **there, kind="release")


def test_an_approval_that_blocks_is_asked_again_and_keeps_no_edit_back(
    drafted: Release, manager: User, safety: User, story: dict[str, Any], revise: Revise
) -> None:
    Policy.objects.filter(tier=2).update(blocks=["approval"])
    actions.send_for_review(release=drafted, by=manager, at=ANNOUNCED)
    approval = drafted.approvals.get()
    actions.approve(release=drafted, approval=approval, version=drafted.version, by=safety, at=ANNOUNCED)
    actions.publish(release=drafted, by=manager, at=ANNOUNCED)

    revise(drafted, **moved(story, HOUR))

    approval.refresh_from_db()
    assert (approval.at, approval.asked_at) == (None, LATER)
    assert told(safety)[-1] == f"Changed since it was approved: {drafted.title}"


@pytest.fixture
def put_off(drafted: Release, manager: User, safety: User) -> Release:
    """Approved and published where a missing approval blocks, then postponed by a week."""
    Policy.objects.filter(tier=2).update(blocks=["approval"])
    actions.send_for_review(release=drafted, by=manager, at=ANNOUNCED)
    agree(drafted, safety)
    actions.publish(release=drafted, by=manager, at=ANNOUNCED)
    actions.postpone(release=drafted, to=FOUR_PM + 7 * DAY, reason="Later", by=manager, at=LATER)
    return drafted


def agree(release: Release, by: User) -> None:
    approval = release.approvals.get()
    actions.approve(release=release, approval=approval, version=release.version, by=by, at=LATER)


def test_new_times_of_postponed_work_are_approved_before_they_are_published(
    put_off: Release, manager: User, safety: User
) -> None:
    with pytest.raises(
        Refused, match=r"Not approved yet\..* Send it for review first: those who can approve it"
    ):
        actions.publish(release=put_off, by=manager, at=LATER)

    put_off.refresh_from_db()
    assert put_off.work == WORK
    actions.send_for_review(release=put_off, by=manager, at=LATER)

    assert (put_off.state, put_off.starts_at) == ("postponed", FOUR_PM + 7 * DAY)
    assert told(safety)[-1] == f"Changed since it was approved: {put_off.title}"
    assert list(waiting_for(safety, LATER)) == [put_off]
    assert [line.verb for line in lines_about(put_off)][-1] == "release.sent_for_review"
    with pytest.raises(Refused, match="Not approved yet") as refusal:
        actions.publish(release=put_off, by=manager, at=LATER)
    assert "Send it for review" not in str(refusal.value)
    put_off.refresh_from_db()
    agree(put_off, safety)
    actions.publish(release=put_off, by=manager, at=LATER)
    assert (put_off.state, put_off.starts_at, put_off.postponed_to) == ("published", FOUR_PM + 7 * DAY, None)
    assert put_off.approvals.get().at == LATER


def test_postponed_work_that_is_written_anew_is_approved_anew(
    put_off: Release, manager: User, safety: User, story: dict[str, Any], revise: Revise
) -> None:
    revise(put_off, **moved(story, 2 * DAY))

    put_off.refresh_from_db()
    assert told(safety)[-1] == f"Changed since it was approved: {put_off.title}"
    assert (put_off.has_new_times, put_off.starts_at) == (True, FOUR_PM + 2 * DAY)
    agree(put_off, safety)
    revise(put_off, **moved(story, 2 * DAY), summary="You cannot use e-RS at all.")
    put_off.refresh_from_db()
    assert put_off.has_new_times
    assert put_off.approvals.get().at is None


def test_nobody_approves_postponed_work_at_times_that_are_not_its_new_ones(
    put_off: Release, safety: User
) -> None:
    put_off.approvals.update(at=None, person=None, version=None)

    with pytest.raises(Refused, match=r"The new times of .* do not stand in it yet"):
        agree(put_off, safety)

    assert not waiting_for(safety, LATER).exists()


def test_work_without_a_new_time_and_work_that_no_rule_is_about_are_not_sent_for_review(
    put_off: Release, manager: User
) -> None:
    Policy.objects.update(approvers=[])
    with pytest.raises(Refused, match=r"ask nobody to approve .* It can be published"):
        actions.send_for_review(release=put_off, by=manager, at=LATER)

    put_off.refresh_from_db()
    assert put_off.work == WORK
    Release.objects.update(postponed_to=None)
    put_off.refresh_from_db()
    with pytest.raises(Refused, match=r"A new time of .* is not known yet"):
        actions.send_for_review(release=put_off, by=manager, at=LATER)


def test_the_page_of_postponed_work_weighs_its_new_times_and_asks_for_their_approval(
    as_: Any, put_off: Release, manager: User, safety: User, settings: Any
) -> None:
    set_clock(settings, LATER)
    Freeze.objects.create(ref="FRZ-1", title="Winter", span=Range(FOUR_PM + 7 * DAY, DONE + 8 * DAY, "[)"))
    browser, address = as_(manager), put_off.get_absolute_url()
    page = browser.get(address)

    assert "It touches a change freeze: Winter" in text_of(page)
    assert "Still to approve: Clinical safety officer" in text_of(page)
    sent = browser.post(f"{address}review/", {"version": put_off.version}, follow=True)
    assert "Its new times are below. They are not announced yet and can still change." in text_of(sent)
    assert "4pm on Friday 8 November" in text_of(sent)
    assert f"{address}review/" in page.content.decode()
    assert f"{address}review/" not in sent.content.decode()
    assert "This waits for your approval" in text_of(as_(safety).get(address))


@pytest.mark.parametrize(
    ("page", "leads_back"),
    [
        ("http://testserver{}", True),
        ("https://elsewhere.example{}", False),
        ("http://testserver/{}", False),
        ("", False),
    ],
)
def test_a_refused_press_leads_back_to_the_page_it_was_made_on(
    as_: Any, put_off: Release, manager: User, settings: Any, page: str, leads_back: bool
) -> None:
    set_clock(settings, LATER)
    address = put_off.get_absolute_url()

    refused = as_(manager).post(f"{address}publish/", headers={"Referer": page.format(address)})

    assert "Send it for review first" in text_of(refused)
    assert refused.status_code == 409
    assert (f'<a href="{address}">Go back' in refused.content.decode()) is leads_back


def test_work_under_way_is_extended_into_a_freeze(
    calm: Release, freeze: Freeze, manager: User, story: dict[str, Any]
) -> None:
    Freeze.objects.update(span=Range(DONE, DONE + DAY, "[)"))
    actions.start(release=calm, by=manager, at=FOUR_PM)

    actions.extend(release=calm, ends_at=DONE + HOUR, reason="The copy is slow", by=manager, at=DONE - HOUR)

    calm.refresh_from_db()
    assert calm.ends_at > DONE + HOUR


def test_a_series_is_not_moved_while_one_that_is_published_would_be_in_a_freeze(
    drafted: Release, freeze: Freeze, manager: User
) -> None:
    Policy.objects.update(blocks=["freeze"])
    rule = read_rule("FREQ=WEEKLY;INTERVAL=2;COUNT=3")
    series = actions.repeat(release=drafted, rule=rule, by=manager, at=ANNOUNCED)
    first, second, _ = series.releases.select_related("series").order_by("series_start")
    actions.publish(release=second, by=manager, at=ANNOUNCED)
    starts = list(series.releases.values_list("work", flat=True))
    Freeze.objects.update(span=Range(FOUR_PM + 15 * DAY, DONE + 15 * DAY, "[)"))

    with pytest.raises(Refused, match=f"keep {second.ref} from being changed like this"):
        actions.move_following(
            release=first, seen=1, to=FOUR_PM + DAY, rule=rule.without_end(), by=manager, at=LATER
        )

    assert list(series.releases.values_list("work", flat=True)) == starts


def test_the_form_says_why_and_keeps_what_was_typed(
    as_: Any, calm: Release, freeze: Freeze, manager: User, ers: Service, settings: Any
) -> None:
    Freeze.objects.update(span=Range(DONE, DONE + DAY, "[)"))
    set_clock(settings, LATER)
    calm.refresh_from_db()
    also = {"version": calm.version, "outage_to_date": "3 November 2024", "summary": "Typed just now"}

    page = as_(manager).post(f"{calm.get_absolute_url()}edit/", posted(ers, **also))

    assert page.status_code == 422
    assert "It touches a change freeze: Winter" in page.content.decode()
    assert "Typed just now" in page.content.decode()
    assert content_of(Release.objects.get())["summary"] == "You cannot use e-RS."
