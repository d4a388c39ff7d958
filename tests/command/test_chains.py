"""Chains: read by everybody, changed by who keeps the rota, each save a new version, gaps seen beforehand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.command import actions
from continuity.command.actions import Step
from continuity.command.models import Chain, CommandRole, Rota, Shift
from continuity.core.clock import now, window
from continuity.core.models import Line
from continuity.core.refusals import Conflict, Refused

pytestmark = pytest.mark.django_db
NOON = datetime(2024, 11, 1, 12, tzinfo=UTC)
EDIT = "/rota/chains/leaderless/edit/"


@pytest.fixture
def chain(db: None) -> Chain:
    return Chain.objects.get(cause="leaderless")


@pytest.fixture
def desk(db: None, settings: Any, manager: User) -> Rota:
    """The IT manager is on call for the next 13 days."""
    settings.CLOCK_OFFSET += NOON - now()
    lead = CommandRole.objects.get(code="it_lead")
    rota = Rota.objects.create(key="duty-it", name="Duty IT manager", reach="Switchboard", role=lead)
    Shift.objects.create(rota=rota, person=manager, span=window(NOON, NOON + timedelta(days=13)))
    return rota


def test_everybody_with_an_account_reads_them_with_gaps_and_who_may_not_be_reached(
    as_: Any, clinician: User, desk: Rota
) -> None:
    page = as_(clinician).get("/rota/chains/")

    assert "Nobody leads a severity 1 or 2 incident" in page.text
    assert "midday on Thursday 14 November to midday on Friday 15 November 2024" in page.text
    assert "It has a post on no rota" in page.text
    assert "IT manager: no message is known to have reached them" in page.text
    assert EDIT not in page.text


def test_a_save_is_a_new_version_and_the_old_one_stays(
    as_: Any, administrator: User, chain: Chain, desk: Rota
) -> None:
    lead = CommandRole.objects.get(code="it_lead")
    form = as_(administrator).get(EDIT)
    assert 'value="5 minutes"' in form.text

    typed = {
        "version": "1", "rounds": "3", "whom-1": f"rota-{desk.pk}", "wait-1": "10 minutes", "at-work-1": "on",
        "whom-3": f"role-{lead.pk}", "wait-3": "",
    }  # fmt: skip
    answer = as_(administrator).post(EDIT, typed)

    assert answer.headers["Location"] == "/rota/chains/"
    old, new = chain.versions.order_by("number")
    assert [level.wait_min for level in old.levels.all()] == [5, 5, 10]
    facts = ("rota", "role", "wait_min", "is_only_at_work")
    assert list(new.levels.values_list(*facts)) == [(desk.pk, None, 10, True), (None, lead.pk, None, False)]
    assert (new.number, new.rounds, new.written_by) == (2, 3, administrator)
    assert Line.objects.get(verb="chain.changed").to == "version 2"
    assert "Only in working hours" in as_(administrator).get("/rota/chains/").text


def test_a_form_that_comes_too_late_or_is_wrong_keeps_what_was_typed(
    as_: Any, administrator: User, chain: Chain, desk: Rota
) -> None:
    step = Step(desk, 5)
    actions.change_chain(chain=chain, seen=1, rounds=1, steps=[step], by=administrator, at=NOON)
    typed = {"version": "1", "rounds": "2", "whom-1": f"rota-{desk.pk}", "wait-1": "7 minutes"}

    late = as_(administrator).post(EDIT, typed)
    empty = as_(administrator).post(EDIT, {"version": "2", "rounds": "2"})
    wrong = as_(administrator).post(EDIT, {**typed, "version": "2", "wait-1": "soon"})

    assert (late.status_code, empty.status_code, wrong.status_code) == (422, 422, 422)
    assert "Somebody else changed this" in late.text
    assert 'value="7 minutes"' in late.text
    assert "Choose at least one role or post" in empty.text
    assert 'value="soon"' in wrong.text
    assert chain.versions.count() == 2


@pytest.mark.parametrize("person", ["clinician", "manager", "commander"])
def test_others_do_not_change_them(as_: Any, person: str, request: pytest.FixtureRequest) -> None:
    assert as_(request.getfixturevalue(person)).get(EDIT).status_code == 403


def test_the_action_refuses_nothing_to_tell_and_a_version_that_is_not_the_newest(
    chain: Chain, administrator: User, desk: Rota
) -> None:
    facts: dict[str, Any] = {"chain": chain, "rounds": 1, "by": administrator, "at": NOON}

    with pytest.raises(Refused, match="Choose at least one"):
        actions.change_chain(seen=1, steps=[], **facts)
    with pytest.raises(Conflict):
        actions.change_chain(seen=7, steps=[Step(desk)], **facts)

    assert chain.versions.count() == 1
