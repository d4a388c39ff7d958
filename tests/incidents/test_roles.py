"""Command roles: taken, offered, accepted, declined, lapsed and released; who may, and who holds what."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Site
from continuity.command.models import CommandRole
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.models import Delivery
from incidents import actions
from incidents.authority import Ranks
from incidents.models import Incident, RoleAssignment, State
from incidents.tasks import end_unanswered
from incidents.timeline import timeline
from tests.factories import SiteFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
Held = RoleAssignment.State


def role(code: str) -> CommandRole:
    return CommandRole.objects.get(code=code)


def same(assignment: RoleAssignment) -> RoleAssignment:
    """The assignment as somebody else has it open."""
    return RoleAssignment.objects.get(pk=assignment.pk)


def last_line(incident: Incident) -> tuple[str, str]:
    line = lines_about(incident).order_by("pk").last()
    assert line
    return line.verb, line.to


def letters_to(person: User) -> list[str]:
    told = Delivery.objects.filter(person=person, channel="email").order_by("pk")
    return list(told.values_list("message__title", flat=True))


@pytest.fixture
def colleague(db: None) -> User:
    return UserFactory(job_title="Duty manager", role="manager")


# --- Taking ----------------------------------------------------------------------------------------


def test_who_takes_the_lead_begins_the_response(severe: Incident, manager: User, at: datetime) -> None:
    held = actions.take(incident=severe, role=role("it_lead"), by=manager, at=at)

    assert (same(held).state, held.person, held.accepted_at) == (Held.ACTIVE, manager, at)
    assert Incident.objects.get().state == State.RESPONDING
    assert last_line(severe) == ("incident.role_taken", "Incident manager")


def test_a_role_that_is_held_is_not_taken_and_the_holder_is_named(
    light: Incident, colleague: User, at: datetime
) -> None:
    with pytest.raises(Conflict, match=r"IT manager is Incident manager already"):
        actions.take(incident=light, role=role("it_lead"), by=colleague, at=at)

    assert light.assignments.count() == 1


def test_a_role_is_not_taken_by_who_may_not_hold_it(severe: Incident, manager: User, at: datetime) -> None:
    with pytest.raises(
        Forbidden, match=r"may not be Strategic commander .* Ask a commander, who can allow it"
    ):
        actions.take(incident=severe, role=role("strategic"), by=manager, at=at)


def test_who_leads_does_not_keep_the_log_at_severity_2(
    severe: Incident, manager: User, commander: User, at: datetime
) -> None:
    actions.take_lead(incident=severe, by=manager, at=at)
    with pytest.raises(
        Refused, match=r"IT manager is Incident manager. At severity 2 nobody leads and keeps"
    ):
        actions.offer(incident=severe, role=role("loggist"), to=manager, by=commander, at=at)
    actions.take(incident=severe, role=role("loggist"), by=commander, at=at)

    with pytest.raises(Refused, match=r"Tactical commander is Loggist"):
        actions.take(incident=severe, role=role("tactical"), by=commander, at=at)


def test_at_severity_3_one_person_may_do_both(light: Incident, manager: User, at: datetime) -> None:
    actions.take(incident=light, role=role("loggist"), by=manager, at=at)

    assert light.assignments.active().count() == 2


def test_each_site_has_its_operational_commanders(
    severe: Incident, manager: User, colleague: User, at: datetime
) -> None:
    north, south = SiteFactory(name="North"), SiteFactory(name="South")
    bronze: dict[str, Any] = {"incident": severe, "role": role("operational"), "at": at}

    for site, person in ((north, manager), (south, manager), (north, colleague)):
        actions.take(site=site, by=person, **bronze)

    assert severe.assignments.active().count() == 3
    with pytest.raises(Conflict, match=r"IT manager is Operational commander \(Bronze\), North already"):
        actions.take(site=north, by=manager, **bronze)
    with pytest.raises(Refused, match=r"Choose the site"):
        actions.take(by=colleague, **bronze)


def test_only_operational_commanders_have_a_site(severe: Incident, manager: User, at: datetime) -> None:
    site: Site = SiteFactory()

    with pytest.raises(Refused, match=r"one role for all sites"):
        actions.take(incident=severe, role=role("it_lead"), site=site, by=manager, at=at)


def test_taking_ends_what_was_offered_to_others(
    severe: Incident, manager: User, colleague: User, commander: User, at: datetime
) -> None:
    comms: dict[str, Any] = {"incident": severe, "role": role("comms")}
    asked = actions.offer(to=colleague, by=manager, at=at, **comms)

    actions.take(by=commander, at=at + MINUTE, **comms)

    assert (same(asked).state, same(asked).ended_why) == (Held.LAPSED, "Tactical commander holds it.")
    with pytest.raises(Conflict, match=r"Tactical commander is Communications lead already"):
        actions.accept(assignment=asked, by=colleague, at=at + MINUTE)


def test_taking_what_one_is_offered_accepts_it(
    severe: Incident, manager: User, colleague: User, at: datetime
) -> None:
    asked = actions.offer(incident=severe, role=role("comms"), to=colleague, by=manager, at=at)

    taken = actions.take(incident=severe, role=role("comms"), by=colleague, at=at + MINUTE)

    assert (taken.pk, same(asked).state) == (asked.pk, Held.ACTIVE)


def test_a_holder_known_by_role_alone_gives_way_to_a_person(
    severe: Incident, manager: User, at: datetime
) -> None:
    before = RoleAssignment.objects.create(
        incident=severe, role=role("it_lead"), person_role="Duty IT manager", state=Held.ACTIVE
    )

    taken = actions.take_lead(incident=severe, by=manager, at=at)

    assert (same(before).state, same(before).ended_at) == (Held.HANDED_OVER, taken.accepted_at)
    assert severe.assignments.active().get().person == manager


# --- Offers ----------------------------------------------------------------------------------------


def test_an_offer_is_told_by_name_and_accepted(
    severe: Incident, manager: User, colleague: User, at: datetime
) -> None:
    asked = actions.offer(incident=severe, role=role("it_lead"), to=colleague, by=manager, at=at)

    assert asked.lapses_at == at + 15 * MINUTE
    assert letters_to(colleague) == [f"Role offered to you, Incident manager: {severe.ref}, {severe.title}"]
    actions.accept(assignment=asked, by=colleague, at=at + MINUTE)
    assert (same(asked).state, same(asked).accepted_at) == (Held.ACTIVE, at + MINUTE)
    assert letters_to(manager) == [f"Incident manager accepted: {severe.ref}, {severe.title}"]
    assert last_line(severe) == ("incident.role_accepted", "Incident manager")


def test_only_who_is_asked_answers(severe: Incident, manager: User, colleague: User, at: datetime) -> None:
    asked = actions.offer(incident=severe, role=role("comms"), to=colleague, by=manager, at=at)

    for act in (actions.accept, lambda **given: actions.decline(reason="Busy", **given)):
        with pytest.raises(Forbidden, match=r"Only Duty manager can answer"):
            act(assignment=asked, by=manager, at=at)
    assert same(asked).state == Held.OFFERED


def test_an_offer_is_declined_with_a_reason(
    severe: Incident, manager: User, colleague: User, at: datetime
) -> None:
    asked = actions.offer(incident=severe, role=role("comms"), to=colleague, by=manager, at=at)
    with pytest.raises(Refused, match=r"Say why"):
        actions.decline(assignment=asked, reason="", by=colleague, at=at)

    actions.decline(assignment=asked, reason="I am in theatre.", by=colleague, at=at)

    assert (same(asked).state, same(asked).ended_why) == (Held.DECLINED, "I am in theatre.")
    assert last_line(severe) == ("incident.role_declined", "Communications lead")
    with pytest.raises(Conflict, match=r"answered this offer already"):
        actions.accept(assignment=asked, by=colleague, at=at)


def test_an_offer_lapses_by_the_clock_and_is_not_accepted_after(
    severe: Incident, manager: User, colleague: User, at: datetime
) -> None:
    asked = actions.offer(incident=severe, role=role("comms"), to=colleague, by=manager, at=at)
    with pytest.raises(Conflict, match=r"stood until 4:15pm\. Ask IT manager to offer the role again"):
        actions.accept(assignment=asked, by=colleague, at=at + 15 * MINUTE)

    end_unanswered(at + 15 * MINUTE)
    end_unanswered(at + 16 * MINUTE)

    assert same(asked).state == Held.LAPSED
    assert letters_to(manager) == [f"Communications lead lapsed: {severe.ref}, {severe.title}"]
    assert last_line(severe) == ("incident.role_lapsed", "Communications lead")
    with pytest.raises(Conflict, match=r"stood until 4:15pm"):
        actions.accept(assignment=asked, by=colleague, at=at + 20 * MINUTE)


def test_nobody_is_asked_twice_at_once(
    severe: Incident, manager: User, colleague: User, at: datetime
) -> None:
    comms: dict[str, Any] = {"incident": severe, "role": role("comms"), "to": colleague, "by": manager}
    first = actions.offer(at=at, **comms)
    with pytest.raises(Conflict, match=r"asked already, and can answer until 4:15pm"):
        actions.offer(at=at + MINUTE, **comms)

    again = actions.offer(at=at + 15 * MINUTE, **comms)

    assert (same(first).state, again.state) == (Held.LAPSED, Held.OFFERED)


def test_nobody_offers_a_role_to_themselves_or_to_who_left(
    severe: Incident, manager: User, at: datetime
) -> None:
    gone = UserFactory(job_title="Locum", role="manager", is_active=False)

    with pytest.raises(Refused, match=r"Take it"):
        actions.offer(incident=severe, role=role("comms"), to=manager, by=manager, at=at)
    with pytest.raises(Refused, match=r"Locum does not work here any more"):
        actions.offer(incident=severe, role=role("comms"), to=gone, by=manager, at=at)


def test_a_level_above_lets_somebody_act_without_training(
    severe: Incident, manager: User, clinician: User, commander: User, at: datetime
) -> None:
    lead: dict[str, Any] = {"incident": severe, "role": role("it_lead"), "to": clinician, "at": at}
    with pytest.raises(Forbidden, match=r"Ask the tactical commander"):
        actions.offer(by=commander, **lead)
    with pytest.raises(Forbidden, match=r"Only the tactical commander"):
        actions.offer(by=manager, is_allowed=True, **lead)

    asked = actions.offer(by=commander, is_allowed=True, **lead)
    actions.accept(assignment=asked, by=clinician, at=at)

    assert (same(asked).state, same(asked).is_acting, same(asked).allowed_by) == (
        Held.ACTIVE,
        True,
        commander,
    )
    said = timeline(severe, [])[-1]
    assert said.text == "Acting without training, allowed by Tactical commander."


def test_who_reports_to_a_role_does_not_stand_above_it(
    severe: Incident, commander: User, clinician: User, at: datetime
) -> None:
    actions.take(incident=severe, role=role("tactical"), by=commander, at=at)

    with pytest.raises(Forbidden, match=r"Only a commander can let"):
        actions.offer(
            incident=severe, role=role("strategic"), to=clinician, is_allowed=True, by=commander, at=at
        )


def test_roles_that_report_in_a_circle_are_all_above_one_another() -> None:
    assert Ranks({1: 2, 2: 3, 3: 1, 4: None}).above(1) == {1, 2, 3}
    assert Ranks({1: 2, 2: None}).above(2) == frozenset()


# --- Releasing -------------------------------------------------------------------------------------


def test_a_role_is_given_up_with_a_reason(severe: Incident, manager: User, at: datetime) -> None:
    held = actions.take(incident=severe, role=role("comms"), by=manager, at=at)
    with pytest.raises(Refused, match=r"Say why"):
        actions.release(assignment=held, reason="", by=manager, at=at)

    actions.release(assignment=held, reason="The press office has it.", by=manager, at=at + MINUTE)

    assert (same(held).state, same(held).ended_at) == (Held.RELEASED, at + MINUTE)
    assert last_line(severe) == ("incident.role_released", "Communications lead")
    with pytest.raises(Conflict, match=r"does not hold Communications lead any more"):
        actions.release(assignment=held, reason="Again.", by=manager, at=at)


def test_only_the_holder_or_a_level_above_ends_it(
    severe: Incident, manager: User, colleague: User, commander: User, at: datetime
) -> None:
    held = actions.take(incident=severe, role=role("comms"), by=manager, at=at)
    with pytest.raises(Forbidden, match=r"Only IT manager or the tactical commander"):
        actions.release(assignment=held, reason="Gone home.", by=colleague, at=at)

    actions.release(assignment=held, reason="Gone home.", by=commander, at=at)

    assert same(held).state == Held.RELEASED


def test_the_last_leader_of_an_open_incident_hands_over_instead(
    light: Incident, manager: User, at: datetime
) -> None:
    held = light.assignments.get()
    with pytest.raises(Refused, match=r"nobody else leads it\. Hand the role over: it stays with IT manager"):
        actions.release(assignment=held, reason="Gone home.", by=manager, at=at)

    actions.fix(incident=light, instruction="use", by=manager, at=at)
    actions.release(assignment=held, reason="It is over.", by=manager, at=at)

    assert same(held).state == Held.RELEASED


def test_beside_a_commander_the_incident_manager_may_leave_a_wider_incident(
    declared: Any, manager: User, commander: User, at: datetime
) -> None:
    wider = declared(by=manager, severity=2, level="business_continuity", takes_lead=True)
    actions.take(incident=wider, role=role("tactical"), by=commander, at=at)

    actions.release(assignment=wider.assignments.get(person=manager), reason="Not IT.", by=manager, at=at)

    assert wider.assignments.active().get().person == commander


def test_closing_ends_every_part_and_every_offer(
    light: Incident, manager: User, colleague: User, at: datetime
) -> None:
    asked = actions.offer(incident=light, role=role("comms"), to=colleague, by=manager, at=at)
    handover = actions.hand_over(assignment=light.assignments.active().get(), to=colleague, by=manager, at=at)
    actions.fix(incident=light, instruction="use", by=manager, at=at)

    actions.close(incident=light, by=manager, at=at)

    handover.refresh_from_db()
    assert (same(asked).state, handover.state) == (Held.LAPSED, "withdrawn")
    assert not light.assignments.active().exists()
    with pytest.raises(Conflict, match=r"its record is closed"):
        actions.take(incident=light, role=role("comms"), by=manager, at=at)


def test_the_timeline_says_who_took_and_offered_what(
    severe: Incident, manager: User, colleague: User, at: datetime
) -> None:
    actions.take_lead(incident=severe, by=manager, at=at)
    actions.offer(incident=severe, role=role("comms"), to=colleague, by=manager, at=at)

    items = {item.title: item for item in timeline(severe, [])}

    assert items["Took the role: Incident manager"].who == "IT manager"
    assert items["Role offered: Communications lead"].text == "To Duty manager."


def test_who_is_asked_knows_of_a_restricted_incident_until_they_say_no(
    declared: Any, manager: User, commander: User, clinician: User, at: datetime
) -> None:
    hidden = declared(by=manager, severity=2, is_restricted=True, restricted_why="Staff are named.")
    seen = Incident.objects.visible_to
    assert not seen(clinician).exists()

    asked = actions.offer(
        incident=hidden, role=role("loggist"), to=clinician, is_allowed=True, by=commander, at=at
    )

    assert seen(clinician).get() == hidden
    assert hidden.title not in letters_to(clinician)[0]
    actions.decline(assignment=asked, reason="I cannot.", by=clinician, at=at)
    assert not seen(clinician).exists()


def test_whoever_took_a_site_meanwhile_cannot_also_take_it_over(
    severe: Incident, manager: User, commander: User, at: datetime
) -> None:
    bronze: dict[str, Any] = {
        "incident": severe,
        "role": role("operational"),
        "site": SiteFactory(),
        "at": at,
    }
    other = UserFactory(role="commander")
    held = actions.take(by=commander, **bronze)
    handover = actions.hand_over(assignment=held, to=other, by=commander, at=at)
    actions.take(by=other, **bronze)

    with pytest.raises(Conflict, match="already"):
        actions.accept_handover(handover=handover, by=other, at=at)
