"""The run sheet: written, ticked as its steps happen, and what its page says meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from releases import actions
from releases.actions.stepping import digest_of, open_sheet
from releases.models import Release, RunStep
from releases.sheet import Line
from tests.factories import UserFactory
from tests.releases.conftest import ANNOUNCED, BACK, DONE, FOUR_PM, NEXT_MORNING
from tests.releases.test_pages import ROLES, set_clock, text_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TEN_PAST_MIDNIGHT = datetime(2024, 11, 2, 0, 10, tzinfo=UTC)
STEPS = [
    Line(FOUR_PM, 30, "Network team", "Take a backup"),
    Line(FOUR_PM + 30 * MINUTE, 480, "NHS England", "Put 14.7 in place"),
    Line(BACK, 8, "Service desk", "Check a referral"),
]


@pytest.fixture
def steps(published: Release, manager: User) -> list[RunStep]:
    """Three steps from 4pm to 12:44am."""
    plan(published, manager)
    return list(published.run_steps.all())


def plan(release: Release, by: User, lines: list[Line] = STEPS, at: datetime = ANNOUNCED) -> None:
    seen = digest_of(open_sheet(release))
    actions.plan_run(release=release, lines=lines, seen=seen, by=by, at=at)


def verbs(release: Release) -> list[str]:
    return [
        line.verb for line in lines_about(release) if line.verb.startswith(("release.step", "release.run"))
    ]


def address(release: Release, rest: str = "") -> str:
    return f"/releases/{release.ref}/run/{rest}"


# Writing it


def test_a_written_sheet_stands_in_its_order(steps: list[RunStep], published: Release) -> None:
    assert [(each.text, each.minutes) for each in steps] == [(line.text, line.minutes) for line in STEPS]
    assert verbs(published) == ["release.run_planned"]


def test_what_is_ticked_stays_when_the_sheet_is_written_anew(
    steps: list[RunStep], published: Release, manager: User
) -> None:
    actions.tick(step=steps[0], by=manager, at=FOUR_PM)

    plan(published, manager, [Line(BACK, 4, "", "Ring the desk")], FOUR_PM)

    kept = published.run_steps.order_by("order")
    assert [(each.text, bool(each.done_at)) for each in kept] == [
        ("Take a backup", True),
        ("Ring the desk", False),
    ]


def test_of_two_who_write_the_second_is_told(steps: list[RunStep], published: Release, manager: User) -> None:
    seen = digest_of(open_sheet(published))
    actions.tick(step=steps[0], by=manager, at=FOUR_PM)

    with pytest.raises(Conflict, match="while you were writing"):
        actions.plan_run(release=published, lines=STEPS, seen=seen, by=manager, at=FOUR_PM)


def test_the_sheet_of_work_that_is_over_stays(
    steps: list[RunStep], published: Release, manager: User
) -> None:
    actions.cancel(release=published, reason="Withdrawn", by=manager, at=ANNOUNCED)

    with pytest.raises(Refused, match="is over"):
        plan(published, manager)
    with pytest.raises(Refused, match="is over"):
        actions.tick(step=RunStep.objects.get(pk=steps[0].pk), by=manager, at=FOUR_PM)


# Ticking


def test_a_tick_keeps_who_and_when(steps: list[RunStep], published: Release, manager: User) -> None:
    actions.tick(step=steps[0], by=manager, at=FOUR_PM)

    step = RunStep.objects.get(pk=steps[0].pk)
    assert (step.done_by, step.done_at, step.is_skipped) == (manager, FOUR_PM, False)
    assert verbs(published)[-1] == "release.step_done"


def test_the_second_to_tick_is_told_who_was_first(steps: list[RunStep], manager: User) -> None:
    stale = RunStep.objects.get(pk=steps[0].pk)
    actions.tick(step=steps[0], by=manager, at=FOUR_PM)

    with pytest.raises(Conflict, match=r"Somebody else was first: .* has ticked 'Take a backup' at 4pm"):
        actions.tick(step=stale, by=UserFactory(role="manager"), at=FOUR_PM + MINUTE)

    assert RunStep.objects.get(pk=stale.pk).done_by == manager


def test_a_step_that_was_taken_out_is_not_ticked(
    steps: list[RunStep], published: Release, manager: User
) -> None:
    plan(published, manager, STEPS[:1])

    with pytest.raises(Conflict, match="written anew"):
        actions.tick(step=steps[2], by=manager, at=FOUR_PM)


def test_not_needed_has_a_reason(steps: list[RunStep], published: Release, manager: User) -> None:
    with pytest.raises(Refused, match="Say why"):
        actions.skip(step=steps[0], reason=" ", by=manager, at=FOUR_PM)

    actions.skip(step=steps[0], reason="Taken at midday", by=manager, at=FOUR_PM)

    step = RunStep.objects.get(pk=steps[0].pk)
    assert (step.is_skipped, step.note, step.done_by) == (True, "Taken at midday", manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        RunStep.objects.filter(pk=step.pk).update(note="")


@pytest.mark.parametrize(
    ("after", "by_another", "works"), [(5, False, True), (6, False, False), (1, True, False)]
)
def test_a_slip_is_taken_back_by_who_made_it_within_5_minutes(
    after: int, by_another: bool, works: bool, steps: list[RunStep], published: Release, manager: User
) -> None:
    actions.tick(step=steps[0], by=manager, at=FOUR_PM)
    person = UserFactory(role="manager") if by_another else manager
    act = lambda: actions.untick(step=steps[0], by=person, at=FOUR_PM + after * MINUTE)  # noqa: E731

    if works:
        act()
        assert verbs(published)[-1] == "release.step_undone"
    else:
        with pytest.raises(Refused, match="Add a note instead"):
            act()
    assert bool(RunStep.objects.get(pk=steps[0].pk).done_at) is not works


def test_notes_follow_each_other(steps: list[RunStep], published: Release, manager: User) -> None:
    for text in ("Slow disk", "Went well after all"):
        actions.annotate(step=steps[0], text=text, by=manager, at=FOUR_PM)

    assert RunStep.objects.get(pk=steps[0].pk).note == "Slow disk; Went well after all"
    assert verbs(published)[-1] == "release.step_noted"
    with pytest.raises(Refused, match="300 characters"):
        actions.annotate(step=steps[0], text="x" * 290, by=manager, at=FOUR_PM)


# The page


@pytest.mark.parametrize("role", ROLES)
def test_who_runs_the_work_opens_its_sheet(
    role: str, request: pytest.FixtureRequest, as_: Any, client: Any, trusted: None, published: Release
) -> None:
    visitor = client if role == "stranger" else as_(request.getfixturevalue(role))

    status = visitor.get(address(published)).status_code

    assert status == (200 if role in {"manager", "administrator"} else 302 if role == "stranger" else 403)


def test_the_page_says_how_far_and_how_late(
    as_: Any, settings: Any, steps: list[RunStep], published: Release, manager: User
) -> None:
    Release.objects.filter(pk=published.pk).update(rollback_by=datetime(2024, 11, 1, 22, 30, tzinfo=UTC))
    actions.tick(step=steps[0], by=manager, at=FOUR_PM + 40 * MINUTE)
    set_clock(settings, datetime(2024, 11, 1, 22, 5, tzinfo=UTC) - timedelta(seconds=5))

    page = text_of(as_(manager).get(address(published)))

    assert "4 minutes behind" in page
    assert "1 of 3 steps is over. The last is expected to end at 12:48am tomorrow, 4 minutes later" in page
    assert "That is 4 minutes after the planned end of the work, 12:44am tomorrow. Extend it in time." in page
    assert "Rollback must begin by 10:30pm: 25 minutes left." in page
    assert "Take a backup" in page


def test_one_press_ticks_and_leads_back(
    as_: Any, settings: Any, steps: list[RunStep], published: Release, manager: User
) -> None:
    set_clock(settings, FOUR_PM + MINUTE)
    me = as_(manager)

    response = me.post(address(published, f"{steps[0].pk}/done/"), follow=True)

    assert response.redirect_chain == [(address(published), 302)]
    assert "Take back" in text_of(response)
    twice = me.post(address(published, f"{steps[0].pk}/done/"))
    assert twice.status_code == 409
    assert "Somebody else was first" in text_of(twice)
    me.post(address(published, f"{steps[0].pk}/not-done/"))
    assert not RunStep.objects.get(pk=steps[0].pk).done_at


def test_the_sheet_is_written_as_lines(as_: Any, settings: Any, published: Release, manager: User) -> None:
    set_clock(settings, ANNOUNCED)
    me, where = as_(manager), address(published, "write/")
    seen = hidden(me.get(where), "seen")

    response = me.post(where, {"lines": "4pm, 30, Jo, Backup\r\n12:10am, 20, , Check", "seen": seen})

    assert response.status_code == 302
    assert [each.starts_at for each in published.run_steps.all()] == [
        FOUR_PM,
        TEN_PAST_MIDNIGHT,
    ]
    assert "12:10am, 20, , Check" in me.get(where).content.decode()


def test_a_line_that_cannot_be_read_loses_nothing(
    as_: Any, settings: Any, published: Release, manager: User
) -> None:
    set_clock(settings, ANNOUNCED)
    me, where = as_(manager), address(published, "write/")
    words = {"lines": "4pm, 30, Jo, Backup\nlater, 5, Jo, Go", "seen": hidden(me.get(where), "seen")}

    response = me.post(where, words)

    assert response.status_code == 422
    assert "Line 2: Write the time like 4pm" in text_of(response)
    assert "later, 5, Jo, Go" in response.content.decode()
    assert not published.run_steps.exists()


def test_the_second_writer_sees_what_is_there_and_keeps_their_words(
    as_: Any, settings: Any, published: Release, manager: User
) -> None:
    set_clock(settings, ANNOUNCED)
    me, where = as_(manager), address(published, "write/")
    seen = hidden(me.get(where), "seen")
    plan(published, manager, STEPS[:1])

    response = me.post(where, {"lines": "4pm, 5, , Mine", "seen": seen})

    assert response.status_code == 422
    assert "Somebody else changed the run sheet" in text_of(response)
    assert "4pm, 30, Network team, Take a backup" in text_of(response)
    assert "4pm, 5, , Mine" in response.content.decode()
    again = me.post(where, {"lines": "4pm, 5, , Mine", "seen": hidden(response, "seen")})
    assert again.status_code == 302
    assert [each.text for each in published.run_steps.all()] == ["Mine"]


@pytest.mark.parametrize(("what", "field"), [("skip", "reason"), ("note", "text")])
def test_what_needs_words_is_said_on_a_page_of_its_own(
    what: str, field: str, as_: Any, settings: Any, steps: list[RunStep], published: Release, manager: User
) -> None:
    set_clock(settings, FOUR_PM + MINUTE)
    me, where = as_(manager), address(published, f"{steps[0].pk}/{what}/")

    empty, said = me.post(where, {field: ""}), me.post(where, {field: "Done at midday"})

    assert (empty.status_code, said.status_code) == (422, 302)
    assert "Done at midday" in text_of(me.get(address(published)))


def test_an_open_page_asks_and_is_answered_only_when_something_changed(
    as_: Any, settings: Any, steps: list[RunStep], published: Release, manager: User
) -> None:
    set_clock(settings, FOUR_PM + MINUTE)
    me = as_(manager)
    first = me.get(address(published, "now/"))

    same = me.get(address(published, "now/"), headers={"if-none-match": first["ETag"]})
    actions.tick(step=steps[0], by=manager, at=FOUR_PM + MINUTE)
    other = me.get(address(published, "now/"), headers={"if-none-match": first["ETag"]})

    assert (first.status_code, same.status_code, other.status_code) == (200, 304, 200)


@pytest.mark.parametrize(
    ("what", "at"), [("back", BACK), ("hold", ANNOUNCED), ("start", FOUR_PM - HOUR)], ids=str
)
def test_a_step_from_the_sheet_leads_back_to_it(
    what: str, at: datetime, as_: Any, settings: Any, published: Release, manager: User
) -> None:
    set_clock(settings, at)

    response = as_(manager).post(f"{published.get_absolute_url()}{what}/?to=run")

    assert response["Location"] == address(published)


def test_the_sheet_offers_what_the_night_needs(
    as_: Any, settings: Any, published: Release, manager: User
) -> None:
    set_clock(settings, FOUR_PM + MINUTE)

    page = BeautifulSoup(as_(manager).get(address(published)).content, "html.parser")

    links = {
        str(link["href"]).removeprefix(published.get_absolute_url())
        for link in page.select("main a[href$='?to=run']")
    }
    assert links == {"extend/?to=run", "roll-back/?to=run", "update/?to=run"}
    assert page.select("form[action$='/back/?to=run']")


def test_after_the_work_the_sheet_can_only_be_read(
    as_: Any, settings: Any, steps: list[RunStep], published: Release, manager: User
) -> None:
    actions.come_back(release=published, by=manager, at=BACK)
    actions.complete(release=published, outcome="Done.", by=manager, at=DONE)
    set_clock(settings, NEXT_MORNING)

    page = BeautifulSoup(as_(manager).get(address(published)).content, "html.parser")

    assert not page.select("main form")
    assert not page.select("main [hx-get]")


def hidden(response: Any, name: str) -> str:
    found = BeautifulSoup(response.content, "html.parser").select_one(f"[name={name}]")
    assert found is not None
    return str(found["value"])
