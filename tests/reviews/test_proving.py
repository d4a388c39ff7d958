"""What proves an action: a newer version of a procedure, planned work; chosen, said and found again on their pages."""

from datetime import date, datetime
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from continuity.plans.models import Procedure, Version
from incidents.reviews import actions
from incidents.reviews.models import Action, Review
from releases.models import Release
from tests.factories import ReleaseFactory, TeamFactory
from tests.racing import race
from tests.reviews.conftest import HOUR, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def procedure(db: None) -> Procedure:
    made: Procedure = Procedure.objects.create(
        key="paper", title="Refer on paper", owner=TeamFactory.create()
    )
    return made


def published(procedure: Procedure, number: int) -> Version:
    """The version staff follow from now on; the one before is superseded."""
    procedure.versions.update(state="superseded")
    return Version.objects.create(
        procedure=procedure, number=number, state="published", review_by=date(2025, 11, 1)
    )


@pytest.fixture
def old(procedure: Procedure) -> Version:
    return published(procedure, 1)


@pytest.fixture
def action(short: Review, old: Version, manager: User, lead: User, at: datetime) -> Action:
    """It shall change the procedure, and its owner has taken it on."""
    made = propose(short, manager, lead, at, plan_version=old)
    actions.accept_action(action=made, by=manager, at=at)
    return made


def test_a_newer_version_proves_that_a_procedure_changed(
    action: Action, procedure: Procedure, release: Release, manager: User, at: datetime
) -> None:
    newer = published(procedure, 2)

    actions.claim_done(
        action=action, evidence="It says so.", plan_version=newer, release=release, by=manager, at=at
    )

    action.refresh_from_db()
    assert (action.state, action.plan_version, action.release) == ("claimed_done", newer, release)


def test_a_procedure_that_still_stands_is_no_proof(
    action: Action, old: Version, manager: User, at: datetime
) -> None:
    for proof in (old, None):
        with pytest.raises(Refused, match="This action changes a procedure: Refer on paper, version 1"):
            actions.claim_done(action=action, evidence="Done.", plan_version=proof, by=manager, at=at)


def test_what_its_checker_sent_back_keeps_its_proof(
    action: Action, procedure: Procedure, manager: User, lead: User, at: datetime
) -> None:
    newer = published(procedure, 2)
    actions.claim_done(action=action, evidence="It says so.", plan_version=newer, by=manager, at=at)
    actions.not_done(action=action, reason="Wards did not hear.", by=lead, at=at)

    actions.claim_done(action=action, evidence="Wards heard.", plan_version=newer, by=manager, at=at)

    assert action.state == "claimed_done"


def test_whoever_owned_it_before_does_not_say_that_it_is_done(
    action: Action, old: Version, manager: User, second_lead: User, lead: User, at: datetime
) -> None:
    seen = Action.objects.get()
    actions.assign_action(action=action, owner=second_lead, by=lead, at=at)

    with pytest.raises(Refused, match="Only its owner"):
        actions.claim_done(action=seen, evidence="Done.", by=manager, at=at)


def test_whoever_holds_reviews_takes_a_link_away(
    action: Action, old: Version, release: Release, lead: User, at: datetime
) -> None:
    actions.change_proof(
        action=action, plan_version=None, release=release, seen=(old.pk, None), by=lead, at=at
    )

    action.refresh_from_db()
    assert (action.plan_version, action.release) == (None, release)
    assert lines_about(action).filter(verb="action.proof_changed").count() == 1


def test_what_proves_an_action_that_is_over_stands(
    action: Action, old: Version, lead: User, at: datetime
) -> None:
    actions.drop_action(action=action, reason="Too dear", by=lead, at=at)

    with pytest.raises(Conflict, match="or it is over"):
        actions.change_proof(
            action=action, plan_version=None, release=None, seen=(old.pk, None), by=lead, at=at
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_the_proof_at_once_one_is_told(
    action: Action, old: Version, release: Release, lead: User, second_lead: User, at: datetime
) -> None:
    first, second = Action.objects.get(), Action.objects.get()
    seen = (old.pk, None)

    answers = race(
        lambda: actions.change_proof(
            action=first, plan_version=None, release=None, seen=seen, by=lead, at=at
        ),
        lambda: actions.change_proof(
            action=second, plan_version=old, release=release, seen=seen, by=second_lead, at=at
        ),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "NoneType"]


def test_the_forms_link_it_and_its_page_says_what_that_says_now(
    as_: Any, short: Review, procedure: Procedure, old: Version, ers: Service, manager: User, lead: User
) -> None:
    release = ReleaseFactory.create(state="published", work=Range(now() + HOUR, now() + 2 * HOUR, "[)"))
    release.services.add(ers)
    facts = {"title": "Say it on paper", "owner": "manager", "due_on": "1 March 2027", "strength": "medium"}
    links = {"plan_version": old.pk, "release": release.pk}
    answer = as_(lead).post(
        f"{short.get_absolute_url()}actions/add/", {**facts, "measure": "It does", **links}
    )
    assert answer.status_code == 302, answer.content.decode()
    action = Action.objects.get()
    address = action.get_absolute_url()

    before = " ".join(as_(lead).get(address).content.decode().split())
    newer = published(procedure, 2)
    owner = as_(manager)
    owner.post(f"{address}accept/")
    form = owner.get(f"{address}done/").content.decode()
    late = owner.post(f"{address}done/", {"evidence": "It does", "plan_version": ""})
    owner.post(f"{address}done/", {"evidence": "It does", "plan_version": newer.pk, "release": release.pk})
    after = " ".join(owner.get(address).content.decode().split())

    assert "Changes <a" in before
    assert "Current version" in before
    assert "To be done by <a" in before
    assert "Planned" in before
    assert f'value="{newer.pk}" selected' in form
    assert (late.status_code, "This action changes a procedure" in late.content.decode()) == (422, True)
    assert "Changed <a" in after
    assert "Refer on paper, version 2" in after


def test_their_pages_lead_back_for_who_may_know_of_the_action(
    as_: Any, action: Action, procedure: Procedure, release: Release, clinician: User, stranger: User
) -> None:
    Action.objects.update(release=release)
    pages = [procedure.get_absolute_url(), release.get_absolute_url()]

    known, unknown = (
        [action.get_absolute_url() in as_(each).get(page).content.decode() for page in pages]
        for each in (clinician, stranger)
    )

    assert (known, unknown) == ([True, True], [False, False])


def test_only_who_holds_reviews_changes_it_on_its_page(
    as_: Any, action: Action, old: Version, manager: User, lead: User
) -> None:
    address = f"{action.get_absolute_url()}proof/"
    assert as_(manager).get(address).status_code == 403
    page = as_(lead)
    assert f'value="{old.pk}-"' in page.get(address).content.decode()

    stale = page.post(address, {"plan_version": "", "release": "", "seen": "-"})
    assert (
        page.post(address, {"plan_version": "", "release": "", "seen": f"{'9' * 5_000}-"}).status_code == 422
    )
    page.post(address, {"plan_version": "", "release": "", "seen": f"{old.pk}-"})

    action.refresh_from_db()
    assert stale.status_code == 422
    assert action.plan_version is None
