"""Alarms that climb by the clock: who is told, who may take one, how it rests and how it ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.command.models import ChainLevel, CommandRole, Override, Rota, Shift
from continuity.core.clock import now, window
from continuity.core.models import Line
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.models import Delivery, Message, Pulse
from incidents import actions
from incidents.actions.chasing import chase, plan_chases
from incidents.actions.escalating import begin, end, go_on, pause, take
from incidents.models import (
    Chase,
    Escalation,
    EscalationCall,
    Handover,
    Incident,
    OutsideBody,
    RoleAssignment,
    SeverityChange,
    Snooze,
)
from incidents.tasks import audit, escalate_due
from incidents.timeline import timeline
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
State = Escalation.State


@pytest.fixture
def duty(at: datetime, manager: User, commander: User) -> dict[str, Rota]:
    """The IT manager, a commander and an executive stand by, each on the rota of their role."""
    executive = UserFactory(username="executive", job_title="Executive on call", role="commander")
    found = {}
    for code, person in (("it_lead", manager), ("tactical", commander), ("strategic", executive)):
        role = CommandRole.objects.get(code=code)
        found[code] = Rota.objects.create(key=code, name=f"On call: {role}", role=role, reach="Switchboard")
        Shift.objects.create(
            rota=found[code], person=person, span=window(at - 60 * MINUTE, at + 6000 * MINUTE)
        )
    return found


def step(at: datetime) -> None:
    """What one look of the worker does at an instant."""
    audit(at)
    for one in Escalation.objects.due(at):
        go_on(escalation=one, at=at)


def told(incident: Incident) -> list[tuple[str, str]]:
    calls = EscalationCall.objects.filter(escalation__incident=incident).select_related("person")
    return [(call.role, str(call.person) if call.person else call.outcome) for call in calls]


def verbs(incident: Incident) -> list[str]:
    lines = Line.objects.filter(subject_id=str(incident.pk), verb__startswith="incident.alarm").order_by("pk")
    return [line.verb.removeprefix("incident.alarm_") for line in lines]


def test_a_severe_incident_that_nobody_leads_for_2_minutes_climbs_to_the_top(
    severe: Incident, duty: Any, at: datetime
) -> None:
    step(at + MINUTE)
    assert told(severe) == []

    for minutes in (2, 4, 7, 12, 22, 27, 32, 42):
        step(at + minutes * MINUTE)

    names = ["IT manager", "Tactical commander", "Executive on call"]
    assert [name for _, name in told(severe)] == [*names, *names, "Executive on call"]
    alarm = Escalation.objects.get()
    assert (alarm.state, alarm.next_at) == (State.EXHAUSTED, None)
    assert verbs(severe) == ["begun", *["told"] * 6, "exhausted"]


def test_whoever_is_told_gets_a_message_by_name_that_quiet_hours_do_not_hold(
    severe: Incident, duty: Any, manager: User, at: datetime
) -> None:
    step(at + 2 * MINUTE)

    message = Message.objects.get(key__contains=":alarm:")
    assert message.title == f"Nobody leads it: {severe.title}"
    assert message.url == f"/incidents/{severe.ref}/room/#alarms"
    assert message.is_urgent
    letters = Delivery.objects.filter(message=message)
    assert {(each.person, each.channel) for each in letters} == {(manager, "portal"), (manager, "email")}


def test_an_alarm_ends_when_somebody_takes_the_lead(
    severe: Incident, duty: Any, manager: User, at: datetime
) -> None:
    step(at + 2 * MINUTE)

    actions.take_lead(incident=severe, by=manager, at=at + 3 * MINUTE)
    step(at + 4 * MINUTE)

    assert Escalation.objects.get().state == State.ENDED
    assert verbs(severe)[-1] == "ended"
    assert len(told(severe)) == 1


def test_an_overdue_update_tells_the_leader_then_a_level_up_an_interval_later(
    light: Incident, duty: Any, manager: User, at: datetime
) -> None:
    due = light.next_update_due_at
    assert due is not None
    step(due - MINUTE)
    assert told(light) == []

    step(due + MINUTE)
    step(due + 239 * MINUTE)
    assert [name for _, name in told(light)] == ["IT manager"]
    step(due + 241 * MINUTE)

    assert [name for _, name in told(light)] == ["IT manager", "Tactical commander"]
    actions.no_change(incident=light, by=manager, at=due + 242 * MINUTE)
    step(due + 243 * MINUTE)
    assert Escalation.objects.get().state == State.ENDED


def test_a_snooze_lets_the_alarm_of_a_promise_rest_and_it_begins_again_after_it(
    light: Incident, duty: Any, manager: User, at: datetime
) -> None:
    due = light.next_update_due_at
    assert due is not None
    Snooze.objects.create(incident=light, until=due + 60 * MINUTE, reason="In theatre", by=manager, at=due)

    step(due + 30 * MINUTE)
    assert told(light) == []
    step(due + 61 * MINUTE)

    assert [name for _, name in told(light)] == ["IT manager"]


def test_a_handover_that_is_not_answered_and_a_severity_nobody_confirms_climb(
    severe: Incident, duty: Any, manager: User, lead: User, at: datetime
) -> None:
    actions.take_lead(incident=severe, by=manager, at=at)
    held = severe.assignments.get()
    Handover.objects.create(assignment=held, to=lead, proposed_at=at, expires_at=at + 15 * MINUTE)
    SeverityChange.objects.create(
        incident=severe, was=1, severity=2, reason="Milder", changed_by=manager, changed_at=at,
        confirm_by_at=at + 60 * MINUTE,
    )  # fmt: skip

    step(at + 14 * MINUTE)
    assert not Escalation.objects.exists()
    step(at + 15 * MINUTE)
    assert list(Escalation.objects.values_list("cause", flat=True)) == ["handover"]
    Handover.objects.update(state=Handover.State.EXPIRED)
    step(at + 59 * MINUTE)
    assert (
        Escalation.objects.get().state == State.EXHAUSTED or Escalation.objects.get().state == State.RUNNING
    )
    RoleAssignment.objects.update(state=RoleAssignment.State.HANDED_OVER, ended_at=at + 59 * MINUTE)
    RoleAssignment.objects.create(
        incident=severe, role=held.role, person=lead, state="active", accepted_at=at
    )
    step(at + 60 * MINUTE)

    states = dict(Escalation.objects.filter(cause__in=["handover", "severity"]).values_list("cause", "state"))
    assert states == {"handover": State.ENDED, "severity": State.RUNNING}
    SeverityChange.objects.update(is_overtaken=True)
    step(at + 61 * MINUTE)
    assert Escalation.objects.get(cause="severity").state == State.ENDED


def test_levels_with_nobody_without_contact_or_outside_working_hours_are_skipped_at_once(
    declared: Any, duty: Any, manager: User, at: datetime
) -> None:
    duty["it_lead"].shifts.all().delete()
    User.objects.filter(username="commander").update(email="")
    level = ChainLevel.objects.get(version__chain__cause="leaderless", role__code="strategic")
    site = Rota.objects.create(key="site", name="Site manager", reach="Bleep")
    ChainLevel.objects.filter(pk=level.pk).update(order=4)
    ChainLevel.objects.create(version=level.version, order=3, rota=site, wait_min=5, is_only_at_work=True)
    night = datetime(2024, 11, 1, 19, tzinfo=UTC)
    severe = declared(by=manager, severity=2, at=night - 2 * MINUTE)

    step(night)

    assert [name for _, name in told(severe)] == ["nobody", "no_contact", "off_hours", "Executive on call"]
    assert verbs(severe) == ["begun", "told"]
    words = "Nobody on call: Incident manager"
    assert words.split(":", maxsplit=1)[0] in _said(severe)


def _said(incident: Incident) -> str:

    return " ".join(f"{item.title} {item.text}" for item in timeline(incident, []))


def test_nobody_at_all_is_exhausted_at_once_after_the_strategic_rota_was_tried(
    severe: Incident, at: datetime
) -> None:
    step(at + 2 * MINUTE)

    assert Escalation.objects.get().state == State.EXHAUSTED
    assert [outcome for _, outcome in told(severe)] == ["nobody"] * 4


def test_whoever_stands_in_is_told_in_place_of_whose_shift_it_is(
    severe: Incident, duty: Any, lead: User, at: datetime
) -> None:
    Override.objects.create(
        rota=duty["it_lead"], person=lead, span=window(at, at + 60 * MINUTE), reason="Ill"
    )

    step(at + 2 * MINUTE)

    assert [name for _, name in told(severe)] == ["Continuity lead"]


def test_of_a_restricted_incident_only_those_who_run_incidents_are_told(
    declared: Any, manager: User, stranger: User, duty: Any, at: datetime
) -> None:
    secret = declared(by=manager, severity=2, is_restricted=True, restricted_why="Police")
    Shift.objects.filter(rota=duty["it_lead"]).update(person=stranger)

    step(at + 2 * MINUTE)

    assert [name for _, name in told(secret)] == ["outside", "Tactical commander"]
    message = Message.objects.get(key__contains=":alarm:")
    assert secret.title not in message.title + message.body


def test_an_exercise_tells_only_those_in_it_and_says_so(
    declared: Any, manager: User, commander: User, duty: Any, at: datetime
) -> None:
    play = declared(by=commander, severity=2, is_exercise=True)

    step(at + 2 * MINUTE)

    assert [name for _, name in told(play)] == ["outside", "Tactical commander"]
    assert Message.objects.get(key__contains=":alarm:").title.startswith("EXERCISE: ")


def test_taking_it_goes_stale_when_nothing_is_written_and_lasts_while_people_write(
    severe: Incident, duty: Any, manager: User, commander: User, at: datetime
) -> None:
    step(at + 2 * MINUTE)
    take(escalation=Escalation.objects.get(), by=manager, at=at + 3 * MINUTE)
    step(at + 17 * MINUTE)
    assert [name for _, name in told(severe)] == ["IT manager"]

    actions.post_update(incident=severe, happened="Looking.", by=manager, at=at + 17 * MINUTE)
    step(at + 18 * MINUTE)
    assert Escalation.objects.get().next_at == at + 32 * MINUTE
    step(at + 32 * MINUTE)

    assert [name for _, name in told(severe)] == ["IT manager", "Tactical commander"]
    assert verbs(severe) == ["begun", "told", "taken", "stale", "told"]
    assert Escalation.objects.get().state == State.RUNNING


def test_only_those_told_or_above_take_it(
    severe: Incident, duty: Any, manager: User, lead: User, commander: User, at: datetime
) -> None:
    step(at + 2 * MINUTE)
    alarm = Escalation.objects.get()

    with pytest.raises(Forbidden, match="Only those whom this alarm has told"):
        take(escalation=alarm, by=lead, at=at + 3 * MINUTE)
    take(escalation=alarm, by=commander, at=at + 3 * MINUTE)
    with pytest.raises(Conflict):
        take(escalation=alarm, by=manager, at=at + 3 * MINUTE)

    alarm.refresh_from_db()
    assert (alarm.state, alarm.taken_by) == (State.TAKEN, commander)
    assert Line.objects.get(verb="incident.alarm_taken").actor_label == "Tactical commander"


def test_an_exhausted_alarm_is_taken_by_whoever_runs_incidents(
    severe: Incident, at: datetime, manager: User, stranger: User
) -> None:
    step(at + 2 * MINUTE)
    alarm = Escalation.objects.get()

    with pytest.raises(Forbidden):
        take(escalation=alarm, by=stranger, at=at + 3 * MINUTE)
    take(escalation=alarm, by=manager, at=at + 3 * MINUTE)
    step(at + 18 * MINUTE)

    assert Escalation.objects.get().state == State.EXHAUSTED
    assert verbs(severe) == ["begun", "exhausted", "taken", "stale", "exhausted"]


def test_it_rests_with_a_reason_for_at_most_60_minutes_and_goes_on(
    severe: Incident, duty: Any, manager: User, at: datetime
) -> None:
    step(at + 2 * MINUTE)
    alarm = Escalation.objects.get()

    with pytest.raises(Refused, match="Say why"):
        pause(escalation=alarm, until=at + 30 * MINUTE, reason="", by=manager, at=at + 3 * MINUTE)
    with pytest.raises(Refused, match="at most 60 minutes"):
        pause(escalation=alarm, until=at + 64 * MINUTE, reason="Busy", by=manager, at=at + 3 * MINUTE)
    pause(escalation=alarm, until=at + 33 * MINUTE, reason="On the phone", by=manager, at=at + 3 * MINUTE)
    step(at + 32 * MINUTE)
    assert [name for _, name in told(severe)] == ["IT manager"]
    step(at + 33 * MINUTE)

    assert [name for _, name in told(severe)] == ["IT manager", "Tactical commander"]
    assert verbs(severe) == ["begun", "told", "paused", "resumed", "told"]


def test_it_begins_once_a_cause_and_keeps_its_version(severe: Incident, duty: Any, at: datetime) -> None:
    first = begin(incident=severe, cause="leaderless", at=at)

    assert begin(incident=severe, cause="leaderless", at=at) is None
    assert first is not None
    assert first.version.number == 1
    assert verbs(severe) == ["begun"]


def test_it_does_not_end_while_its_cause_stands(severe: Incident, duty: Any, at: datetime) -> None:
    step(at + 2 * MINUTE)

    end(escalation=Escalation.objects.get(), at=at + 3 * MINUTE)

    assert Escalation.objects.get().state == State.RUNNING


def test_what_was_missed_while_no_worker_ran_is_caught_up_level_by_level(
    severe: Incident, duty: Any, at: datetime
) -> None:
    step(at + 180 * MINUTE)
    step(at + 180 * MINUTE)
    assert [name for _, name in told(severe)].count("IT manager") == 2  # of two causes: no update, no leader

    step(at + 185 * MINUTE)

    leaderless = EscalationCall.objects.filter(escalation__cause="leaderless")
    assert [str(call.person) for call in leaderless] == ["IT manager", "Tactical commander"]


def test_one_look_of_the_worker_begins_tells_and_leaves_its_pulse(
    declared: Any, manager: User, duty: Any, settings: Any
) -> None:
    incident = declared(by=manager, severity=2, at=now() - 3 * MINUTE)

    escalate_due()
    escalate_due()

    assert [outcome for _, outcome in told(incident)] == ["nobody"] * 4
    assert Escalation.objects.get().state == State.EXHAUSTED
    assert Pulse.objects.get(name=Pulse.ALARMS).beat_at <= now()


def test_the_room_shows_whom_an_alarm_told_what_comes_next_and_who_may_take_it(
    declared: Any, duty: Any, manager: User, lead: User, as_: Any, settings: Any, at: datetime
) -> None:
    settings.CLOCK_OFFSET += at + 3 * MINUTE - now()
    severe = declared(by=manager, severity=2)
    step(at + 2 * MINUTE)
    room, alarm = f"/incidents/{severe.ref}/room/", Escalation.objects.get()

    page = as_(manager).get(room)
    assert "told IT manager" in page.text
    assert "Next: Tactical commander (Silver), at 4:07pm." in page.text
    assert "Let it rest" in page.text
    typed = {"minutes": "45", "reason": "On the phone"}
    answer = as_(manager).post(f"/incidents/{severe.ref}/alarms/{alarm.pk}/pause/", typed)
    assert answer.status_code == 422
    assert 'value="On the phone"' in answer.text
    answer = as_(manager).post(
        f"/incidents/{severe.ref}/alarms/{alarm.pk}/pause/", {**typed, "minutes": "30"}
    )
    assert answer.headers["Location"] == f"{room}#alarms"
    assert "It rests until 4:33pm: On the phone" in as_(manager).get(room).text
    as_(manager).post(f"/incidents/{severe.ref}/alarms/{alarm.pk}/take/")

    assert "IT manager sees to it." in as_(manager).get(room).text
    alarm.refresh_from_db()
    assert alarm.state == State.TAKEN


def test_an_alarm_nobody_answered_is_a_red_line_for_those_who_run_incidents(
    severe: Incident, manager: User, clinician: User, as_: Any, at: datetime
) -> None:
    step(at + 2 * MINUTE)

    for page in ("/", "/incidents/", f"/incidents/{severe.ref}/"):
        assert "Nobody answered: nobody leads a severity 1 or 2 incident" in as_(manager).get(page).text
        assert "Nobody answered:" not in as_(clinician).get(page).text


def test_duty_staff_are_told_when_nobody_looks_after_alarms(commander: User, as_: Any) -> None:
    Pulse.objects.create(name=Pulse.ALARMS, beat_at=now() - 30 * timedelta(seconds=1))
    assert "not passed on" not in as_(commander).get("/").text

    Pulse.objects.update(beat_at=now() - MINUTE)

    assert "Alarms about incidents are not passed on since" in as_(commander).get("/").text


def chased(incident: Incident, at: datetime) -> list[tuple[str, set[str]]]:
    """What one look of the worker reminds of: each reminder, and whom."""
    before = set(Message.objects.values_list("pk", flat=True))
    plan_chases(at=at)
    for reminder in Chase.objects.due(at):
        chase(reminder=reminder, at=at)
    return [
        (message.title.split(":")[0], {str(each.person) for each in message.deliveries.all()})
        for message in Message.objects.exclude(pk__in=before).order_by("pk")
    ]


def test_the_authors_role_is_reminded_5_minutes_before_the_promise_once(
    light: Incident, duty: Any, at: datetime
) -> None:
    due = light.next_update_due_at
    assert due is not None

    assert chased(light, due - 6 * MINUTE) == []
    assert chased(light, due - 5 * MINUTE) == [("The next update is due in 5 minutes", {"IT manager"})]
    assert chased(light, due - 4 * MINUTE) == []
    assert Line.objects.get(verb="incident.chased").subject_label == light.ref


def test_what_is_not_known_nags_every_30_minutes_six_times_until_set(
    severe: Incident, duty: Any, manager: User, at: datetime
) -> None:
    Incident.objects.update(impact=None)

    found = [chased(severe, at + minutes * MINUTE) for minutes in (29, 30, 60, 125, 150, 180, 210)]

    nag = [("Impact or urgency is not known yet", {"IT manager"})]
    soon = [("The next update is due in 5 minutes", {"IT manager"})]
    assert [each for each in found if each != soon] == [[], nag, nag, nag, nag, nag, []]
    Incident.objects.update(impact=2)
    assert chased(severe, at + 240 * MINUTE) == []


def test_8_hours_in_a_role_suggest_a_handover_and_12_tell_the_level_above(
    severe: Incident, duty: Any, manager: User, at: datetime
) -> None:
    actions.take_lead(incident=severe, by=manager, at=at)
    hour = 60 * MINUTE

    assert chased(severe, at + 7 * hour) == []
    assert chased(severe, at + 8 * hour) == [("8 hours in a role", {"IT manager"})]
    assert chased(severe, at + 12 * hour) == [("12 hours in a role", {"Tactical commander"})]


def test_what_is_outstanding_and_outside_bodies_are_chased_when_due(
    severe: Incident, duty: Any, manager: User, at: datetime
) -> None:
    OutsideBody.objects.create(incident=severe, name="Regional team", due_at=at + 60 * MINUTE)
    assert chased(severe, at + 60 * MINUTE)[-1][0] == "An outside body must be told"
    OutsideBody.objects.update(told_at=at)
    Incident.objects.update(state="stood_down", stood_down_at=at, next_update_due_at=None)

    assert chased(severe, at + 23 * 60 * MINUTE) == []
    assert chased(severe, at + 24 * 60 * MINUTE) == [("Something is outstanding", {"IT manager"})]
    assert chased(severe, at + 49 * 60 * MINUTE) == [("Something is outstanding", {"IT manager"})]
