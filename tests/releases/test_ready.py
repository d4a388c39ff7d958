"""Readiness: a checklist beside what the portal knows, go or no go, and that nothing of it stops the work."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.ledger import SYSTEM, lines_about
from continuity.core.refusals import Conflict, Refused
from releases import actions
from releases.models import Check, Policy, Release
from tests.factories import UserFactory
from tests.releases.conftest import ANNOUNCED, BACK, DONE, FOUR_PM
from tests.releases.test_pages import ROLES, set_clock, text_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
USUAL = 5


@pytest.fixture
def check(published: Release, manager: User) -> Check:
    """The first line of the checklist."""
    if not published.checks.exists():
        actions.offer_checks(release=published, by=manager, at=ANNOUNCED)
    return published.checks.earliest("order")


def address(release: Release, rest: str = "") -> str:
    return f"/releases/{release.ref}/ready/{rest}"


def last_verb(release: Release) -> str:
    line = lines_about(release).last()
    assert line is not None
    return line.verb


# The checklist


@pytest.mark.parametrize("is_asked", [True, False])
def test_the_strictest_tier_decides_whether_the_checklist_is_offered(
    is_asked: bool, drafted: Release, manager: User
) -> None:
    tiers = [outage.service.tier for outage in drafted.disruptions.select_related("service")]
    Policy.objects.update(asks_checklist=not is_asked)
    Policy.objects.filter(tier=min(tiers)).update(asks_checklist=is_asked)

    actions.publish(release=drafted, by=manager, at=ANNOUNCED)

    assert drafted.checks.count() == (USUAL if is_asked else 0)


def test_the_checklist_is_added_once(drafted: Release, manager: User) -> None:
    actions.offer_checks(release=drafted, by=manager, at=ANNOUNCED)

    assert drafted.checks.count() == USUAL
    assert last_verb(drafted) == "release.checklist_added"
    with pytest.raises(Conflict, match="already"):
        actions.offer_checks(release=drafted, by=manager, at=ANNOUNCED)


def test_a_line_of_ones_own_stands_last(check: Check, published: Release, manager: User) -> None:
    actions.add_check(release=published, text="Radios are charged", by=manager, at=ANNOUNCED)

    line = published.checks.latest("order")
    assert (line.text, line.kind) == ("Radios are charged", "other")
    assert last_verb(published) == "release.check_added"
    for text, words in ((" ", "Say what"), ("x" * 201, "200 characters")):
        with pytest.raises(Refused, match=words):
            actions.add_check(release=published, text=text, by=manager, at=ANNOUNCED)


def test_a_confirmation_keeps_who_when_and_the_note(check: Check, published: Release, manager: User) -> None:
    actions.confirm_check(check=check, note="Read with Ward 3", by=manager, at=ANNOUNCED)

    kept = Check.objects.get(pk=check.pk)
    assert (kept.done_by, kept.done_at, kept.note) == (manager, ANNOUNCED, "Read with Ward 3")
    assert last_verb(published) == "release.check_confirmed"


def test_the_second_to_confirm_is_told(check: Check, published: Release, manager: User) -> None:
    stale = published.checks.get(pk=check.pk)
    actions.confirm_check(check=check, by=manager, at=ANNOUNCED)

    with pytest.raises(Conflict, match="Somebody else was first"):
        actions.confirm_check(check=stale, by=UserFactory(role="manager"), at=ANNOUNCED)


def test_what_is_no_longer_true_is_open_again(check: Check, published: Release, manager: User) -> None:
    actions.confirm_check(check=check, by=manager, at=ANNOUNCED)

    actions.reopen_check(check=check, by=UserFactory(role="manager"), at=ANNOUNCED + DAY)

    assert Check.objects.get(pk=check.pk).done_at is None
    assert last_verb(published) == "release.check_reopened"
    with pytest.raises(Conflict, match="open already"):
        actions.reopen_check(check=check, by=manager, at=ANNOUNCED + DAY)


def test_the_checklist_of_work_that_is_over_stays(check: Check, published: Release, manager: User) -> None:
    actions.cancel(release=published, reason="Withdrawn", by=manager, at=ANNOUNCED)
    check.release.refresh_from_db()

    with pytest.raises(Refused, match="is over"):
        actions.confirm_check(check=check, by=manager, at=ANNOUNCED)
    with pytest.raises(Refused, match="is over"):
        actions.decide(release=published, verdict="go", by=manager, at=ANNOUNCED)


# Go or no go


def test_what_was_confirmed_for_other_times_is_open_again(
    check: Check, published: Release, manager: User
) -> None:
    actions.confirm_check(check=check, by=manager, at=ANNOUNCED, note="Read on the ward.")
    actions.postpone(release=published, to=FOUR_PM + 7 * DAY, reason="Moved.", by=manager, at=ANNOUNCED)

    actions.publish(release=published, by=manager, at=ANNOUNCED + DAY)

    check.refresh_from_db()
    assert (check.done_at, check.done_by, check.note) == (None, None, "Read on the ward.")


def test_so_is_what_was_confirmed_before_a_notice_was_written_for_another_start(
    check: Check, published: Release, manager: User, story: dict[str, Any]
) -> None:
    def write(**also: Any) -> None:
        published.refresh_from_db()
        facts = {**story, **also}
        actions.revise(release=published, version=published.version, by=manager, at=ANNOUNCED, **facts)

    actions.confirm_check(check=check, by=manager, at=ANNOUNCED, note="")
    write(summary="You cannot use e-RS at all.")
    check.refresh_from_db()
    assert check.done_by == manager

    write(work=Range(FOUR_PM - HOUR, DONE, "[)"))

    check.refresh_from_db()
    assert check.done_at is None


@pytest.mark.parametrize("is_asked", [True, False])
def test_a_run_sheet_that_the_rules_ask_for_is_offered(
    is_asked: bool, published: Release, as_: Any, manager: User
) -> None:
    Policy.objects.update(asks_run_sheet=is_asked)

    page = text_of(as_(manager).get(address(published)))

    assert ("Write the run sheet" in page) == is_asked


def test_no_go_keeps_the_clock_from_starting_and_go_lets_it_start(published: Release, manager: User) -> None:
    actions.decide(release=published, verdict="no_go", reason="No supplier", by=manager, at=ANNOUNCED)
    assert published.is_held
    assert last_verb(published) == "release.no_go"
    with pytest.raises(Conflict):
        actions.start(release=published, by=SYSTEM, at=FOUR_PM)

    actions.decide(release=published, verdict="go", by=manager, at=ANNOUNCED + DAY)

    assert not published.is_held
    assert last_verb(published) == "release.go"
    actions.start(release=published, by=SYSTEM, at=FOUR_PM)
    assert published.state == "in_progress"


def test_go_does_not_let_the_clock_start_what_waits_for_a_hand(published: Release, manager: User) -> None:
    actions.hold(release=published, by=manager, at=ANNOUNCED)

    actions.decide(release=published, verdict="go", by=manager, at=ANNOUNCED)

    assert published.is_held


def test_a_late_go_is_kept_and_a_person_starts_it(published: Release, manager: User) -> None:
    actions.decide(release=published, verdict="no_go", reason="No supplier", by=manager, at=ANNOUNCED)

    actions.decide(release=published, verdict="go", by=manager, at=FOUR_PM + MINUTE)

    assert published.is_held
    actions.start(release=published, by=manager, at=FOUR_PM + 2 * MINUTE)
    assert published.state == "in_progress"


def test_no_go_needs_a_reason(published: Release, manager: User) -> None:
    with pytest.raises(Refused, match="Say why"):
        actions.decide(release=published, verdict="no_go", reason=" ", by=manager, at=ANNOUNCED)

    assert not published.decisions.exists()


# The page


@pytest.mark.parametrize("role", ROLES)
def test_who_runs_the_work_opens_the_page(
    role: str, request: pytest.FixtureRequest, as_: Any, client: Any, trusted: None, published: Release
) -> None:
    visitor = client if role == "stranger" else as_(request.getfixturevalue(role))

    status = visitor.get(address(published)).status_code

    assert status == (200 if role in {"manager", "administrator"} else 302 if role == "stranger" else 403)


def test_the_page_shows_what_the_portal_knows(
    as_: Any, settings: Any, check: Check, published: Release, manager: User
) -> None:
    Release.objects.filter(pk=published.pk).update(
        rollback_plan="Restore the copy.", rollback_by=BACK - 4 * MINUTE
    )
    set_clock(settings, ANNOUNCED)

    page = text_of(as_(manager).get(address(published)))

    assert "No downtime procedure is published for the services that are hit." in page
    assert "A rollback plan is written. It must begin by 12:32am on Saturday 2 November 2024." in page
    assert "Nothing: somebody has to look" in page


def test_everything_is_done_from_the_page(
    as_: Any, settings: Any, check: Check, published: Release, manager: User
) -> None:
    set_clock(settings, ANNOUNCED)
    me = as_(manager)

    for rest, words in (
        (f"{check.pk}/confirm/", {"note": "Read aloud"}),
        ("add/", {"text": "Radios are charged"}),
        ("", {"verdict": "no_go", "reason": "No supplier"}),
    ):
        assert me.post(address(published, rest), words).status_code == 302

    page = text_of(me.get(address(published)))
    for said in ("Read aloud", "Confirmed", "Radios are charged", "No go", "No supplier", "On hold"):
        assert said in page
    assert me.post(address(published, f"{check.pk}/reopen/")).status_code == 302


@pytest.mark.parametrize(
    ("rest", "words", "said"),
    [
        ("", {"verdict": "no_go", "reason": ""}, "Say why the work does not go ahead"),
        ("add/", {"text": ""}, "Say what must be true before the work begins"),
    ],
)
def test_what_is_missing_is_said(
    rest: str, words: dict[str, str], said: str, as_: Any, published: Release, manager: User
) -> None:
    response = as_(manager).post(address(published, rest), words)

    assert response.status_code == 422
    assert said in response.content.decode()


@pytest.mark.parametrize("note", ["Read with\0Ward 3", "x" * 301])
def test_a_note_that_cannot_be_kept_is_refused_and_shown_again(
    as_: Any, check: Check, published: Release, manager: User, note: str
) -> None:
    response = as_(manager).post(address(published, f"{check.pk}/confirm/"), {"note": note})

    assert response.status_code == 409
    assert note[:9] in response.content.decode()
    assert Check.objects.get(pk=check.pk).done_at is None


@pytest.mark.parametrize("is_go", [True, False])
def test_that_it_started_without_a_go_is_shown(
    is_go: bool, as_: Any, settings: Any, check: Check, published: Release, manager: User
) -> None:
    if is_go:
        actions.decide(release=published, verdict="go", by=manager, at=ANNOUNCED)
    actions.start(release=published, by=manager, at=FOUR_PM)
    actions.decide(release=published, verdict="go", reason="Late", by=manager, at=FOUR_PM + MINUTE)
    set_clock(settings, DONE)

    for page in (address(published), f"/releases/{published.ref}/run/"):
        assert ("Started without a go" in text_of(as_(manager).get(page))) is not is_go
