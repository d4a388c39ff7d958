"""Standing down area by area, with clinical safety's agreement, and what is outstanding until then."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.board.facts import read_facts
from continuity.board.render import AREA, BOARD, context_of
from continuity.board.status import board_at
from continuity.catalogue.models import Area, Service
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.models import Message
from continuity.plans.models import Procedure, Version
from incidents import actions
from incidents.models import AreaStandDown, Incident, Run, State
from incidents.outstanding import outstanding
from tests.factories import AreaFactory, TeamFactory

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OFFICER = "Clinical safety officer"
STAY = "Back, but stay on paper until your area is told"


@pytest.fixture
def wards(wifi: Service) -> list[Area]:
    """Three wards that use Wi-Fi, and a clinic that does not."""
    AreaFactory(name="Eye clinic")
    made: list[Area] = [AreaFactory(key=f"ward-{number}", name=f"Ward {number}") for number in (1, 2, 3)]
    for ward in made:
        ward.services.add(wifi)
    return made


@pytest.fixture
def back(wards: list[Area], severe: Incident, manager: User, at: datetime) -> Incident:
    """The severe incident with its service back."""
    actions.restore(incident=severe, by=manager, at=at)
    return severe


def verbs_of(incident: Incident) -> list[str]:
    return list(lines_about(incident).order_by("pk").values_list("verb", flat=True))


def missing(incident: Incident, at: datetime) -> list[str]:
    return [item.sentence for item in outstanding(Incident.objects.get(pk=incident.pk), at)]


def read_by(area: str, at: datetime) -> list[str]:
    """The instructions on an area's page."""
    facts = read_facts(at)
    board: Any = context_of(facts, board_at(facts, at), f"{AREA}{area}")["board"]
    return [cause.instruction for line in board.lines for cause in line.causes]


def test_every_area_that_uses_a_service_is_on_paper_when_it_is_back(
    back: Incident, wards: list[Area]
) -> None:
    rows = back.areas.on_paper()

    assert {row.area for row in rows} == set(wards)
    assert back.state == State.RECOVERING
    line = lines_about(back).get(verb="incident.recovering")
    assert line.actor_label == "The portal"


def test_without_areas_it_goes_straight_on(severe: Incident, manager: User, at: datetime) -> None:
    actions.restore(incident=severe, by=manager, at=at)

    assert severe.state == State.RESTORED
    actions.recover(incident=severe, by=manager, at=at)
    assert severe.state == State.RECOVERING
    assert verbs_of(severe)[-1] == "incident.recovering"


def test_no_area_is_told_before_clinical_safety_agreed(
    back: Incident, wards: list[Area], manager: User, safety: User, at: datetime
) -> None:
    facts: dict[str, Any] = {"incident": back, "instruction": "use", "by": manager, "at": at}
    with pytest.raises(Refused, match="Ring the clinical safety officer"):
        actions.stand_down_areas(areas=wards[:1], **facts)
    with pytest.raises(Forbidden, match="Only the clinical safety officer"):
        actions.agree(incident=back, by=manager, at=at)

    actions.agree(incident=back, by=safety, at=at)
    actions.stand_down_areas(areas=wards[:1], **facts)

    assert back.safety_agreements.get().agreed_by == safety
    assert back.areas.on_paper().count() == 2
    assert verbs_of(back)[-2:] == ["incident.safety_agreed", "incident.areas_stood_down"]
    with pytest.raises(Conflict, match="agreed already"):
        actions.agree(incident=back, by=safety, at=at)
    with pytest.raises(Conflict, match="told these areas already"):
        actions.stand_down_areas(areas=wards[:1], **facts)


def test_who_agreed_by_phone_is_written_down_with_the_first_area(
    back: Incident, wards: list[Area], manager: User, at: datetime
) -> None:
    actions.stand_down_areas(
        incident=back, areas=wards, instruction="use_and_report", safety_agreed_by=OFFICER, by=manager, at=at
    )

    agreement = back.safety_agreements.get()
    assert (agreement.agreed_by, agreement.agreed_by_role, agreement.entered_by) == (None, OFFICER, manager)
    assert not back.areas.on_paper().exists()


@pytest.mark.parametrize(
    ("state", "instruction", "sentence"),
    [("responding", "use", "not back yet"), ("restored", "stay_on_paper", "what they do now")],
)
def test_what_makes_no_sense_to_an_area_is_refused(
    severe: Incident,
    wards: list[Area],
    manager: User,
    at: datetime,
    state: str,
    instruction: str,
    sentence: str,
) -> None:
    if state == "restored":
        actions.restore(incident=severe, by=manager, at=at)

    with pytest.raises(Refused, match=sentence):
        actions.stand_down_areas(
            incident=severe, areas=wards, instruction=instruction, safety_agreed_by=OFFICER, by=manager, at=at
        )
    with pytest.raises(Refused, match="not back yet" if state == "responding" else "by phone"):
        actions.agree(incident=severe, by=manager, at=at)


def test_each_area_reads_its_own_instruction_on_the_board(
    back: Incident, wards: list[Area], manager: User, at: datetime
) -> None:
    assert read_by("ward-1", at) == [STAY]

    actions.stand_down_areas(
        incident=back,
        areas=wards[:1],
        instruction="use_and_report",
        safety_agreed_by=OFFICER,
        by=manager,
        at=at,
    )

    assert read_by("ward-1", at) == ["Use it, report problems"]
    assert read_by("ward-2", at) == [STAY]
    facts = read_facts(at)
    board: Any = context_of(facts, board_at(facts, at), BOARD)["board"]
    (cause,) = board.line_of("wifi").causes
    assert (cause.instruction, cause.areas_words) == (STAY, "2 of 3 areas are still on paper")
    told = Message.objects.latest("pk")
    assert told.title == "For your area: Wi-Fi is down on the wards"


def test_the_all_clear_tells_every_area_that_is_still_on_paper(
    back: Incident, manager: User, at: datetime
) -> None:
    actions.stand_down(incident=back, instruction="use", safety_agreed_by=OFFICER, by=manager, at=at)

    assert set(back.areas.values_list("instruction", "stood_down_by")) == {("use", manager.pk)}
    assert read_by("ward-1", at) == []


def test_who_stays_on_paper_after_the_stand_down_reads_so_until_told(
    back: Incident, wards: list[Area], manager: User, at: datetime
) -> None:
    facts: dict[str, Any] = {"incident": back, "by": manager, "at": at}
    actions.stand_down(instruction="stay_on_paper", safety_agreed_by=OFFICER, **facts)
    actions.assess(patient_safety="none", data_security="none", **facts)

    assert read_by("ward-1", at + 30 * HOUR) == [STAY]
    with pytest.raises(Refused, match="3 areas are still on paper"):
        actions.close(**facts)
    actions.stand_down_areas(areas=wards, instruction="use", **facts)
    assert read_by("ward-1", at) == []
    actions.close(**facts)


def test_opening_again_ends_the_agreement_and_puts_areas_back_on_paper(
    back: Incident, wards: list[Area], manager: User, safety: User, at: datetime
) -> None:
    actions.agree(incident=back, by=safety, at=at)
    actions.stand_down_areas(incident=back, areas=wards[:2], instruction="use", by=manager, at=at)

    actions.reopen(incident=back, reason="It is down again.", by=manager, at=at + HOUR)

    assert back.safety_agreements.get().ended_at == at + HOUR
    assert back.areas.on_paper().count() == 3
    actions.restore(incident=back, by=manager, at=at + 2 * HOUR)
    with pytest.raises(Refused, match="Ring the clinical safety officer"):
        actions.stand_down(incident=back, instruction="use", by=manager, at=at + 2 * HOUR)


def test_raised_once_the_service_is_back_each_area_stays_on_paper(
    light: Incident, wards: list[Area], manager: User, at: datetime
) -> None:
    actions.restore(incident=light, by=manager, at=at)

    actions.set_severity(incident=light, severity=2, reason="It was worse.", by=manager, at=at)

    assert light.areas.on_paper().count() == 3


def test_found_to_be_severe_after_the_all_clear_it_closes_with_clinical_safety(
    light: Incident, manager: User, safety: User, at: datetime
) -> None:
    wanted = "Clinical safety has not agreed to the return to use."
    actions.fix(incident=light, instruction="use", by=manager, at=at)
    actions.set_severity(incident=light, severity=2, reason="It was worse.", by=manager, at=at)
    with pytest.raises(Refused, match=wanted):
        actions.close(incident=light, by=manager, at=at)

    actions.agree(incident=light, by=safety, at=at)

    assert wanted not in missing(light, at)


def test_the_light_path_has_no_areas_unless_asked_for(
    light: Incident, wards: list[Area], manager: User, at: datetime
) -> None:
    actions.restore(incident=light, by=manager, at=at)
    assert (light.state, light.areas.count()) == (State.RESTORED, 0)

    actions.ask_areas(incident=light, by=manager, at=at)

    assert light.areas.on_paper().count() == 3
    actions.stand_down_areas(incident=light, areas=wards[:1], instruction="use", by=manager, at=at)
    assert light.areas.on_paper().count() == 2
    assert "incident.areas_asked" in verbs_of(light)


def test_areas_are_asked_for_only_where_some_use_the_services_of_an_open_incident(
    light: Incident, manager: User, at: datetime
) -> None:
    with pytest.raises(Refused, match="No area uses these services"):
        actions.ask_areas(incident=light, by=manager, at=at)
    actions.fix(incident=light, instruction="use", by=manager, at=at)
    with pytest.raises(Conflict, match="is over"):
        actions.ask_areas(incident=light, by=manager, at=at)


def test_a_critical_incidents_areas_are_told_by_its_commander(
    declared: Any, wards: list[Area], manager: User, commander: User, at: datetime
) -> None:
    incident = declared(by=commander, severity=1, level="critical")
    actions.restore(incident=incident, by=manager, at=at)

    with pytest.raises(Forbidden, match="Only a commander"):
        actions.stand_down_areas(
            incident=incident, areas=wards, instruction="use", safety_agreed_by=OFFICER, by=manager, at=at
        )


def test_nobody_is_told_about_an_area_of_a_restricted_incident(
    declared: Any, wards: list[Area], manager: User, at: datetime
) -> None:
    quiet = declared(by=manager, severity=2, is_restricted=True, restricted_why="Police inquiry")
    actions.restore(incident=quiet, by=manager, at=at)

    actions.stand_down_areas(
        incident=quiet, areas=wards, instruction="use", safety_agreed_by=OFFICER, by=manager, at=at
    )

    assert not Message.objects.filter(title__startswith="For your area").exists()
    assert read_by("ward-1", at) == []


# --- A workaround, and what is outstanding ---------------------------------------------------------------


def test_a_workaround_holds_since_its_true_time(severe: Incident, manager: User, at: datetime) -> None:
    actions.mitigate(incident=severe, mitigated_at=at + HOUR, by=manager, at=at + 2 * HOUR)

    assert (severe.state, severe.mitigated_at) == (State.MITIGATED, at + HOUR)
    assert lines_about(severe).get(verb="incident.mitigated").at == at + HOUR
    assert "No update says what staff do now." in missing(severe, at + 2 * HOUR)
    actions.post_update(
        incident=severe, happened="Wired computers work.", do_now="Use them.", by=manager, at=at + 2 * HOUR
    )
    assert "No update says what staff do now." not in missing(severe, at + 2 * HOUR)


@pytest.mark.parametrize(("minutes", "sentence"), [(-1, "before the start"), (3, "in the future")])
def test_a_workaround_holds_at_no_impossible_time(
    severe: Incident, manager: User, at: datetime, minutes: int, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.mitigate(incident=severe, mitigated_at=at + minutes * MINUTE, by=manager, at=at)


def test_a_service_that_is_down_with_a_procedure_asks_for_its_use_or_a_reason(
    severe: Incident, wifi: Service, manager: User, at: datetime
) -> None:
    procedure = Procedure.objects.create(key="wifi", title="Without Wi-Fi", owner=TeamFactory())
    procedure.services.add(wifi)
    version = Version.objects.create(
        procedure=procedure, number=1, state="published", review_by=at.date() + timedelta(days=90)
    )
    asked = "No downtime procedure of Wi-Fi is in use. Start one, or say why not."
    assert asked in missing(severe, at)

    run = Run.objects.create(incident=severe, version=version, started_at=at)
    assert asked not in missing(severe, at)
    run.delete()
    actions.need_no_run(impact=severe.impacts.get(), why="It is back in a minute.", by=manager, at=at)
    assert asked not in missing(severe, at)
    assert verbs_of(severe)[-1] == "incident.run_not_needed"


def test_a_recovery_that_is_under_way_makes_it_catch_up_and_blocks_closing(
    severe: Incident, wifi: Service, manager: User, at: datetime
) -> None:
    procedure = Procedure.objects.create(
        key="entry", title="Back entry", kind="recovery", owner=TeamFactory()
    )
    version = Version.objects.create(procedure=procedure, number=1, state="approved")
    Run.objects.create(incident=severe, version=version, started_at=at)

    actions.restore(incident=severe, by=manager, at=at)

    assert severe.state == State.RECOVERING
    assert "Back entry is still in use. Complete it, or say why it ends." in missing(severe, at)


def test_the_forms_tell_areas_and_keep_who_agreed(
    back: Incident, wards: list[Area], manager: User, safety: User, as_: Any, at: datetime
) -> None:
    address = f"/incidents/{back.ref}/"
    client = as_(manager)
    refused = client.post(f"{address}areas/", {"areas": wards[0].pk, "instruction": "use"})
    unnamed = client.post(f"{address}areas/", {"instruction": "use", "safety_agreed_by": OFFICER})
    told = {"areas": wards[0].pk, "instruction": "use", "safety_agreed_by": OFFICER}

    one = client.post(f"{address}areas/", told)
    everyone = client.post(f"{address}areas/", {"all": "yes", "instruction": "use"})

    assert "Ring the clinical safety officer" in refused.content.decode()
    assert "Choose the areas that are told" in unnamed.content.decode()
    assert (one.status_code, everyone.status_code) == (302, 302)
    assert not AreaStandDown.objects.on_paper().exists()
    assert as_(safety).post(f"{address}agree/").status_code == 409
    assert as_(safety).post(f"{address}areas/", told).status_code == 403
