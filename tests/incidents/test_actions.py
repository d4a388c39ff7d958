"""Running an incident: news, services, severity, record, and every way it ends."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.models import Channel, Delivery, Kind, Subscription
from continuity.plans.models import Procedure, Version
from incidents import actions
from incidents.models import Entry, Incident, Report, RoleAssignment, State, Update
from incidents.outstanding import outstanding
from incidents.tasks import CLOSES_AFTER, close_due
from tests.factories import ServiceFactory, TeamFactory

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def verbs_of(incident: Incident) -> list[str]:
    return list(lines_about(incident).order_by("pk").values_list("verb", flat=True))


def same(incident: Incident) -> Incident:
    """The incident as somebody else has it open."""
    return Incident.objects.get(pk=incident.pk)


# --- News ------------------------------------------------------------------------------------------


def test_an_update_renews_the_promise(light: Incident, manager: User, at: datetime) -> None:
    later = at + HOUR

    update = actions.post_update(incident=light, happened="A switch is replaced.", by=manager, at=later)

    assert (update.number, update.next_due_at) == (2, later + 4 * HOUR)
    assert same(light).next_update_due_at == update.next_due_at
    assert verbs_of(light)[-1] == "incident.updated"


def test_a_promise_further_off_than_the_severity_allows_is_refused(
    severe: Incident, manager: User, at: datetime
) -> None:
    with pytest.raises(Refused, match=r"at least every 1 hour\. Promise the next update for 5pm or before"):
        actions.post_update(
            incident=severe, happened="News.", next_due_at=at + HOUR + MINUTE, by=manager, at=at
        )
    with pytest.raises(Refused, match="later than now"):
        actions.post_update(incident=severe, happened="News.", next_due_at=at, by=manager, at=at)


def test_no_change_renews_the_promise_in_one_press(light: Incident, manager: User, at: datetime) -> None:
    update = actions.no_change(incident=light, by=manager, at=at + HOUR)

    assert update.is_routine
    assert same(light).next_update_due_at == at + 5 * HOUR


def test_a_promise_is_overdue_until_the_service_is_back(light: Incident, manager: User, at: datetime) -> None:
    late = at + 4 * HOUR + MINUTE
    assert light.is_overdue(late)
    assert list(Incident.objects.overdue(late)) == [light]

    actions.fix(incident=light, instruction="use", by=manager, at=late)

    assert not same(light).is_overdue(late + HOUR)
    assert not Incident.objects.overdue(late + HOUR)


def test_whoever_heard_of_it_hears_the_end(
    light: Incident, manager: User, clinician: User, wifi: Service, at: datetime
) -> None:
    following = Subscription.objects.create(
        person=clinician, kind=Kind.INCIDENT, channel=Channel.PORTAL, service=wifi
    )
    actions.no_change(incident=light, by=manager, at=at)
    following.delete()

    actions.fix(incident=light, instruction="use", by=manager, at=at)

    titles = list(Delivery.objects.filter(person=clinician).values_list("message__title", flat=True))
    assert titles == ["Wi-Fi is down on the wards: update 2", "Over: Wi-Fi is down on the wards"]


def test_an_update_written_while_another_came_is_refused(
    light: Incident, manager: User, lead: User, at: datetime
) -> None:
    actions.post_update(incident=same(light), happened="The switch is found.", by=lead, at=at)

    with pytest.raises(Conflict, match=r"update 2 while you wrote: The switch is found\."):
        actions.post_update(incident=light, happened="We look for it.", seen=1, by=manager, at=at)


def test_a_workaround_says_what_staff_do(light: Incident, manager: User, at: datetime) -> None:
    with pytest.raises(Refused, match="what staff do now"):
        actions.post_update(incident=light, happened="There is a way.", is_workaround=True, by=manager, at=at)

    actions.post_update(
        incident=light, happened="There is a way.", do_now="Use the wired computers.", is_workaround=True,
        by=manager, at=at,
    )  # fmt: skip

    assert (same(light).state, same(light).mitigated_at) == (State.MITIGATED, at)


def test_an_update_links_published_procedures_only(light: Incident, manager: User, at: datetime) -> None:
    procedure = Procedure.objects.create(key="no-wifi", title="Without Wi-Fi", owner=TeamFactory())
    draft = Version.objects.create(procedure=procedure, number=1)

    with pytest.raises(Refused, match="is not published"):
        actions.post_update(incident=light, happened="News.", procedure=draft, by=manager, at=at)


def test_what_staff_read_is_never_changed_only_corrected(
    light: Incident, manager: User, at: datetime
) -> None:
    first = light.updates.get()

    for change in (lambda: Update.objects.update(happened="Other"), first.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()

    actions.fix(incident=light, instruction="use", by=manager, at=at)
    with pytest.raises(Conflict, match="stood down"):
        actions.post_update(incident=light, happened="More.", by=manager, at=at)
    correction = actions.post_update(
        incident=light, happened="It was ward 7 only.", corrects=first, by=manager, at=at
    )
    assert (correction.kind, correction.corrects) == (Update.Kind.CORRECTION, first)


# --- Services ----------------------------------------------------------------------------------------


def test_a_service_hit_in_another_way_keeps_both_spans(
    light: Incident, manager: User, wifi: Service, at: datetime
) -> None:
    actions.set_impact(incident=light, service=wifi, effect="degraded", by=manager, at=at + HOUR)

    spans = list(light.impacts.order_by("since").values_list("effect", "since", "until"))
    assert spans == [("down", at, at + HOUR), ("degraded", at + HOUR, None)]


@pytest.mark.parametrize(
    ("effect", "minutes", "sentence"),
    [
        ("down", 0, "as down already"),
        ("degraded", -1, "cannot be before the start of the incident"),
        ("degraded", 3, "cannot be in the future"),
    ],
)
def test_impossible_changes_of_a_service_are_refused(
    light: Incident, manager: User, wifi: Service, at: datetime, effect: str, minutes: int, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.set_impact(
            incident=light, service=wifi, effect=effect, since=at + minutes * MINUTE, by=manager, at=at
        )


def test_one_service_is_back_once(light: Incident, manager: User, at: datetime) -> None:
    impact, again = light.impacts.get(), light.impacts.get()

    actions.end_impact(impact=impact, by=manager, at=at + HOUR)

    with pytest.raises(Conflict, match="Wi-Fi is back already"):
        actions.end_impact(impact=again, by=manager, at=at + HOUR)
    assert same(light).state == State.RESPONDING


# --- Severity, roles, record --------------------------------------------------------------------------


def test_a_worse_severity_brings_the_promise_forward(light: Incident, manager: User, at: datetime) -> None:
    actions.set_severity(incident=light, severity=1, reason="More wards", by=manager, at=at)

    assert (same(light).severity, same(light).needs_review) == (1, True)
    assert same(light).next_update_due_at == at + 30 * MINUTE
    assert ("incident.severity_set", "1") in lines_about(light).values_list("verb", "to")


def test_severity_changes_once_and_with_a_reason(light: Incident, manager: User, at: datetime) -> None:
    stale = same(light)
    with pytest.raises(Refused, match="why"):
        actions.set_severity(incident=light, severity=4, reason="", by=manager, at=at)

    actions.set_severity(
        incident=light, severity=4, reason="One ward", impact=3, urgency=3, by=manager, at=at
    )

    with pytest.raises(Conflict, match="Somebody else changed the severity"):
        actions.set_severity(incident=stale, severity=2, reason="Two", by=manager, at=at)


def test_the_lead_is_taken_by_one(declared: Any, manager: User, commander: User, at: datetime) -> None:
    incident = declared(by=manager)
    actions.take_lead(incident=incident, by=commander, at=at)

    with pytest.raises(Conflict, match="Tactical commander is Incident manager already"):
        actions.take_lead(incident=same(incident), by=manager, at=at)
    assert same(incident).state == State.RESPONDING


def test_an_entry_keeps_when_it_happened_and_when_it_was_written(
    light: Incident, manager: User, at: datetime
) -> None:
    entry = actions.add_entry(
        incident=light, kind="action", text="Sent a runner.", occurred_at=at, by=manager, at=at + HOUR
    )

    assert (entry.occurred_at, entry.recorded_at, entry.is_late) == (at, at + HOUR, True)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.update(text="Other")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"kind": "decision"}, "reason for the decision"),
        ({"kind": "correction"}, "names the entry"),
        ({"occurred_at": timedelta(minutes=3)}, "cannot be in the future"),
    ],
)
def test_entries_that_are_not_whole_are_refused(
    light: Incident, manager: User, at: datetime, facts: dict[str, Any], sentence: str
) -> None:
    given: dict[str, Any] = {
        "kind": "action",
        **facts,
        "occurred_at": at + facts.get("occurred_at", timedelta(0)),
    }

    with pytest.raises(Refused, match=sentence):
        actions.add_entry(incident=light, text="Chose to wait.", by=manager, at=at, **given)


def test_a_correction_points_at_an_entry_and_is_not_corrected(
    light: Incident, manager: User, at: datetime
) -> None:
    facts: dict[str, Any] = {"incident": light, "occurred_at": at, "by": manager, "at": at}
    entry = actions.add_entry(kind="action", text="3 wards rang.", **facts)

    correction = actions.add_entry(kind="correction", text="It was 4.", corrects=entry, **facts)

    assert list(entry.corrections.all()) == [correction]
    with pytest.raises(Refused, match="cannot be corrected"):
        actions.add_entry(kind="correction", text="It was 5.", corrects=correction, **facts)


def test_confirmed_data_loss_has_its_instant(light: Incident, manager: User, at: datetime) -> None:
    facts: dict[str, Any] = {
        "incident": light,
        "patient_safety": "none",
        "data_security": "confirmed",
        "by": manager,
        "at": at,
    }

    with pytest.raises(Refused, match="72 hours"):
        actions.assess(**facts)
    actions.assess(data_aware_at=at, **facts)

    assert same(light).data_aware_at == at


# --- Endings ------------------------------------------------------------------------------------------


def test_fixed_restores_and_stands_down_with_one_instruction(
    light: Incident, manager: User, at: datetime
) -> None:
    update = actions.fix(
        incident=light, instruction="use_and_report", restored_at=at + HOUR, by=manager, at=at + 2 * HOUR
    )

    ended = same(light)
    assert (ended.state, ended.instruction) == (State.STOOD_DOWN, "use_and_report")
    assert (ended.restored_at, ended.stood_down_at) == (at + HOUR, at + 2 * HOUR)
    assert ended.next_update_due_at is None
    assert light.impacts.get().until == at + HOUR
    assert update.do_now == "Use it, and report any problem you find."
    assert verbs_of(light)[-3:] == ["incident.restored", "incident.stood_down", "incident.updated"]


def test_two_people_press_fixed_and_one_is_told(
    light: Incident, manager: User, commander: User, at: datetime
) -> None:
    stale = same(light)
    actions.fix(incident=light, instruction="use", by=manager, at=at)

    with pytest.raises(Conflict):
        actions.fix(incident=stale, instruction="stay_on_paper", by=commander, at=at)
    assert same(light).instruction == "use"
    assert light.updates.count() == 2


@pytest.mark.parametrize(("hours", "sentence"), [(-1, "cannot be before its start"), (1, "in the future")])
def test_a_service_is_back_after_it_broke_and_not_in_the_future(
    light: Incident, manager: User, at: datetime, hours: int, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.fix(incident=light, instruction="use", restored_at=at + hours * HOUR, by=manager, at=at)


def test_severity_1_and_2_are_not_fixed_in_one_press(severe: Incident, manager: User, at: datetime) -> None:
    with pytest.raises(Refused, match="stood down when clinical safety agrees"):
        actions.fix(incident=severe, instruction="use", by=manager, at=at)


def test_the_all_clear_keeps_who_agreed(severe: Incident, manager: User, at: datetime) -> None:
    actions.restore(incident=severe, by=manager, at=at)
    with pytest.raises(Refused, match="Ring the clinical safety officer"):
        actions.stand_down(incident=severe, instruction="use", by=manager, at=at)

    actions.stand_down(
        incident=severe, instruction="use", safety_agreed_by="Clinical safety officer", by=manager, at=at
    )

    agreed = severe.safety_agreements.get()
    assert (agreed.agreed_by_role, agreed.entered_by) == ("Clinical safety officer", manager)
    assert same(severe).state == State.STOOD_DOWN


def test_a_critical_incident_is_stood_down_by_its_commander(
    declared: Any, manager: User, commander: User, at: datetime
) -> None:
    incident = declared(by=commander, severity=1, level="critical")
    actions.restore(incident=incident, by=manager, at=at)
    clear: dict[str, Any] = {
        "incident": incident,
        "instruction": "use",
        "safety_agreed_by": "Clinical safety officer",
        "at": at,
    }

    with pytest.raises(Forbidden, match="Only a commander"):
        actions.stand_down(by=manager, **clear)
    actions.stand_down(by=commander, **clear)


def test_opening_again_hits_the_same_services_and_promises_news(
    light: Incident, manager: User, at: datetime
) -> None:
    actions.fix(incident=light, instruction="use", by=manager, at=at + HOUR)

    actions.reopen(incident=light, reason="It is down again.", by=manager, at=at + 2 * HOUR)

    again = same(light)
    assert (again.state, again.restored_at, again.instruction) == (State.RESPONDING, None, "")
    assert again.next_update_due_at == at + 6 * HOUR
    assert list(light.impacts.values_list("since", "until")) == [(at, at + HOUR), (at + 2 * HOUR, None)]
    assert "incident.restored" in verbs_of(light)


def test_a_service_hit_in_two_ways_up_to_the_end_is_hit_once_again(
    light: Incident, wifi: Service, manager: User, at: datetime
) -> None:
    actions.set_impact(incident=light, service=wifi, effect="degraded", since=at, by=manager, at=at)
    actions.restore(incident=light, restored_at=at, by=manager, at=at + HOUR)

    actions.reopen(incident=light, reason="It is slow again.", by=manager, at=at + 2 * HOUR)

    assert light.impacts.get(until=None).effect == "degraded"


def test_what_is_not_back_is_not_opened_again(light: Incident, manager: User, at: datetime) -> None:
    actions.mitigate(incident=light, by=manager, at=at)

    with pytest.raises(Conflict, match="cannot become responding"):
        actions.reopen(incident=light, reason="It is down.", by=manager, at=at)


def test_whoever_acts_on_what_was_closed_meanwhile_is_told(
    light: Incident, manager: User, at: datetime
) -> None:
    seen, impact = same(light), light.impacts.select_related("incident").get()
    actions.fix(incident=light, instruction="use", by=manager, at=at)
    actions.close(incident=light, by=manager, at=at)

    for late in (
        lambda: actions.restrict(incident=seen, is_restricted=True, why="Names.", by=manager, at=at),
        lambda: actions.end_impact(impact=impact, by=manager, at=at),
        lambda: actions.join_reports(reports=[], incident=seen, by=manager, at=at),
    ):
        with pytest.raises(Conflict, match="its record is closed"):
            late()


def test_a_severity_set_from_an_old_page_leaves_the_new_promise(
    light: Incident, manager: User, at: datetime
) -> None:
    seen = same(light)
    actions.no_change(incident=light, by=manager, at=at + HOUR)

    actions.set_severity(incident=seen, severity=4, reason="One ward.", by=manager, at=at + HOUR)

    assert same(light).next_update_due_at == at + 5 * HOUR


def test_after_72_hours_it_is_a_new_incident(light: Incident, manager: User, at: datetime) -> None:
    actions.fix(incident=light, instruction="use", by=manager, at=at)

    with pytest.raises(Refused, match="Declare a new incident"):
        actions.reopen(incident=light, reason="Again.", by=manager, at=at + 72 * HOUR + MINUTE)


def test_closing_waits_for_what_is_outstanding(severe: Incident, manager: User, at: datetime) -> None:
    actions.restore(incident=severe, by=manager, at=at)
    actions.stand_down(incident=severe, instruction="use", safety_agreed_by="CSO", by=manager, at=at)
    with pytest.raises(Refused, match="Say whether patients may have come to harm"):
        actions.close(incident=severe, by=manager, at=at)

    actions.assess(incident=severe, patient_safety="none", data_security="none", by=manager, at=at)
    actions.close(incident=severe, by=manager, at=at)

    assert same(severe).state == State.CLOSED
    assert outstanding(same(severe), at) == []
    with pytest.raises(Conflict, match="its record is closed"):
        actions.add_entry(incident=severe, kind="action", text="More", occurred_at=at, by=manager, at=at)


def test_a_light_incident_closes_by_itself_after_a_day(light: Incident, manager: User, at: datetime) -> None:
    actions.fix(incident=light, instruction="use", by=manager, at=at)
    assert not Incident.objects.due_to_close(at - MINUTE)

    # The task acts now, more than a day after the story.
    close_due()
    close_due()

    assert same(light).state == State.CLOSED
    assert light.assignments.get().state == RoleAssignment.State.RELEASED
    assert verbs_of(light).count("incident.closed") == 1
    assert timedelta(hours=24) == CLOSES_AFTER


def test_a_duplicate_passes_on_what_it_hits(
    declared: Any, light: Incident, manager: User, wifi: Service, at: datetime
) -> None:
    phones = ServiceFactory(name="Telephones")
    double = declared(by=manager, title="No phones", services={wifi: "down", phones: "down"})
    reported = Report.objects.create(service=phones, text="No phones", at=at, incident=double)

    actions.mark_duplicate(incident=double, of=light, by=manager, at=at)

    reported.refresh_from_db()
    assert (same(double).state, same(double).duplicate_of) == (State.DUPLICATE, light)
    assert set(light.impacts.filter(until=None).values_list("service__name", flat=True)) == {
        "Wi-Fi",
        "Telephones",
    }
    assert reported.incident == light
    assert light.ref in double.updates.last().happened
    with pytest.raises(Refused, match="not open"):
        actions.mark_duplicate(incident=light, of=double, by=manager, at=at)


def test_a_restricted_incident_does_not_take_over_an_open_one(
    declared: Any, light: Incident, manager: User, at: datetime
) -> None:
    quiet = declared(by=manager, is_restricted=True, restricted_why="Police inquiry")

    with pytest.raises(Refused, match="restricted"):
        actions.mark_duplicate(incident=light, of=quiet, by=manager, at=at)
    with pytest.raises(Refused, match="same as itself"):
        actions.mark_duplicate(incident=light, of=light, by=manager, at=at)


def test_no_incident_is_cancelled_only_before_staff_heard_more(
    light: Incident, declared: Any, manager: User, at: datetime
) -> None:
    false_alarm = declared(by=manager)
    actions.cancel(incident=false_alarm, reason="A cable was out.", by=manager, at=at)
    assert same(false_alarm).state == State.CANCELLED
    assert false_alarm.impacts.get().until == at

    actions.no_change(incident=light, by=manager, at=at)
    with pytest.raises(Conflict, match="fixed instead"):
        actions.cancel(incident=light, reason="A cable was out.", by=manager, at=at)


def test_restricting_is_undone_with_a_reason(light: Incident, manager: User, at: datetime) -> None:
    actions.restrict(incident=light, is_restricted=True, why="Police inquiry", by=manager, at=at)
    assert same(light).is_restricted

    with pytest.raises(Conflict):
        actions.restrict(incident=light, is_restricted=True, why="Again", by=manager, at=at)
    actions.restrict(incident=light, is_restricted=False, why="Inquiry over", by=manager, at=at)
    assert not same(light).is_restricted


@pytest.mark.parametrize("name", ["post_update", "fix", "restore", "cancel"])
def test_whoever_acts_on_an_incident_restricted_meanwhile_tells_nobody(
    declared: Any, manager: User, clinician: User, at: datetime, name: str
) -> None:
    incident = declared(by=manager)
    Subscription.objects.create(person=clinician, kind=Kind.INCIDENT, channel=Channel.PORTAL)
    stale = same(incident)
    actions.restrict(incident=incident, is_restricted=True, why="Police inquiry", by=manager, at=at)

    ways: dict[str, dict[str, str]] = {
        "post_update": {"happened": "A name."},
        "fix": {"instruction": "use"},
        "restore": {},
        "cancel": {"reason": "A cable was out."},
    }
    getattr(actions, name)(incident=stale, by=manager, at=at, **ways[name])

    assert incident.updates.count() == 2
    assert not Delivery.objects.filter(person=clinician).exists()


@pytest.mark.parametrize("name", ["stand_down", "reopen"])
def test_whoever_ends_or_opens_again_what_was_restricted_meanwhile_tells_nobody(
    light: Incident, manager: User, clinician: User, at: datetime, name: str
) -> None:
    actions.restore(incident=light, by=manager, at=at)
    Subscription.objects.create(person=clinician, kind=Kind.INCIDENT, channel=Channel.PORTAL)
    stale = same(light)
    actions.restrict(incident=light, is_restricted=True, why="Police inquiry", by=manager, at=at)

    ways = {"stand_down": {"instruction": "use"}, "reopen": {"reason": "It is down again."}}
    getattr(actions, name)(incident=stale, by=manager, at=at, **ways[name])

    assert light.updates.count() == 3
    assert not Delivery.objects.filter(person=clinician).exists()


def test_one_restricted_meanwhile_does_not_take_over_an_open_one(
    declared: Any, light: Incident, manager: User, at: datetime
) -> None:
    other = declared(by=manager)
    stale = same(other)
    actions.restrict(incident=other, is_restricted=True, why="Police inquiry", by=manager, at=at)

    with pytest.raises(Refused, match="restricted"):
        actions.mark_duplicate(incident=light, of=stale, by=manager, at=at)


def test_the_second_who_cancels_opens_again_or_restores_is_told(
    declared: Any, light: Incident, manager: User, at: datetime
) -> None:
    false_alarm = declared(by=manager)
    stale = same(false_alarm)
    actions.cancel(incident=false_alarm, reason="A cable was out.", by=manager, at=at)
    with pytest.raises(Conflict, match="its record is closed"):
        actions.cancel(incident=stale, reason="A cable was out.", by=manager, at=at)

    stale = same(light)
    actions.restore(incident=light, by=manager, at=at)
    with pytest.raises(Conflict, match="so it cannot become"):
        actions.restore(incident=stale, by=manager, at=at)

    stale = same(light)
    actions.reopen(incident=light, reason="It is down again.", by=manager, at=at)
    with pytest.raises(Conflict, match="so it cannot become"):
        actions.reopen(incident=stale, reason="It is down again.", by=manager, at=at)


def test_the_board_is_told_in_two_questions(
    light: Incident, manager: User, at: datetime, django_assert_num_queries: Any
) -> None:
    actions.post_update(incident=light, happened="A switch is replaced.", by=manager, at=at)
    actions.no_change(incident=light, by=manager, at=at)

    # Incidents with their latest news, and their impacts with the services.
    with django_assert_num_queries(2):
        (seen,) = Incident.objects.for_board()
        assert [impact.service.name for impact in seen.impacts.all()] == ["Wi-Fi"]
        assert seen.news is not None
        assert seen.news["happened"] == "A switch is replaced."
