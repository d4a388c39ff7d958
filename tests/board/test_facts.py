"""What the queries find, and how many there are."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.board.facts import read_facts, read_news
from continuity.board.known import Need
from continuity.board.status import board_at
from continuity.catalogue.models import Dependency, Vouch
from continuity.core.level import Effect, Level
from continuity.monitors.models import Heartbeat
from continuity.plans.models import Procedure, Version
from incidents.models import Incident, Update
from releases.models import Disruption
from tests.factories import (
    AreaFactory,
    DisruptionFactory,
    ImpactFactory,
    IncidentFactory,
    ReleaseFactory,
    ServiceFactory,
    TeamFactory,
)

HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_the_whole_board_takes_six_queries(
    outage: Disruption, django_assert_num_queries: Any, at: datetime
) -> None:
    ImpactFactory.create_batch(3)
    DisruptionFactory.create_batch(3, release=outage.release)
    AreaFactory.create_batch(3)

    # services with what they need, releases with outages, incidents with impacts, vouches, heartbeats, areas
    with django_assert_num_queries(6):
        read_facts(at)


@pytest.mark.django_db
def test_the_banner_takes_two_queries(
    outage: Disruption, django_assert_num_queries: Any, at: datetime
) -> None:
    # releases with outages, incidents with impacts
    with django_assert_num_queries(2):
        found = read_news(at)

    assert [service.key for service in found.services] == ["ers"]


def test_a_told_release_hits_its_service_by_the_clock_alone(outage: Disruption, at: datetime) -> None:
    line = board_at(read_facts(at), at).line_of("ers")

    assert line
    assert (line.level, line.is_planned, line.causes[0].until) == (Level.DOWN, True, outage.span.upper)
    assert line.causes[0].url == outage.release.get_absolute_url()


@pytest.mark.parametrize("state", ["draft", "in_review", "cancelled", "postponed"])
def test_what_staff_were_not_told_of_is_not_known(outage: Disruption, state: str, at: datetime) -> None:
    type(outage.release).objects.update(state=state)

    assert read_facts(at).works == ()


def test_work_without_outages_is_still_planned_work(db: None, at: datetime) -> None:
    ReleaseFactory(state="published", title="Car park closed")

    [work] = read_facts(at).works

    assert (work.title, work.outages) == ("Car park closed", ())


def test_work_beyond_the_horizon_is_left_for_later(outage: Disruption, at: datetime) -> None:
    assert read_facts(at - timedelta(days=10)).works == ()


@pytest.mark.django_db
@pytest.mark.parametrize("hidden", [{"is_restricted": True}, {"is_exercise": True}])
def test_restricted_incidents_and_exercises_cause_nothing(hidden: dict[str, bool], at: datetime) -> None:
    ImpactFactory(incident__is_restricted=hidden.get("is_restricted", False),
                  incident__is_exercise=hidden.get("is_exercise", False))  # fmt: skip

    known = read_facts(at)

    assert known.failures == ()
    assert {line.level for line in board_at(known, at).lines} == {Level.NO_PROBLEM_REPORTED}


@pytest.mark.django_db
def test_an_incident_speaks_by_its_newest_update(manager: User, at: datetime) -> None:
    incident = IncidentFactory(state="responding", next_update_due_at=at + HOUR)
    ImpactFactory(incident=incident, effect="read_only")
    for number, role in enumerate(["Service desk", "Duty IT manager"], start=1):
        Update.objects.create(
            incident=incident,
            number=number,
            happened="Cables were cut.",
            severity=3,
            published_at=at + number * timedelta(minutes=5),
            author=manager,
            author_role=role,
        )

    [failure] = read_facts(at + HOUR).failures

    assert (failure.says, failure.told_at) == ("Duty IT manager", at + timedelta(minutes=10))
    assert failure.promised_at == at + HOUR
    assert [hit.effect for hit in failure.hits] == [Effect.READ_ONLY]


@pytest.mark.django_db
def test_a_restored_incident_says_the_one_instruction(at: datetime) -> None:
    incident = IncidentFactory(
        state="stood_down", restored_at=at, stood_down_at=at, instruction=Incident.Instruction.USE_AND_REPORT
    )
    ImpactFactory(incident=incident, until=at)

    [entry] = board_at(read_facts(at + HOUR), at + HOUR).restored

    assert entry.words == "Use it, report problems"
    assert read_facts(at + timedelta(hours=25)).failures == ()


@pytest.mark.django_db
def test_what_a_service_needs_is_known_with_how_much(at: datetime) -> None:
    mail, network, login = (ServiceFactory(key=key) for key in ("mail", "network", "login"))
    Dependency.objects.create(service=mail, on=network, kind="stops")
    Dependency.objects.create(service=mail, on=login, kind="degrades")

    assert read_facts(at).needs["mail"] == (Need("login", stops=False), Need("network", stops=True))


@pytest.mark.django_db
def test_a_person_or_a_job_in_time_says_that_a_service_works(manager: User, at: datetime) -> None:
    vouched, watched, silent = (ServiceFactory(key=key) for key in ("vouched", "watched", "silent"))
    Vouch.objects.create(service=vouched, by=manager, said_at=at - HOUR, holds_until=at + HOUR)
    Heartbeat.objects.create(
        key="poll", name="Slot poll", service=watched, state="up", last_ping_at=at, due_at=at + HOUR
    )
    Heartbeat.objects.create(
        key="late", name="Late job", service=silent, state="up", last_ping_at=at - 2 * HOUR, due_at=at - HOUR
    )

    board = board_at(read_facts(at), at)

    says = {line.service.key: line.voucher and line.voucher.says for line in board.lines}
    assert says == {"vouched": "IT manager", "watched": "Slot poll", "silent": None}


def test_what_to_do_is_the_published_downtime_procedure(outage: Disruption, at: datetime) -> None:
    procedure = Procedure.objects.create(key="no-ers", title="Without e-RS", owner=TeamFactory())
    procedure.services.add(outage.service)
    before = board_at(read_facts(at), at).line_of("ers")
    Version.objects.create(procedure=procedure, number=1, state="published", review_by=at.date())

    after = board_at(read_facts(at), at).line_of("ers")

    assert before
    assert after
    assert before.do_now == f"{outage.release.get_absolute_url()}"
    assert after.do_now == procedure.get_absolute_url()


@pytest.mark.django_db
def test_a_place_knows_its_services(at: datetime) -> None:
    area = AreaFactory(key="ward-7", name="Ward 7")
    area.services.add(ServiceFactory(key="wifi"), ServiceFactory(key="epr"))
    AreaFactory(key="ward-8")

    seven, eight = (
        read_facts(at).places if read_facts(at).places[0].key == "ward-7" else read_facts(at).places[::-1]
    )

    assert (seven.services, eight.services) == (frozenset({"wifi", "epr"}), frozenset())
    assert seven.url == "/areas/ward-7/"


def test_an_outage_that_truly_ended_is_told_with_its_true_times(outage: Disruption, at: datetime) -> None:
    back = outage.span.upper
    Disruption.objects.update(actual=Range(at, back, "[)"))
    type(outage.release).objects.update(state="completed", outcome="All done", ended_at=back + HOUR)

    [entry] = board_at(read_facts(back + 2 * HOUR), back + 2 * HOUR).restored

    assert (entry.at, entry.words) == (back, "All done")
