"""What a plan costs: of the year's allowance, in people, in services an area loses at once, and its notice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from continuity.core.level import Effect
from releases.weighing.cost import hours_words, losses, notice, people, price, spendings
from releases.weighing.facts import Ground, Hit, Place, Plan
from releases.weighing.offers import weigh
from releases.weighing.week import HOURS_A_WEEK, hour_of_week, week_of
from tests.releases.weighing.scene import (
    DAY,
    ERS,
    FOUR_PM,
    HOUR,
    LETTERS,
    MINUTE,
    OFFICE,
    PAYROLL,
    SPINE,
    TOLD_AT,
    WIFI,
    ground,
    grounds,
    other,
    plan,
    plans,
    served,
)

DONE = FOUR_PM + 9 * HOUR


def test_the_story_uses_what_the_design_says() -> None:
    earlier = (FOUR_PM - 90 * DAY, FOUR_PM - 90 * DAY + 6 * HOUR)

    found = spendings(plan(), ground(spent={ERS: (earlier,)}))

    assert [each.sentence for each in found] == ["8 hours 36 minutes of 24 hours; with this, 61% is used"]
    assert not found[0].is_over


def test_time_that_two_other_works_share_is_spent_once() -> None:
    spans = ((FOUR_PM - 3 * HOUR, FOUR_PM - HOUR), (FOUR_PM - 2 * HOUR, FOUR_PM))

    assert spendings(plan(), ground(spent={ERS: spans}))[0].used == 3 * HOUR


@pytest.mark.parametrize(
    ("lasts", "percent", "is_over"),
    [(24 * HOUR, 100, False), (24 * HOUR + MINUTE, 101, True), (MINUTE, 1, False)],
)
def test_a_minute_too_much_is_more_than_all(lasts: timedelta, percent: int, is_over: bool) -> None:
    found = spendings(plan(lasts=lasts), ground())[0]

    assert (found.percent, found.is_over) == (percent, is_over)


def test_a_risk_spends_nothing_and_hits_nobody() -> None:
    found = price(plan(effect=Effect.AT_RISK), ground(), told_at=TOLD_AT)

    assert (found.spendings, found.people) == ((), 0)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (24 * HOUR, "24 hours"),
        (516 * MINUTE, "8 hours 36 minutes"),
        (MINUTE, "1 minute"),
        (0 * HOUR, "0 minutes"),
    ],
)
def test_a_share_is_said_in_hours(span: timedelta, words: str) -> None:
    assert hours_words(span) == words


def test_people_are_those_of_each_hour_by_its_share() -> None:
    week = tuple(100 if hour == hour_of_week(FOUR_PM) else 40 for hour in range(HOURS_A_WEEK))
    counted = ground(services={ERS: served("e-RS", week=week)})

    assert people(plan(lasts=90 * MINUTE), counted) == 100 + 20


def test_in_summer_the_hours_are_those_of_clocks_in_london() -> None:
    four_pm_in_july = datetime(2024, 7, 5, 15, tzinfo=UTC)

    assert hour_of_week(four_pm_in_july) == hour_of_week(FOUR_PM)


def test_what_nobody_counted_is_used_when_it_is_open() -> None:
    week = week_of(served("Payroll", tier=4, opening=OFFICE))

    assert week[:24] == (0,) * 8 + (10,) * 10 + (0,) * 6
    assert set(week[5 * 24 :]) == {0}


def test_what_is_open_day_and_night_is_used_less_at_night_and_at_weekends() -> None:
    week = week_of(served("Wi-Fi", tier=1))

    assert (week[3], week[10], week[20], week[5 * 24 + 10]) == (24, 80, 48, 56)


def test_a_lesser_tier_is_expected_to_be_used_by_fewer() -> None:
    assert [max(week_of(served("Any", tier=tier))) for tier in (1, 2, 3, 4)] == [80, 40, 20, 10]


def test_what_stops_without_it_and_other_work_are_gone_at_the_same_time() -> None:
    places = (
        Place("Ward 3", frozenset({ERS, LETTERS, WIFI, PAYROLL})),
        Place("Ward 4", frozenset({PAYROLL})),
    )
    on = ground(places=places, others=(other(WIFI, FOUR_PM + HOUR), other(PAYROLL, FOUR_PM + 3 * HOUR)))

    found = losses(plan(), on)

    assert [each.sentence for each in found] == ["Ward 3: 3 of its 4 services are gone at once"]


def test_what_is_degraded_or_only_needed_is_not_gone() -> None:
    places = (Place("Ward 3", frozenset({ERS, SPINE})),)

    assert losses(plan(effect=Effect.DEGRADED), ground(places=places)) == []
    assert [each.gone for each in losses(plan(), ground(places=places))] == [1]


def test_notice_counts_working_days_and_says_from_when_there_is_enough() -> None:
    monday, far = (notice(plan(start=at), ground(), TOLD_AT) for at in (TOLD_AT + 3 * DAY, FOUR_PM))

    assert monday.sentence == "0 working days of notice; 3 asked. Enough from Thursday 24 October 2024."
    assert (monday.is_short, far.is_short) == (True, False)


def test_the_strictest_tier_that_is_hit_asks() -> None:
    hit, at_risk = (plan(WIFI, effect=effect).hits for effect in (Effect.DEGRADED, Effect.AT_RISK))
    both, named = (
        Plan(FOUR_PM, DONE, (*plan().hits, *more), frozenset({ERS, WIFI})) for more in (hit, at_risk)
    )
    idle = Plan(FOUR_PM, DONE, at_risk, frozenset({WIFI}))

    assert [notice(each, ground(), TOLD_AT).asked for each in (both, named, idle)] == [10, 3, 0]


def test_notice_counts_to_the_first_outage_and_without_one_to_the_work() -> None:
    saturday = Hit(ERS, Effect.DOWN, FOUR_PM + DAY, DONE + DAY)
    late, idle = (Plan(FOUR_PM - DAY, DONE + DAY, hits, frozenset({ERS})) for hits in ((saturday,), ()))

    assert [notice(each, ground(), TOLD_AT).given for each in (late, idle)] == [10, 8]


def test_work_in_a_bad_place_is_offered_better_ones_with_reasons() -> None:
    weight = weigh(plan(), ground(others=(other(ERS),)), told_at=TOLD_AT)

    assert weight
    assert len(weight.offers) == 3
    assert "No other work clashes." in weight.offers[0].reasons
    assert any("fewer than as planned" in reason for reason in weight.offers[0].reasons)


def test_a_well_placed_plan_is_offered_nothing() -> None:
    weight = weigh(plan(), ground(), told_at=TOLD_AT)
    assert weight
    best = weigh(plan(start=weight.offers[0].start), ground(), told_at=TOLD_AT)

    assert best
    assert best.offers == ()


def test_what_lasts_a_year_is_not_weighed() -> None:
    assert weigh(plan(lasts=366 * DAY), ground(), told_at=TOLD_AT) is None


@given(plans(), grounds())
@settings(max_examples=60)
def test_any_plan_has_a_price_that_no_risk_changes(work: Plan, on: Ground) -> None:
    found = price(work, on, told_at=TOLD_AT)

    certain = Plan(work.start, work.end, work.outages, work.services)
    assert found == price(certain, on, told_at=TOLD_AT)
    assert found.people >= 0
    assert all(0 < loss.gone <= loss.of for loss in found.losses)
    assert all(each.this > timedelta(0) for each in found.spendings)


def test_an_unknown_service_weighs_nothing() -> None:
    lost = Plan(FOUR_PM, FOUR_PM + HOUR, (Hit(99, Effect.DOWN, FOUR_PM, FOUR_PM + HOUR),), frozenset({99}))

    assert price(lost, ground(), told_at=TOLD_AT).spendings == ()
