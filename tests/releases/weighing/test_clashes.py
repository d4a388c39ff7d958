"""What a plan clashes with, in the words its author reads."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given, settings

from continuity.core.level import Effect
from releases.weighing.clashes import Kind, clashes
from releases.weighing.facts import Busy, Frozen, Ground, Hit, Plan
from tests.releases.weighing.scene import (
    ERS,
    FOUR_PM,
    HOUR,
    LETTERS,
    PAYROLL,
    SPINE,
    WIFI,
    ground,
    grounds,
    other,
    plan,
    plans,
)

ROUND = Busy("Drug round", time(18), 60, frozenset(range(7)))
LATE_ROUND = Busy("Drug round", time(22), 60, frozenset(range(7)))
WEEKDAY_MEETING = Busy("Site meeting", time(8, 30), 30, frozenset(range(5)))


def told(work: Plan, on: Ground) -> list[tuple[str, str, str]]:
    return [(clash.kind.words, clash.title, clash.text) for clash in clashes(work, on)]


@pytest.mark.parametrize(
    ("on", "kind", "text"),
    [
        (ERS, "Same service", "It works on e-RS as well, 4pm to 5pm on Friday 1 November 2024."),
        (
            SPINE,
            "What it needs",
            "It works on Spine, which e-RS needs, 4pm to 5pm on Friday 1 November 2024.",
        ),
        (
            LETTERS,
            "What needs it",
            "It works on Letters, which needs e-RS, 4pm to 5pm on Friday 1 November 2024.",
        ),
        (PAYROLL, "Same team", "Access looks after that as well, 4pm to 5pm on Friday 1 November 2024."),
    ],
)
def test_other_work_at_the_same_time_is_named_with_why_it_matters(on: int, kind: str, text: str) -> None:
    assert told(plan(), ground(others=(other(on),))) == [(kind, f"Work {on}", text)]


def test_what_is_needed_by_others_in_between_is_found_too() -> None:
    assert told(plan(LETTERS), ground(others=(other(SPINE),)))[0][0] == "What it needs"


def test_work_of_others_and_work_at_another_time_is_no_clash() -> None:
    on = ground(others=(other(WIFI), other(ERS, FOUR_PM - HOUR), other(ERS, plan().end)))

    assert told(plan(), on) == []


def test_busy_times_of_one_kind_are_one_sentence() -> None:
    found = told(plan(), ground(busy=(ROUND, LATE_ROUND, WEEKDAY_MEETING)))

    assert found == [("Busy time", "", "2 drug rounds, the first 6pm to 7pm on Friday 1 November 2024.")]


def test_a_busy_time_that_only_the_checking_touches_is_none() -> None:
    assert told(plan(start=FOUR_PM, lasts=2 * HOUR), ground(busy=(ROUND,))) == []


def test_a_freeze_comes_first() -> None:
    freeze = Frozen("Go-live freeze", FOUR_PM, FOUR_PM + HOUR)

    kinds = [
        kind for kind, *_ in told(plan(), ground(others=(other(ERS),), freezes=(freeze,), busy=(ROUND,)))
    ]

    assert kinds == ["Change freeze", "Same service", "Busy time"]


@pytest.mark.parametrize(
    ("lasts", "kind", "text"),
    [
        (
            4,
            Kind.OPEN,
            "Payroll is open for 2 hours of its outage (8am to 6pm, Monday to Friday, closed on bank holidays).",
        ),
        (0, Kind.CLOSED, "Payroll is closed during its outage, so it costs little"),
    ],
)
def test_an_outage_in_opening_hours_is_worth_saying_and_one_outside_too(
    lasts: int, kind: Kind, text: str
) -> None:
    start = FOUR_PM if lasts else FOUR_PM + 2 * HOUR

    found = clashes(plan(PAYROLL, start, (lasts or 3) * HOUR), ground())

    assert [clash.kind for clash in found] == [kind]
    assert found[0].text.startswith(text)


def test_a_bank_holiday_is_named_and_what_is_closed_then_is_closed() -> None:
    boxing_day = datetime(2024, 12, 26, 10, tzinfo=UTC)

    found = told(plan(PAYROLL, boxing_day, HOUR), ground())

    assert [kind for kind, *_ in found] == ["Bank holiday", "Closed"]
    assert "Boxing Day, Thursday 26 December 2024" in found[0][2]


def test_a_risk_is_no_outage_for_opening_hours_and_busy_times() -> None:
    assert told(plan(PAYROLL, effect=Effect.AT_RISK), ground(busy=(ROUND,))) == []


def test_a_service_that_is_hit_twice_is_counted_once() -> None:
    hits = (
        Hit(PAYROLL, Effect.DOWN, FOUR_PM, FOUR_PM + HOUR),
        Hit(PAYROLL, Effect.DEGRADED, FOUR_PM + HOUR, FOUR_PM + 3 * HOUR),
    )

    found = told(Plan(FOUR_PM, FOUR_PM + 3 * HOUR, hits, frozenset({PAYROLL})), ground())

    assert [text for *_, text in found if "open for 2 hours of its outage" in text]
    assert len(found) == 1


@given(plans(), grounds())
@settings(max_examples=80)
def test_each_piece_of_other_work_is_told_once_at_most_and_nothing_breaks(work: Plan, on: Ground) -> None:
    found = clashes(work, on)

    at_the_same_time = [each for each in on.others if each.start < work.end and work.start < each.end]
    assert len([clash for clash in found if clash.ref]) <= len(at_the_same_time)
    assert [list(Kind).index(clash.kind) for clash in found] == sorted(
        list(Kind).index(clash.kind) for clash in found
    )
    assert all(clash.text.endswith(".") for clash in found)
