"""The promise to staff: how far off it is, a rest for its alarm, and a second pair of eyes on what was published."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from continuity.accounts.models import User
from continuity.board.facts import read_facts
from continuity.board.status import board_at
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from incidents import actions
from incidents.models import Incident, SecondLook, Snooze
from incidents.outstanding import outstanding
from incidents.timeline import timeline
from incidents.wording import countdown_words
from tests.factories import AreaFactory, UserFactory
from tests.incidents.test_pages import words_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def due(light: Incident) -> datetime:
    """When the light incident's next update was promised: severity 3 hears every 4 hours."""
    assert light.next_update_due_at
    return light.next_update_due_at


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (12, "in 12 minutes"),
        (0.5, "in less than a minute"),
        (0, "less than a minute ago"),
        (-5, "5 minutes ago"),
    ],
)
def test_the_team_reads_how_far_off_the_next_update_is(minutes: float, words: str, at: datetime) -> None:
    assert countdown_words(at + minutes * MINUTE, at) == words


def test_an_update_is_overdue_at_its_instant(light: Incident, due: datetime) -> None:
    assert not light.is_overdue(due - MINUTE)
    assert light.is_overdue(due)
    assert Incident.objects.overdue(due).get() == light


def test_the_alarm_rests_for_a_reason_that_stands_on_the_timeline(
    light: Incident, due: datetime, manager: User
) -> None:
    actions.snooze(incident=light, until=due + HOUR, reason="The supplier rings.", by=manager, at=due)

    assert Snooze.objects.resting(due).get().incident == light
    assert not Snooze.objects.resting(due + HOUR).exists()
    assert light.is_overdue(due)
    assert "Alarm of the overdue update rests until 9pm" in titles_of(light)
    assert ("incident.snoozed", str(manager.pk)) in lines_about(light).values_list("verb", "actor_id")


def titles_of(incident: Incident) -> list[str]:
    return [item.title for item in timeline(incident, incident.updates.all())]


def test_the_alarm_rests_for_one_interval_at_most(light: Incident, due: datetime, manager: User) -> None:
    facts: dict[str, Any] = {"incident": light, "reason": "The supplier rings.", "by": manager}

    with pytest.raises(Refused, match="4 hours at most: until midnight"):
        actions.snooze(until=due + 4 * HOUR + MINUTE, at=due, **facts)
    actions.snooze(until=due + 2 * HOUR, at=due, **facts)
    with pytest.raises(Refused, match="until midnight"):
        actions.snooze(until=due + 5 * HOUR, at=due + 2 * HOUR, **facts)
    with pytest.raises(Refused, match="as long as it may"):
        actions.snooze(until=due + 5 * HOUR, at=due + 4 * HOUR, **facts)
    assert Snooze.objects.count() == 1


def test_there_is_nothing_to_rest_before_it_is_overdue_or_without_a_reason(
    light: Incident, due: datetime, manager: User
) -> None:
    with pytest.raises(Conflict, match="No update is overdue"):
        actions.snooze(incident=light, until=due, reason="Later.", by=manager, at=due - MINUTE)
    with pytest.raises(Refused, match="Say why"):
        actions.snooze(incident=light, until=due + MINUTE, reason="", by=manager, at=due)
    with pytest.raises(Refused, match="later than now"):
        actions.snooze(incident=light, until=due, reason="Later.", by=manager, at=due)


def test_a_new_update_leaves_the_rest_behind(light: Incident, due: datetime, manager: User) -> None:
    actions.snooze(incident=light, until=due + 4 * HOUR, reason="The supplier rings.", by=manager, at=due)

    actions.post_update(
        incident=light, happened="A part is missing.", next_due_at=due + HOUR, by=manager, at=due + MINUTE
    )

    assert light.is_overdue(due + HOUR)
    assert not Snooze.objects.resting(due + HOUR).exists()


def test_a_second_reader_finds_an_update_right(light: Incident, lead: User, at: datetime) -> None:
    look = actions.find_right(update=light.updates.get(), by=lead, at=at)

    assert (look.by, look.is_right) == (lead, True)
    assert "A second person read update 1" in titles_of(light)
    with pytest.raises(Refused, match="already"):
        actions.find_right(update=light.updates.get(), by=lead, at=at)


def test_the_author_is_no_second_reader(light: Incident, manager: User, at: datetime) -> None:
    with pytest.raises(Forbidden, match="Somebody else"):
        actions.find_right(update=light.updates.get(), by=manager, at=at)


def test_what_is_wrong_is_outstanding_until_it_is_corrected(
    light: Incident, lead: User, manager: User, at: datetime
) -> None:
    update = light.updates.get()

    actions.doubt(update=update, words="It is not on all wards.", by=lead, at=at)

    wanted = "Update 1 may be wrong: It is not on all wards. Correct it."
    assert [item.where for item in outstanding(light, at) if item.sentence == wanted] == ["?corrects=1"]
    actions.post_update(incident=light, happened="On ward 3 only.", corrects=update, by=manager, at=at)
    assert wanted not in [item.sentence for item in outstanding(light, at)]


def test_what_is_wrong_is_said_in_words(light: Incident, lead: User, at: datetime) -> None:
    with pytest.raises(Refused, match="Say what is wrong"):
        actions.doubt(update=light.updates.get(), words="", by=lead, at=at)


@pytest.mark.parametrize("table", ["incidents_snooze", "incidents_secondlook"])
def test_rests_and_looks_are_never_changed(
    light: Incident, due: datetime, lead: User, manager: User, table: str
) -> None:
    actions.snooze(incident=light, until=due + HOUR, reason="The supplier rings.", by=manager, at=due)
    actions.find_right(update=light.updates.get(), by=lead, at=due)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of this test


def test_the_room_counts_down_and_asks_for_a_second_reader(as_: Any, manager: User, declared: Any) -> None:
    other = UserFactory(role="manager", job_title="Duty manager")
    incident = declared(by=other, at=now() - 5 * HOUR)
    room = reverse("incidents:room", args=[incident.ref])

    before = words_of(as_(manager).get(room))
    done = as_(manager).post(reverse("incidents:right", args=[incident.ref, 1]), follow=True)

    assert "Update overdue since" in before
    assert "ago" in before
    assert "Nobody else has read this yet." in before
    assert "Nobody else has read this yet." not in words_of(done)
    assert "IT manager: it is right" in words_of(done)


def test_the_forms_of_the_room_rest_the_alarm_and_say_what_is_wrong(
    as_: Any, manager: User, declared: Any
) -> None:
    incident = declared(by=UserFactory(role="manager"), at=now() - 5 * HOUR)
    client = as_(manager)

    rested = client.post(
        reverse("incidents:snooze", args=[incident.ref]), {"reason": "The supplier rings."}, follow=True
    )
    empty = client.post(reverse("incidents:wrong", args=[incident.ref, 1]), {})
    doubted = client.post(
        reverse("incidents:wrong", args=[incident.ref, 1]), {"words": "Ward 3 only."}, follow=True
    )

    assert "The alarm rests until" in words_of(rested)
    assert empty.status_code == 422
    assert "Update 1 may be wrong: Ward 3 only." in words_of(doubted)
    assert SecondLook.objects.get().by == manager


@pytest.mark.parametrize(
    "path", ["/", "/wall/", "/areas/ward-7/", "/services/wifi/", "/live/", "/live/?area=ward-7"]
)
def test_everybody_reads_that_an_update_is_overdue(
    client: Client, trusted: None, declared: Any, manager: User, wifi: Service, path: str
) -> None:
    AreaFactory(key="ward-7").services.add(wifi)
    declared(by=manager, at=now() - 5 * HOUR)

    assert "update overdue since" in words_of(client.get(path))


def test_the_board_wakes_at_the_instant_at_which_an_update_is_overdue(light: Incident, due: datetime) -> None:
    facts = read_facts(due - MINUTE)

    before = board_at(facts, due - MINUTE)
    after = board_at(facts, before.changes_at)

    assert before.changes_at == due
    assert [line.causes[0].is_overdue(board.at) for board in (before, after) for line in board.lines] == [
        False,
        True,
    ]
