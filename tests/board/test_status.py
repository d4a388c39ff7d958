"""Facts and an instant in, a Board out: the story minute by minute, and what holds of any facts."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from continuity.board.known import Facts, Need, Voucher, Work
from continuity.board.status import TROUBLE, Board, Group, Line, board_at, causes_at, roots_of_trouble
from continuity.core.level import Effect, Level
from tests.board.making import (
    BACK,
    END,
    ERS,
    MINUTE,
    STORY,
    any_facts,
    facts,
    incident,
    instants,
    release,
)

HOUR = timedelta(hours=1)
LATE = STORY + MINUTE


def line(board: Board, service: str) -> Line:
    found = board.line_of(service)
    assert found
    return found


@pytest.mark.parametrize(
    ("work", "at", "level", "words"),
    [
        (release(), STORY - MINUTE, Level.NO_PROBLEM_REPORTED, None),
        (release(), STORY, Level.DOWN, "since 4pm, until 12:36am tomorrow"),
        (release(), BACK - MINUTE, Level.DOWN, "since 4pm yesterday, until 12:36am"),
        (release(), BACK, Level.DOWN, "since 4pm yesterday, planned to be back at 12:36am, not confirmed"),
        (release(), END + 3 * HOUR, Level.DOWN, "since 4pm yesterday, planned to be back at 12:36am, not confirmed"),
        (release(is_held=True), STORY + HOUR, Level.NO_PROBLEM_REPORTED, None),
        (release("in_progress", actual=(LATE, None)), STORY + HOUR, Level.DOWN, "since 4:01pm, until 12:36am tomorrow"),
        (release("checking", actual=(STORY, BACK)), BACK + MINUTE, Level.CHECKING, "since 12:36am, until 12:44am"),
        (release("checking", actual=(STORY, BACK)), END, Level.CHECKING, "since 12:36am"),
        (release("completed", actual=(STORY, BACK)), END, Level.NO_PROBLEM_REPORTED, None),
        (release("cancelled"), STORY + HOUR, Level.NO_PROBLEM_REPORTED, None),
        (release("postponed"), STORY + HOUR, Level.NO_PROBLEM_REPORTED, None),
    ],
)  # fmt: skip
def test_planned_work_shows_by_the_clock_and_ends_by_a_person(
    work: Work, at: datetime, level: Level, words: str | None
) -> None:
    board = board_at(facts(works=(work,)), at)

    assert line(board, "ers").level is level
    assert [cause.when(at) for cause in line(board, "ers").causes] == ([words] if words else [])


def test_planned_work_hides_no_failure() -> None:
    failed = incident(ERS, Effect.DEGRADED, since=STORY + HOUR)

    board = board_at(facts(works=(release(),), failures=(failed,)), STORY + 2 * HOUR)

    assert line(board, "ers").level is Level.DOWN
    assert not line(board, "ers").is_planned
    assert [cause.ref for cause in line(board, "ers").causes] == ["REL-2024-071", "INC-2024-001"]


def test_of_two_equals_the_unplanned_comes_first() -> None:
    failed = incident(ERS, Effect.DOWN, since=STORY + HOUR)

    board = board_at(facts(works=(release(),), failures=(failed,)), STORY + 2 * HOUR)

    assert [cause.ref for cause in line(board, "ers").causes] == ["INC-2024-001", "REL-2024-071"]


def test_what_needs_a_service_in_trouble_is_affected_never_down() -> None:
    board = board_at(facts(works=(release(),)), STORY)

    assert line(board, "slot-polling").level is Level.AFFECTED
    assert [service.key for service in line(board, "slot-polling").affected_by] == ["ers"]


def test_a_mere_risk_affects_nothing_else() -> None:
    board = board_at(facts(works=(release(effect=Effect.AT_RISK),)), STORY)

    assert line(board, "ers").level is Level.AT_RISK
    assert line(board, "slot-polling").level is Level.NO_PROBLEM_REPORTED


def test_trouble_passes_through_what_stops_and_ends_where_something_works_in_part() -> None:
    needs = {
        "epr": (Need("platform"),),
        "platform": (Need("power"),),
        "theatres": (Need("epr", stops=False),),
        "letters": (Need("theatres"),),
    }

    roots = roots_of_trouble(needs, {"power"})

    assert roots == {"platform": ("power",), "epr": ("power",), "theatres": ("power",)}


def test_silence_is_not_working() -> None:
    board = board_at(facts(), STORY)

    assert {found.level for found in board.lines} == {Level.NO_PROBLEM_REPORTED}


def test_working_holds_as_long_as_its_freshness_limit() -> None:
    said = facts(vouchers=(Voucher("wifi", "Network team", STORY, STORY + 12 * HOUR),))

    levels = [line(board_at(said, STORY + hours * HOUR), "wifi").level for hours in (-1, 0, 11, 12)]

    silent, works = Level.NO_PROBLEM_REPORTED, Level.WORKING
    assert levels == [silent, works, works, silent]


def test_an_overdue_promise_is_said() -> None:
    promised = incident(promised_at=STORY - timedelta(minutes=30))

    [cause] = line(board_at(facts(failures=(promised,)), STORY), "wifi").causes

    assert cause.when(STORY) == "since 4pm, update overdue since 3:30pm"


def test_a_workaround_is_said() -> None:
    worked_round = incident(promised_at=STORY + HOUR, is_worked_round=True)

    [cause] = line(board_at(facts(failures=(worked_round,)), STORY), "wifi").causes

    assert cause.when(STORY) == "since 4pm, a workaround is in place, next update by 5pm"


def test_a_restored_service_is_back_and_being_checked_until_it_is_stood_down() -> None:
    back = incident(is_active=False, restored_at=STORY + HOUR, promised_at=STORY, instruction="Use it")

    watched = board_at(facts(failures=(back,)), STORY + 2 * HOUR)
    over = board_at(facts(failures=(replace(back, is_over=True),)), STORY + 2 * HOUR)

    [cause] = line(watched, "wifi").causes
    assert (cause.level, cause.when(watched.at), cause.instruction) == (Level.CHECKING, "since 5pm", "Use it")
    assert line(over, "wifi").level is Level.NO_PROBLEM_REPORTED
    assert [entry.words for entry in over.restored] == ["Use it"]


def test_what_to_do_is_the_procedure_else_the_notice() -> None:
    board = board_at(facts(works=(release(),), failures=(incident(),)), STORY)

    assert line(board, "ers").do_now == "/plans/downtime-ers/"
    assert line(board, "wifi").do_now == "/incidents/INC-2024-001/"
    assert line(board, "slot-polling").do_now == ""


def test_a_place_sees_its_own_services_and_news() -> None:
    board = board_at(facts(works=(release(),), failures=(incident(),)), STORY)

    seen = board.only(frozenset({"wifi"}))

    assert [found.service.key for found in seen.lines] == ["wifi"]
    assert seen.planned == ()


@given(any_facts, instants)
def test_the_worst_known_thing_is_what_a_line_shows(known: Facts, at: datetime) -> None:
    board = board_at(known, at)

    for found in board.lines:
        calm = Level.WORKING if found.voucher else Level.NO_PROBLEM_REPORTED
        passed_on = [Level.AFFECTED] if found.affected_by else []
        assert found.level == max([calm, *passed_on, *(cause.level for cause in found.causes)])


@given(any_facts, instants)
def test_a_failure_is_never_shown_as_planned(known: Facts, at: datetime) -> None:
    unplanned = {
        key for key, causes in causes_at(known, at).items() if any(not cause.is_planned for cause in causes)
    }

    board = board_at(known, at)

    assert not {found.service.key for found in board.lines if found.is_planned} & unplanned


@given(any_facts, instants)
def test_nothing_is_down_but_by_its_own_trouble(known: Facts, at: datetime) -> None:
    board = board_at(known, at)

    for found in board.lines:
        if found.level >= TROUBLE:
            assert found.causes[0].level is found.level


@given(any_facts, instants)
def test_nothing_works_without_somebody_who_says_so(known: Facts, at: datetime) -> None:
    board = board_at(known, at)

    for found in board.lines:
        if found.group is Group.WORKING:
            assert found.voucher
            assert found.voucher.said_at <= at < found.voucher.holds_until


@given(any_facts, instants)
def test_the_order_of_the_facts_does_not_matter(known: Facts, at: datetime) -> None:
    turned = replace(
        known,
        works=known.works[::-1],
        failures=known.failures[::-1],
        vouchers=known.vouchers[::-1],
        services=known.services[::-1],
    )

    assert [(found.service.key, found.level) for found in board_at(turned, at).lines] == [
        (found.service.key, found.level) for found in board_at(known, at).lines
    ]


@given(any_facts, instants)
def test_a_board_does_not_change_before_the_instant_it_names(known: Facts, at: datetime) -> None:
    board = board_at(known, at)

    for later in (board.changes_at - timedelta(seconds=1), at + (board.changes_at - at) / 2):
        if later >= at:
            assert replace(board_at(known, later), at=at) == board


@given(any_facts, instants)
def test_the_words_hold_as_long_as_the_board(known: Facts, at: datetime) -> None:
    board = board_at(known, at)
    later = max(at, board.changes_at - timedelta(seconds=1))

    for found in board.lines:
        for cause in found.causes:
            assert cause.when(later) == cause.when(at)
