"""Handing a role over: one shared instant, no gap; answered, withdrawn, expired, by phone or forced."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from continuity.accounts.models import User
from continuity.command.models import CommandRole
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.models import Delivery
from incidents import actions
from incidents.briefing import Briefing
from incidents.models import Handover, Incident, OutsideBody, RoleAssignment
from incidents.tasks import end_unanswered
from incidents.timeline import timeline
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Held = RoleAssignment.State


@pytest.fixture
def colleague(db: None) -> User:
    return UserFactory(job_title="Duty manager", role="manager")


@pytest.fixture
def held(light: Incident) -> RoleAssignment:
    """The incident manager's role, held by the IT manager."""
    found: RoleAssignment = light.assignments.get()
    return found


@pytest.fixture
def proposed(held: RoleAssignment, manager: User, colleague: User, at: datetime) -> Handover:
    """The IT manager asks the duty manager to take over."""
    return actions.hand_over(assignment=held, to=colleague, by=manager, at=at)


def same(handover: Handover) -> Handover:
    """The handover as somebody else has it open."""
    return Handover.objects.get(pk=handover.pk)


def last_line(incident: Incident) -> tuple[str, str]:
    line = lines_about(incident).order_by("pk").last()
    assert line
    return line.verb, line.to


def portal_letters(person: User) -> list[str]:
    told = Delivery.objects.filter(person=person, channel="portal").order_by("pk")
    return list(told.values_list("message__brief", flat=True))


def take(incident: Incident, code: str, by: User, at: datetime) -> RoleAssignment:
    return actions.take(incident=incident, role=CommandRole.objects.get(code=code), by=by, at=at)


# --- Asking ----------------------------------------------------------------------------------------


def test_the_portal_fills_the_briefing_in(
    light: Incident, held: RoleAssignment, manager: User, colleague: User, at: datetime
) -> None:
    actions.post_update(
        incident=light, happened="A switch failed.", do_now="Use the wired computers.", by=manager, at=at
    )
    actions.add_entry(
        incident=light, kind="decision", text="No runners yet.", reason="Few wards.", occurred_at=at,
        look_again_at=at + HOUR, by=manager, at=at,
    )  # fmt: skip
    actions.assess(incident=light, patient_safety="possible", data_security="none", by=manager, at=at)
    OutsideBody.objects.create(incident=light, name="NHS England")

    handover = actions.hand_over(assignment=held, to=colleague, by=manager, at=at)

    assert handover.situation.splitlines() == [
        "Update 2, 4pm: A switch failed.",
        "Staff do now: Use the wired computers.",
        "Wi-Fi: down since 4pm",
    ]
    assert handover.decisions_pending == "No runners yet. Look at it again at 5pm."
    assert handover.risks == "Harm to patients: possible."
    assert handover.open_items.splitlines() == ["Next update by 8pm.", "NHS England must be told."]


def test_what_the_sender_wrote_stands(
    held: RoleAssignment, manager: User, colleague: User, at: datetime
) -> None:
    briefing = Briefing(situation="Two wards.", risks="Night is near.")

    handover = actions.hand_over(assignment=held, to=colleague, briefing=briefing, by=manager, at=at)

    assert (handover.situation, handover.decisions_pending) == ("Two wards.", "")
    assert handover.risks == "Night is near."


def test_the_receiver_is_told_and_the_role_stays_until_they_accept(
    light: Incident, held: RoleAssignment, proposed: Handover, colleague: User, at: datetime
) -> None:
    held.refresh_from_db()
    assert (held.state, proposed.expires_at) == (Held.ACTIVE, at + 15 * MINUTE)
    assert portal_letters(colleague) == [
        "IT manager hands over to you: Incident manager. Read the briefing, and answer by 4:15pm."
    ]
    assert last_line(light) == ("incident.handover_proposed", "Incident manager")


def test_only_the_holder_asks_and_not_themselves(
    held: RoleAssignment, manager: User, colleague: User, clinician: User, at: datetime
) -> None:
    with pytest.raises(Forbidden, match=r"Only IT manager can hand this role over"):
        actions.hand_over(assignment=held, to=colleague, by=colleague, at=at)
    with pytest.raises(Refused, match=r"IT manager holds this role"):
        actions.hand_over(assignment=held, to=manager, by=manager, at=at)
    with pytest.raises(Forbidden, match=r"Ward sister may not be Incident manager"):
        actions.hand_over(assignment=held, to=clinician, by=manager, at=at)
    with pytest.raises(Forbidden, match=r"Only the tactical commander"):
        actions.hand_over(assignment=held, to=clinician, is_allowed=True, by=manager, at=at)


def test_a_role_is_handed_over_to_one_at_a_time(
    held: RoleAssignment, proposed: Handover, manager: User, commander: User, at: datetime
) -> None:
    with pytest.raises(Conflict, match=r"to Duty manager already. Withdraw that first"):
        actions.hand_over(assignment=held, to=commander, by=manager, at=at)


# --- Answering -------------------------------------------------------------------------------------


def test_accepting_passes_the_role_on_at_one_instant(
    light: Incident, held: RoleAssignment, proposed: Handover, manager: User, colleague: User, at: datetime
) -> None:
    actions.accept_handover(handover=proposed, by=colleague, at=at + MINUTE)

    held.refresh_from_db()
    new = light.assignments.active().get()
    assert (held.state, held.ended_at) == (Held.HANDED_OVER, at + MINUTE)
    assert (new.person, new.role, new.accepted_at) == (colleague, held.role, held.ended_at)
    assert (same(proposed).state, same(proposed).settled_at) == ("accepted", at + MINUTE)
    assert portal_letters(manager) == ["Duty manager is Incident manager now."]
    said = timeline(light, [])[-1]
    assert (said.title, said.text) == ("Handed over: Incident manager", "IT manager to Duty manager.")


def test_only_the_receiver_answers(proposed: Handover, manager: User, commander: User, at: datetime) -> None:
    for person in (manager, commander):
        with pytest.raises(Forbidden, match=r"One agreed by phone is entered by the loggist or IT manager"):
            actions.accept_handover(handover=proposed, by=person, at=at)
        with pytest.raises(Forbidden, match=r"Only Duty manager can answer"):
            actions.decline_handover(handover=proposed, reason="No.", by=person, at=at)
    assert same(proposed).state == "proposed"


def test_a_handover_is_declined_with_a_reason(
    light: Incident, held: RoleAssignment, proposed: Handover, manager: User, colleague: User, at: datetime
) -> None:
    with pytest.raises(Refused, match=r"Say why"):
        actions.decline_handover(handover=proposed, reason="", by=colleague, at=at)

    actions.decline_handover(handover=proposed, reason="My shift ends.", by=colleague, at=at)

    held.refresh_from_db()
    assert (held.state, same(proposed).settled_why) == (Held.ACTIVE, "My shift ends.")
    assert portal_letters(manager)[-1].endswith("You are still Incident manager. My shift ends.")
    assert last_line(light)[0] == "incident.handover_declined"


def test_the_sender_withdraws_and_nobody_else(
    light: Incident, proposed: Handover, manager: User, commander: User, colleague: User, at: datetime
) -> None:
    with pytest.raises(Forbidden, match=r"Only IT manager can withdraw"):
        actions.withdraw_handover(handover=proposed, by=commander, at=at)

    actions.withdraw_handover(handover=proposed, by=manager, at=at)

    assert same(proposed).state == "withdrawn"
    assert last_line(light)[0] == "incident.handover_withdrawn"
    with pytest.raises(Conflict, match=r"withdrawn already"):
        actions.accept_handover(handover=proposed, by=colleague, at=at)


def test_after_15_minutes_nobody_accepts_and_it_expires(
    light: Incident, held: RoleAssignment, proposed: Handover, manager: User, colleague: User, at: datetime
) -> None:
    with pytest.raises(Conflict, match=r"stood until 4:15pm .*, and went one level up. Ask IT manager"):
        actions.accept_handover(handover=proposed, by=colleague, at=at + 15 * MINUTE)
    assert same(proposed).state == "proposed"

    end_unanswered(at + 15 * MINUTE)
    end_unanswered(at + 16 * MINUTE)

    held.refresh_from_db()
    assert (held.state, same(proposed).state) == (Held.ACTIVE, "expired")
    assert portal_letters(manager) == [
        "Duty manager did not answer. You are still Incident manager, and the next level is told."
    ]
    assert last_line(light) == ("incident.handover_expired", "Incident manager")


def test_who_acts_without_training_is_named_after_a_handover_too(
    severe: Incident, commander: User, clinician: User, at: datetime
) -> None:
    held = take(severe, "it_lead", commander, at)
    handover = actions.hand_over(assignment=held, to=clinician, is_allowed=True, by=commander, at=at)

    actions.accept_handover(handover=handover, by=clinician, at=at)

    new = severe.assignments.active().get()
    assert (new.person, new.is_acting, new.allowed_by) == (clinician, True, commander)


def test_who_keeps_the_log_does_not_take_over_the_lead_at_severity_2(
    severe: Incident, manager: User, colleague: User, at: datetime
) -> None:
    held = take(severe, "it_lead", manager, at)
    handover = actions.hand_over(assignment=held, to=colleague, by=manager, at=at)
    take(severe, "loggist", colleague, at)

    with pytest.raises(Refused, match=r"Duty manager is Loggist"):
        actions.accept_handover(handover=handover, by=colleague, at=at)

    assert same(handover).state == "proposed"


def test_the_briefing_is_a_record_once_it_was_answered(
    proposed: Handover, colleague: User, at: datetime
) -> None:
    Handover.objects.filter(pk=proposed.pk).update(situation="Better words.")
    actions.accept_handover(handover=proposed, by=colleague, at=at)

    for change in ({"situation": "Other words."}, {"state": "declined"}):
        with pytest.raises(DatabaseError, match=r"was answered"), transaction.atomic():
            Handover.objects.filter(pk=proposed.pk).update(**change)

    assert same(proposed).situation == "Better words."


# --- By phone --------------------------------------------------------------------------------------


def test_the_sender_enters_a_handover_agreed_by_phone(
    light: Incident, held: RoleAssignment, manager: User, colleague: User, at: datetime
) -> None:
    handover = actions.hand_over_by_phone(
        assignment=held, to=colleague, agreed_at=at + HOUR, by=manager, at=at + 2 * HOUR
    )

    held.refresh_from_db()
    new = light.assignments.active().get()
    assert (handover.state, handover.entered_by, handover.to) == ("accepted", manager, colleague)
    assert held.ended_at == new.accepted_at == at + HOUR
    assert portal_letters(colleague)[-1].startswith("IT manager entered that you agreed by phone")
    said = timeline(light, [])[-1]
    assert (said.title, said.at) == ("Handed over by phone: Incident manager", at + HOUR)


def test_the_loggist_enters_it_and_nobody_else(
    severe: Incident, manager: User, colleague: User, commander: User, at: datetime
) -> None:
    held = take(severe, "it_lead", manager, at)
    waiting = actions.hand_over(assignment=held, to=colleague, by=manager, at=at)
    with pytest.raises(Forbidden, match=r"Only the loggist or IT manager"):
        actions.hand_over_by_phone(assignment=held, to=colleague, by=commander, at=at)
    take(severe, "loggist", commander, at)

    settled = actions.hand_over_by_phone(assignment=held, to=colleague, by=commander, at=at + MINUTE)

    assert (settled.pk, same(waiting).state, same(waiting).entered_by) == (waiting.pk, "accepted", commander)


def test_nobody_enters_their_own_taking_over_or_an_impossible_time(
    severe: Incident, manager: User, colleague: User, commander: User, at: datetime
) -> None:
    held = take(severe, "comms", manager, at)
    take(severe, "loggist", colleague, at)
    phone: dict[str, Any] = {"assignment": held, "by": colleague, "at": at}

    with pytest.raises(Refused, match=r"cannot enter that you took over"):
        actions.hand_over_by_phone(to=colleague, **phone)
    with pytest.raises(Refused, match=r"cannot be in the future"):
        actions.hand_over_by_phone(to=commander, agreed_at=at + HOUR, **phone)
    with pytest.raises(Refused, match=r"cannot be before the role was taken"):
        actions.hand_over_by_phone(to=commander, agreed_at=at - HOUR, **phone)


# --- Forced ----------------------------------------------------------------------------------------


def test_the_next_level_up_forces_a_handover_with_a_reason(
    light: Incident, held: RoleAssignment, proposed: Handover, manager: User, commander: User, at: datetime
) -> None:
    later = at + HOUR
    with pytest.raises(Refused, match=r"Say why"):
        actions.force_handover(assignment=held, to=commander, reason="", by=commander, at=later)

    forced = actions.force_handover(
        assignment=held, to=commander, reason="Nobody answers.", by=commander, at=later
    )

    assert (forced.state, forced.settled_why) == ("forced", "Nobody answers.")
    assert (same(proposed).state, light.assignments.active().get().person) == ("withdrawn", commander)
    assert portal_letters(manager) == [
        "Tactical commander gave the role to Tactical commander: Incident manager. Nobody answers."
    ]
    assert last_line(light) == ("incident.handover_forced", "Incident manager")


def test_nobody_forces_from_below_or_what_is_their_own(
    severe: Incident, manager: User, colleague: User, commander: User, at: datetime
) -> None:
    tactical = take(severe, "tactical", commander, at)
    force: dict[str, Any] = {"assignment": tactical, "reason": "Away.", "at": at + HOUR}

    with pytest.raises(Forbidden, match=r"Only the strategic commander .* can force"):
        actions.force_handover(to=colleague, by=manager, **force)
    with pytest.raises(Refused, match=r"The role is yours"):
        actions.force_handover(to=colleague, by=commander, **force)


@pytest.mark.parametrize(("after", "is_there"), [(9, True), (11, False)])
def test_nobody_is_replaced_who_was_there_in_the_last_10_minutes(
    light: Incident, held: RoleAssignment, manager: User, commander: User, at: datetime, after: int,
    is_there: bool,
) -> None:  # fmt: skip
    seen = at + HOUR
    actions.add_entry(incident=light, kind="action", text="Rang.", occurred_at=at, by=manager, at=seen)
    force: dict[str, Any] = {"to": commander, "reason": "Away.", "by": commander}

    def act() -> Handover:
        return actions.force_handover(assignment=held, at=seen + after * MINUTE, **force)

    if is_there:
        with pytest.raises(Conflict, match=r"IT manager did something in this incident in the last 10 min"):
            act()
    else:
        assert act().state == "forced"


def test_what_was_handed_over_meanwhile_is_not_handed_over_again(
    held: RoleAssignment, proposed: Handover, manager: User, colleague: User, commander: User, at: datetime
) -> None:
    stale = RoleAssignment.objects.get(pk=held.pk)
    actions.accept_handover(handover=proposed, by=colleague, at=at)

    with pytest.raises(
        Conflict, match=r"IT manager does not hold Incident manager any more. Duty manager does"
    ):
        actions.force_handover(assignment=stale, to=commander, reason="Away.", by=commander, at=at + HOUR)
