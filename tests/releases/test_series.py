"""Work that comes back: every occurrence a release of its own, moved alone or with all that follow."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.clock import local
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from releases import actions
from releases.actions import Outage
from releases.actions.repeating import digest_of_drafts, drafts_ahead
from releases.actions.stepping import digest_of
from releases.content import content_of, facts_of, services_of
from releases.models import Release, Series
from releases.recurrence import Rule, read_rule
from releases.schedule import ends
from releases.sheet import Line
from tests.releases.conftest import told

pytestmark = pytest.mark.django_db
WRITTEN = datetime(2024, 9, 1, 9, tzinfo=UTC)
TEN_PM = datetime(2024, 9, 10, 21, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PATCHING = read_rule("FREQ=MONTHLY;BYDAY=2TU;COUNT=8")
WEDNESDAYS = read_rule("FREQ=MONTHLY;BYDAY=2WE")


@pytest.fixture
def patching(story: dict[str, Any], manager: User) -> Release:
    """A draft for 10pm on the second Tuesday of September: 3 hours, the first of them an outage."""
    hit = [Outage(each.service, each.effect, Range(TEN_PM, TEN_PM + HOUR, "[)")) for each in story["outages"]]
    work = Range(TEN_PM, TEN_PM + 3 * HOUR, "[)")
    more = {
        "outages": hit,
        "work": work,
        "rollback_by": TEN_PM + 2 * HOUR,
        "rollback_plan": "Take the snapshot.",
    }
    return actions.draft(by=manager, at=WRITTEN, **story | more)


@pytest.fixture
def series(patching: Release, manager: User) -> Series:
    return actions.repeat(release=patching, rule=PATCHING, by=manager, at=WRITTEN)


def occurrences(series: Series) -> list[Release]:
    return list(series.releases.order_by("series_start").select_related("series"))


def seen(series: Series) -> str:
    return digest_of_drafts(drafts_ahead(series, WRITTEN))


def shown(series: Series) -> list[str]:
    """When each occurrence starts, as clocks show it."""
    return [f"{local(each.starts_at):%a %d %b %H:%M}" for each in occurrences(series)]


def verbs(thing: Any) -> list[str]:
    return [line.verb for line in lines_about(thing)]


def moved_alone(release: Release, by: User, later: timedelta) -> None:
    """Somebody changes the times of one occurrence in its own form."""
    content = content_of(release)
    facts = facts_of(content, services=services_of(content), by=later)
    actions.revise(release=release, version=release.version, by=by, at=WRITTEN, **facts)


def test_monthly_patching_at_10pm_stays_at_10pm_across_both_clock_changes(series: Series) -> None:
    assert shown(series) == [
        "Tue 10 Sep 22:00", "Tue 08 Oct 22:00", "Tue 12 Nov 22:00", "Tue 10 Dec 22:00",
        "Tue 14 Jan 22:00", "Tue 11 Feb 22:00", "Tue 11 Mar 22:00", "Tue 08 Apr 22:00",
    ]  # fmt: skip
    assert not any(each.is_moved_alone for each in occurrences(series))


def test_every_occurrence_is_a_draft_of_its_own_with_everything_in_it(
    series: Series, patching: Release, manager: User
) -> None:
    first, *_, last = occurrences(series)

    assert first == patching
    assert {each.state for each in occurrences(series)} == {"draft"}
    assert len({each.ref for each in occurrences(series)}) == 8
    assert (last.title, last.contact, last.rollback_plan) == (first.title, first.contact, first.rollback_plan)
    start, end = ends(last.work)
    assert (local(start).hour, end - start, last.rollback_by) == (22, 3 * HOUR, start + 2 * HOUR)
    outages = last.disruptions.order_by("pk").values_list("service__key", "effect", "span")
    span = Range(start, start + HOUR, "[)")
    assert list(outages) == [("ers", "down", span), ("slot-polling", "at_risk", span)]
    steps = [list(each.instructions.values_list("phase", "text")) for each in (first, last)]
    assert steps[0] == steps[1] != []
    assert last.versions.count() == 1
    assert verbs(last) == ["release.drafted"]
    assert verbs(series) == ["series.begun"]
    assert (series.owner, str(series.first), str(series.wall)) == (manager, "2024-09-10", "22:00:00")


def test_who_is_told_besides_is_told_of_every_occurrence(
    story: dict[str, Any], clinician: User, manager: User
) -> None:
    others = {"people": [clinician]}
    draft = actions.draft(by=manager, at=WRITTEN, others=others, **story)

    series = actions.repeat(
        release=draft, rule=read_rule("FREQ=WEEKLY;COUNT=2"), by=manager, at=WRITTEN
    )  # fmt: skip

    one, other = occurrences(series)
    assert list(other.audiences.get().people.all()) == [clinician]
    assert one.audiences.get() != other.audiences.get()


def test_every_occurrence_has_the_checklist_and_the_run_sheet_with_nothing_of_them_done(
    patching: Release, manager: User
) -> None:
    act: dict[str, Any] = {"release": patching, "by": manager, "at": WRITTEN}
    actions.offer_checks(**act)
    actions.add_check(**act, text="Radios are charged.")
    actions.confirm_check(check=patching.checks.earliest("order"), by=manager, at=WRITTEN, note="Read")
    planned = [Line(TEN_PM - HOUR, 30, "Network team", "Take a copy"), Line(TEN_PM, 60, "", "Patch")]
    actions.plan_run(**act, lines=planned, seen=digest_of(""))
    actions.tick(step=patching.run_steps.earliest("order"), by=manager, at=WRITTEN)

    series = actions.repeat(release=patching, rule=PATCHING, by=manager, at=WRITTEN)

    november = occurrences(series)[2]
    steps = november.run_steps.values_list("text", "who", "minutes", "done_at")
    assert list(steps) == [("Take a copy", "Network team", 30, None), ("Patch", "", 60, None)]
    assert [f"{local(each.starts_at):%d %b %H:%M}" for each in november.run_steps.all()] == [
        "12 Nov 21:00", "12 Nov 22:00",
    ]  # fmt: skip
    checks = [list(each.checks.values_list("kind", "text")) for each in (patching, november)]
    assert checks[0] == checks[1]
    assert set(november.checks.values_list("done_at", "note")) == {(None, "")}


def test_the_run_sheet_goes_along_with_what_moves_as_a_whole(series: Series, manager: User) -> None:
    _, october, november, *_ = occurrences(series)
    for each in (october, november):
        lines = [Line(each.starts_at - HOUR, 30, "", "Take a copy"), Line(each.starts_at, 60, "", "Patch")]
        actions.plan_run(release=each, lines=lines, seen=digest_of(""), by=manager, at=WRITTEN)
    actions.tick(step=october.run_steps.earliest("order"), by=manager, at=WRITTEN)
    actions.publish(release=november, by=manager, at=WRITTEN)
    actions.postpone(release=november, to=november.starts_at + DAY, reason="No", by=manager, at=WRITTEN)

    moved_alone(october, manager, 2 * DAY)
    actions.publish(release=november, by=manager, at=WRITTEN)

    assert [f"{local(each.starts_at):%d %b %H:%M}" for each in october.run_steps.all()] == [
        "08 Oct 21:00", "10 Oct 22:00",
    ]  # fmt: skip
    assert [f"{local(each.starts_at):%d %b %H:%M}" for each in november.run_steps.all()] == [
        "13 Nov 21:00", "13 Nov 22:00",
    ]  # fmt: skip


def test_the_next_ones_are_published_together_or_none(series: Series, nurse: User, manager: User) -> None:
    press: dict[str, Any] = {"series": series, "times": 2, "by": manager, "at": WRITTEN}

    published = actions.publish_next(**press, seen=seen(series))

    assert published == occurrences(series)[:2]
    assert [each.state for each in occurrences(series)][:3] == ["published", "published", "draft"]
    assert len(told(nurse)) == 2
    assert verbs(series) == ["series.begun", "series.published"]
    Release.objects.filter(pk=occurrences(series)[3].pk).update(contact="")
    with pytest.raises(Refused, match=f"Before {occurrences(series)[3].ref} can be published, add whom"):
        actions.publish_next(**press, seen=seen(series))
    assert [each.state for each in occurrences(series)][2:4] == ["draft", "draft"]
    with pytest.raises(Refused, match="No draft of this series is still ahead"):
        actions.publish_next(**press | {"at": TEN_PM + 400 * DAY}, seen=digest_of_drafts([]))


def test_drafts_that_somebody_changed_meanwhile_are_not_published(series: Series, manager: User) -> None:
    before = seen(series)
    moved_alone(occurrences(series)[1], manager, DAY)

    with pytest.raises(Conflict, match="Somebody else changed a draft of this series meanwhile"):
        actions.publish_next(series=series, seen=before, times=2, by=manager, at=WRITTEN)

    assert {each.state for each in occurrences(series)} == {"draft"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=MONTHLY;BYDAY=2TU", "Say when the series ends"),
        ("FREQ=DAILY;COUNT=1000000", "at most 60 occurrences"),
        ("FREQ=MONTHLY;BYDAY=2TU;UNTIL=20990101", "at most 3 years"),
        ("FREQ=MONTHLY;BYDAY=3TU;COUNT=3", "The first that it gives is Tuesday 17 September 2024."),
    ],
)
def test_a_rule_that_gives_no_series_is_refused(
    patching: Release, manager: User, rule: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        actions.repeat(release=patching, rule=read_rule(rule), by=manager, at=WRITTEN)

    assert Release.objects.count() == 1
    assert not Series.objects.exists()


def test_only_a_draft_ahead_that_is_in_no_series_is_repeated(
    series: Series, patching: Release, published: Release, drafted: Release, manager: User
) -> None:
    press: dict[str, Any] = {"rule": PATCHING, "by": manager}

    with pytest.raises(Refused, match="is one of a series already"):
        actions.repeat(release=patching, at=WRITTEN, **press)
    with pytest.raises(Refused, match="Only a draft can be repeated"):
        actions.repeat(release=published, at=WRITTEN, **press)
    actions.leave_out(release=patching, reason="No", by=manager, at=WRITTEN)
    with pytest.raises(Refused, match="is not one of a series"):
        actions.leave_out(release=published, reason="No", by=manager, at=WRITTEN)


def test_work_that_would_have_begun_is_not_repeated(patching: Release, manager: User) -> None:
    with pytest.raises(Refused, match="The first time is over"):
        actions.repeat(release=patching, rule=PATCHING, by=manager, at=TEN_PM + DAY)


def test_somebody_who_saw_another_state_repeats_nothing(patching: Release, manager: User) -> None:
    seen = Release.objects.get(pk=patching.pk)
    actions.publish(release=patching, by=manager, at=WRITTEN)

    with pytest.raises(Conflict):
        actions.repeat(release=seen, rule=PATCHING, by=manager, at=WRITTEN)


def test_one_that_is_left_out_says_why_and_staff_who_were_told_are_told(
    series: Series, nurse: User, manager: User
) -> None:
    _, october, november, *_ = occurrences(series)
    actions.publish(release=november, by=manager, at=WRITTEN)

    actions.leave_out(release=october, reason="Half term", by=manager, at=WRITTEN)
    actions.leave_out(release=november, reason="Freeze", by=manager, at=WRITTEN)

    assert [each.state for each in occurrences(series)][:4] == ["draft", "cancelled", "cancelled", "draft"]
    assert list(series.exceptions.values_list("reason", flat=True)) == ["Half term", "Freeze"]
    assert [title.split(":")[0] for title in told(nurse)] == ["Planned work", "Cancelled"]
    assert verbs(series) == ["series.begun", "series.left_out", "series.left_out"]
    with pytest.raises(Conflict):
        actions.leave_out(release=october, reason="Again", by=manager, at=WRITTEN)
    with pytest.raises(Refused, match="Say why"):
        actions.leave_out(release=occurrences(series)[0], reason=" ", by=manager, at=WRITTEN)


def test_one_that_is_left_out_while_the_series_moves_is_left_out_at_its_new_place(
    series: Series, manager: User
) -> None:
    first, stale, *_ = occurrences(series)
    to = TEN_PM + DAY
    actions.move_following(release=first, seen=1, to=to, rule=WEDNESDAYS, by=manager, at=WRITTEN)

    actions.leave_out(release=stale, reason="Christmas", by=manager, at=WRITTEN)

    stale.refresh_from_db()
    assert series.exceptions.get().start == stale.series_start == stale.starts_at


def test_an_occurrence_moved_alone_stays_moved_when_the_rest_moves(series: Series, manager: User) -> None:
    december = occurrences(series)[3]
    moved_alone(december, manager, DAY)
    assert december.is_moved_alone

    moved = actions.move_following(
        release=occurrences(series)[1], seen=1, to=datetime(2024, 10, 9, 20, tzinfo=UTC), rule=WEDNESDAYS,
        by=manager, at=WRITTEN,
    )  # fmt: skip

    assert shown(series) == [
        "Tue 10 Sep 22:00", "Wed 09 Oct 21:00", "Wed 13 Nov 21:00", "Wed 11 Dec 22:00",
        "Wed 08 Jan 21:00", "Wed 12 Feb 21:00", "Wed 12 Mar 21:00", "Wed 09 Apr 21:00",
    ]  # fmt: skip
    by_the_rule = [
        f"{local(each.series_start):%a %d %b %H:%M}" for each in occurrences(series) if each.series_start
    ]
    assert by_the_rule[3] == "Wed 11 Dec 21:00"
    assert [each.is_moved_alone for each in occurrences(series)].index(True) == 3
    assert len(moved) == 6
    series.refresh_from_db()
    assert (series.rule, series.version) == ("FREQ=MONTHLY;BYDAY=2WE;COUNT=7", 2)
    assert (str(series.first), str(series.wall)) == ("2024-10-09", "21:00:00")
    assert verbs(series) == ["series.begun", "series.moved"]
    assert verbs(moved[0]) == ["release.drafted", "release.changed"]
    assert moved[0].versions.count() == 2


def test_what_was_left_out_stays_left_out_when_the_rest_moves(series: Series, manager: User) -> None:
    _, october, november, *_ = occurrences(series)
    actions.leave_out(release=november, reason="Freeze", by=manager, at=WRITTEN)

    # To where the one that is left out stood.
    actions.move_following(
        release=october, seen=1, to=datetime(2024, 11, 12, 22, tzinfo=UTC),
        rule=read_rule("FREQ=MONTHLY;BYDAY=2TU"), by=manager, at=WRITTEN,
    )  # fmt: skip

    november.refresh_from_db()
    assert november.state == "cancelled"
    assert f"{local(november.starts_at):%d %b}" == "12 Nov"
    assert series.exceptions.get().start == november.series_start
    assert [f"{local(each.series_start):%d %b}" for each in occurrences(series) if each.series_start] == [
        "10 Sep", "12 Nov", "10 Dec", "14 Jan", "11 Feb", "11 Mar", "08 Apr", "13 May",
    ]  # fmt: skip


def test_a_published_occurrence_that_moves_tells_everybody(
    series: Series, nurse: User, manager: User
) -> None:
    november = occurrences(series)[2]
    actions.publish(release=november, by=manager, at=WRITTEN)

    actions.move_following(
        release=november, seen=1, to=datetime(2024, 11, 13, 22, tzinfo=UTC), rule=WEDNESDAYS,
        by=manager, at=WRITTEN,
    )  # fmt: skip

    assert [title.split(":")[0] for title in told(nurse)] == ["Planned work", "Changed"]
    assert "Wed 13 Nov 22:00" in shown(series)


def test_what_has_begun_or_is_postponed_keeps_its_times(series: Series, manager: User) -> None:
    september, october, november, *_ = occurrences(series)
    for each in (september, november):
        actions.publish(release=each, by=manager, at=WRITTEN)
    actions.postpone(release=november, to=None, reason="No supplier", by=manager, at=WRITTEN)
    press: dict[str, Any] = {"seen": 1, "rule": WEDNESDAYS, "by": manager}

    with pytest.raises(Refused, match="has begun or is over"):
        actions.move_following(release=september, to=TEN_PM + 30 * DAY, at=TEN_PM + HOUR, **press)
    actions.move_following(
        release=october, to=datetime(2024, 10, 9, 21, tzinfo=UTC), at=TEN_PM + HOUR, **press
    )  # fmt: skip

    assert shown(series)[:4] == [
        "Tue 10 Sep 22:00",
        "Wed 09 Oct 22:00",
        "Tue 12 Nov 22:00",
        "Wed 11 Dec 22:00",
    ]


def test_a_move_to_no_fitting_time_is_refused_and_nothing_moves(series: Series, manager: User) -> None:
    october = occurrences(series)[1]
    before = shown(series)

    def move(to: datetime, *, seen: int = 1, rule: Rule = PATCHING) -> None:
        actions.move_following(release=october, seen=seen, to=to, rule=rule, by=manager, at=WRITTEN)

    with pytest.raises(Refused, match="later than now"):
        move(WRITTEN - DAY)
    with pytest.raises(
        Refused, match="later than the occurrence before it, 10pm on Tuesday 10 September 2024"
    ):
        move(TEN_PM)
    with pytest.raises(Refused, match="the rule does not give that day"):
        move(TEN_PM + 30 * DAY)
    with pytest.raises(Refused, match="happens twice that day"):
        move(datetime(2024, 10, 27, 1, 30, tzinfo=UTC), rule=read_rule("FREQ=WEEKLY"))
    with pytest.raises(Conflict, match="Somebody else changed this series"):
        move(TEN_PM + 40 * DAY, seen=0)
    assert shown(series) == before


def test_ending_a_series_cancels_its_drafts_and_keeps_what_is_published(
    series: Series, manager: User
) -> None:
    _, october, *_ = occurrences(series)
    actions.publish(release=october, by=manager, at=WRITTEN)

    cancelled = actions.end_series(
        series=series, seen=1, reason="The supplier patches now", by=manager, at=TEN_PM + DAY
    )

    assert len(cancelled) == 6
    assert [each.state for each in occurrences(series)] == ["draft", "published", *["cancelled"] * 6]
    assert series.ended_at == TEN_PM + DAY
    assert verbs(series) == ["series.begun", "series.ended"]
    with pytest.raises(Conflict, match="the series ended at 10pm on Wednesday 11 September 2024"):
        actions.end_series(series=series, seen=2, reason="Again", by=manager, at=TEN_PM + DAY)
    with pytest.raises(Conflict):
        actions.move_following(
            release=october, seen=2, to=TEN_PM + 30 * DAY, rule=WEDNESDAYS, by=manager, at=TEN_PM + DAY
        )
