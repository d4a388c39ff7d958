"""The banner's line and the spoken sentence, instant by instant."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given

from continuity.board.banner import banner_of, spoken, summary_of
from continuity.board.known import Facts, Failure, Hit, Outage, Service, Work
from continuity.board.status import board_at
from continuity.core.level import Effect
from tests.board.making import BACK, ERS, STORY, WIFI, any_facts, facts, incident, instants, release

HOUR = timedelta(hours=1)


def test_no_trouble_no_banner() -> None:
    board = board_at(facts(works=(release(),)), STORY - HOUR)

    assert banner_of(board) is None
    assert spoken(board, None) == "No problem is known."


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (STORY, "NHS e-Referral Service is not available. Planned work until 12:36am tomorrow."),
        (BACK, "NHS e-Referral Service is not available. Planned to be back at 12:36am, not confirmed."),
    ],
)
def test_planned_work_says_until_when(at: datetime, words: str) -> None:
    banner = banner_of(board_at(facts(works=(release(),)), at))

    assert banner
    assert (banner.kind, banner.words, banner.url) == ("planned", words, "/plans/downtime-ers/")


@pytest.mark.parametrize(
    ("effect", "kind", "words"),
    [
        (Effect.DOWN, "incident", "Wi-Fi is not available. Since 4pm."),
        (Effect.READ_ONLY, "incident", "Wi-Fi can be viewed but not changed. Since 4pm."),
        (Effect.DEGRADED, "degraded", "Wi-Fi is slow or works in part. Since 4pm."),
    ],
)
def test_a_failure_says_how_bad_and_since_when(effect: Effect, kind: str, words: str) -> None:
    banner = banner_of(board_at(facts(failures=(incident(effect=effect),)), STORY))

    assert banner
    assert (banner.kind, banner.words) == (kind, words)


def test_a_promise_is_said_and_an_overdue_one_too() -> None:
    promised = incident(promised_at=STORY + HOUR)

    in_time = banner_of(board_at(facts(failures=(promised,)), STORY))
    late = banner_of(board_at(facts(failures=(promised,)), STORY + 2 * HOUR))

    assert in_time
    assert late
    assert in_time.detail == "Since 4pm. Next update by 5pm."
    assert late.detail == "Since 4pm. Update overdue since 5pm."


def test_a_workaround_is_said_beside_the_promise() -> None:
    worked_round = incident(promised_at=STORY + HOUR, is_worked_round=True)

    banner = banner_of(board_at(facts(failures=(worked_round,)), STORY))

    assert banner
    assert banner.detail == "Since 4pm. A workaround is in place. Next update by 5pm."


def test_a_failure_goes_before_planned_work_even_where_it_is_milder() -> None:
    failed = incident(effect=Effect.DEGRADED)

    banner = banner_of(board_at(facts(works=(release(),), failures=(failed,)), STORY))

    assert banner
    assert (banner.headline, banner.others) == ("Wi-Fi is slow or works in part.", 1)


def test_services_that_one_failure_hits_alike_share_a_headline() -> None:
    login = Service("ad", "Network login", tier=1)
    third = Service("lan", "Wired network", tier=1)
    hits = tuple(Hit(service, Effect.DOWN, STORY) for service in (WIFI, login, third))
    known = facts(services=(WIFI, login, third, ERS), failures=(Failure("INC-1", "", "/", hits),))
    two = facts(services=(WIFI, login), failures=(Failure("INC-1", "", "/", hits[:2]),))

    both = banner_of(board_at(two, STORY))
    every = banner_of(board_at(known, STORY))

    assert both
    assert every
    assert both.headline == "Network login and Wi-Fi are not available."
    assert every.headline == "Network login and 2 other services are not available."
    assert every.others == 0


@pytest.mark.parametrize(
    ("works", "failures", "words"),
    [
        ((), (), "No problem is known."),
        ((release(),), (), "1 service is not working, 1 is affected."),
        ((release(),), (incident(),), "2 services are not working, 1 is affected."),
        ((), (incident(effect=Effect.DEGRADED),), "1 service is working in part."),
    ],
)
def test_the_summary_counts_what_is_wrong(
    works: tuple[Work, ...], failures: tuple[Failure, ...], words: str
) -> None:
    assert summary_of(board_at(facts(works=works, failures=failures), STORY)) == words


@given(any_facts, instants)
def test_there_is_a_banner_exactly_when_a_service_is_in_trouble(known: Facts, at: datetime) -> None:
    board = board_at(known, at)

    banner = banner_of(board)

    assert (banner is not None) == any(line.is_in_trouble for line in board.lines)
    if banner and banner.kind == "planned":
        assert all(line.is_planned for line in board.lines if line.is_in_trouble)


def test_an_outage_of_another_service_counts_as_one_more() -> None:
    work = release(outages=(*release().outages, Outage(WIFI, Effect.DEGRADED, release().outages[0].span)))

    banner = banner_of(board_at(facts(works=(work,)), STORY))

    assert banner
    assert (banner.headline, banner.others) == ("NHS e-Referral Service is not available.", 1)
