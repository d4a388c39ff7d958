"""Procedures in use: pinned to a version, ticked by several people at once, completed with everything settled."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about, verify_about
from continuity.core.models import Words
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.plans.models import Procedure, Step, Version
from incidents import actions
from incidents.actions import running, ticking
from incidents.course import Course, newer_than, offered, with_steps
from incidents.evidence import EvidenceError, read_evidence
from incidents.models import Incident, Run, StepRun
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
S = StepRun.State


def procedure_of(
    services: list[Service], *, kind: str = "downtime", title: str = "If Wi-Fi fails"
) -> Procedure:
    made = Procedure.objects.create(
        key=title.lower().replace(" ", "-"), title=title, kind=kind, owner=TeamFactory.create()
    )
    made.services.set(services)
    return made


def version_of(procedure: Procedure, number: int = 1, *, evidence: str = "text") -> Version:
    made = Version.objects.create(
        procedure=procedure,
        number=number,
        state="published",
        review_by=date(2025, 6, 1),
        content_hash="0" * 64,
    )
    steps: list[dict[str, Any]] = [
        {"text": "Open the downtime box.", "due_after_min": 20},
        {"text": "Count the phones.", "evidence": evidence, "depends_on": [1]},
        {"text": "Put up the notice.", "is_required": False},
        {"text": "Check the list.", "evidence": "second_person"},
    ]
    Step.objects.bulk_create(Step(version=made, order=order, **facts) for order, facts in enumerate(steps, 1))
    return made


@pytest.fixture
def version(wifi: Service) -> Version:
    return version_of(procedure_of([wifi]))


@pytest.fixture
def run(light: Incident, version: Version, manager: User, at: datetime) -> Run:
    return running.start_run(incident=light, version=version, by=manager, at=at)


@pytest.fixture
def step(run: Run) -> Callable[[int], StepRun]:
    """`step(2)`: the second step as a page of its own finds it."""

    def find(order: int) -> StepRun:
        steps = StepRun.objects.select_related("step", "person", "run__incident", "run__version__procedure")
        return steps.get(run=run, step__order=order)

    return find


def said(incident: Incident) -> list[tuple[str, str]]:
    """Verb and words of the lines about runs and steps."""
    lines = [line for line in lines_about(incident) if "run_" in line.verb or "step_" in line.verb]
    words = Words.objects.in_bulk([line.words_id or 0 for line in lines])
    return [(line.verb.partition(".")[2], words[line.words_id or 0].said) for line in lines]


def settle(step: Callable[[int], StepRun], by: User, other: User, at: datetime) -> None:
    ticking.tick(step=step(1), by=by, at=at)
    ticking.tick(step=step(2), evidence="12 phones", by=by, at=at)
    ticking.tick(step=step(4), second_person=other, by=by, at=at)


def test_the_procedures_of_services_that_are_hit_offer_themselves(
    light: Incident, wifi: Service, manager: User, at: datetime
) -> None:
    fitting = [
        version_of(procedure_of([wifi], kind=kind, title=title))
        for kind, title in (("action_card", "Card"), ("downtime", "Downtime"), ("recovery", "Recovery"))
    ]
    general = version_of(procedure_of([], kind="playbook", title="Any failure"))
    version_of(procedure_of([], kind="downtime", title="Nothing of ours"))

    while_away = offered(light, [])
    actions.restore(incident=light, by=manager, at=at + HOUR)

    assert while_away == [fitting[0], fitting[1], general]
    assert offered(light, []) == [fitting[0], general, fitting[2]]


def test_a_run_keeps_its_version_and_names_the_newer_one(run: Run, version: Version) -> None:
    Version.objects.filter(pk=version.pk).update(state="superseded")
    newer = version_of(version.procedure, 2)

    found = newer_than(run)

    assert found == newer
    assert run.version == version


def test_only_the_published_version_is_started(
    light: Incident, version: Version, manager: User, at: datetime
) -> None:
    Version.objects.filter(pk=version.pk).update(state="superseded")

    with pytest.raises(Refused, match="is not the published version"):
        running.start_run(incident=light, version=version, by=manager, at=at)

    assert not light.runs.exists()


def test_a_newer_version_starts_once_the_older_run_is_over_and_is_linked(
    run: Run, light: Incident, version: Version, manager: User, at: datetime
) -> None:
    Version.objects.filter(pk=version.pk).update(state="superseded")
    newer = version_of(version.procedure, 2)
    with pytest.raises(Conflict, match="Complete or abandon it, then start version 2"):
        running.start_run(incident=light, version=newer, by=manager, at=at)
    running.abandon_run(run=run, reason="A newer one.", by=manager, at=at)

    again = running.start_run(incident=light, version=newer, by=manager, at=at)

    assert again.follows == run


def test_each_tick_leaves_its_line_and_the_record_holds(
    run: Run, step: Any, light: Incident, manager: User, lead: User, at: datetime
) -> None:
    settle(step, manager, lead, at)
    running.complete_run(run=run, by=manager, at=at)

    assert said(light) == [
        ("run_started", "If Wi-Fi fails, version 1"),
        ("step_done", "If Wi-Fi fails, step 1: Open the downtime box."),
        ("step_done", "If Wi-Fi fails, step 2: Count the phones. 12 phones"),
        ("step_done", "If Wi-Fi fails, step 4: Check the list. Checked by Continuity lead."),
        ("run_completed", "If Wi-Fi fails, version 1"),
    ]
    assert list(verify_about(light)) == []


def test_a_tick_that_was_changed_past_the_portal_is_named(
    step: Any, light: Incident, manager: User, at: datetime
) -> None:
    ticking.tick(step=step(2), evidence="12 phones", by=manager, at=at)
    StepRun.objects.filter(pk=step(2).pk).update(evidence="20 phones")

    found = [fault.sentence for fault in verify_about(light)]

    assert found == [f"Step {step(2).step_id} of run {step(2).run_id} of {light} was changed."]


@pytest.mark.parametrize(
    ("order", "given", "sentence"),
    [
        (2, {}, "Say what shows that it is done"),
        (4, {}, "Say who checked the step with you"),
        (1, {"is_on_paper": True}, "Say when it was done"),
    ],
)
def test_nothing_is_done_without_what_it_asks_for(
    step: Any, manager: User, at: datetime, order: int, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        ticking.tick(step=step(order), by=manager, at=at, **given)

    assert step(order).state == S.PENDING


def test_nobody_is_their_own_second_person(step: Any, manager: User, at: datetime) -> None:
    with pytest.raises(Refused, match="somebody else than you"):
        ticking.tick(step=step(4), second_person=manager, by=manager, at=at)


def test_what_was_done_on_paper_keeps_both_times(step: Any, manager: User, at: datetime) -> None:
    ticking.tick(step=step(1), done_at=at + MINUTE, is_on_paper=True, by=manager, at=at + HOUR)

    found = step(1)

    assert (found.done_at, found.entered_at, found.is_on_paper) == (at + MINUTE, at + HOUR, True)


@pytest.mark.parametrize(
    ("hours", "sentence"), [(2, "cannot be in the future"), (-1, "before the start of the procedure")]
)
def test_a_step_is_done_neither_ahead_nor_before_the_start(
    step: Any, manager: User, at: datetime, hours: int, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        ticking.tick(step=step(1), done_at=at + hours * HOUR, by=manager, at=at + HOUR)


def test_the_second_who_ticks_is_told_who_was_first(
    step: Any, manager: User, lead: User, at: datetime
) -> None:
    stale = step(1)
    ticking.tick(step=step(1), by=manager, at=at)

    with pytest.raises(
        Conflict, match=r"IT manager marked this step as done at 4pm on Friday 1 November 2024\."
    ):
        ticking.tick(step=stale, by=lead, at=at + MINUTE)


def test_the_order_is_advised_and_not_enforced(run: Run, step: Any, manager: User, at: datetime) -> None:
    before = Course(with_steps(Run.objects.all()).get(), at).rows[1].waits_for

    ticking.tick(step=step(2), evidence="12", by=manager, at=at)

    assert before == [1]
    assert step(2).is_settled


def test_a_step_is_due_from_the_start_and_overdue_after(run: Run, at: datetime) -> None:
    found = with_steps(Run.objects.all()).get()

    due = [Course(found, at + n * MINUTE).rows[0] for n in (20, 21)]

    assert [row.is_overdue for row in due] == [False, True]
    assert due[0].due_at == at + 20 * MINUTE
    assert Course(found, at + HOUR).sentence == "0 of 4 steps are settled; 1 is overdue."


@pytest.mark.parametrize("to", [S.SKIPPED, S.NOT_APPLICABLE, S.BLOCKED])
def test_what_is_not_done_has_its_reason(
    step: Any, light: Incident, manager: User, at: datetime, to: str
) -> None:
    with pytest.raises(Refused, match="Say why the step is not done"):
        ticking.set_aside(step=step(1), to=to, reason="", by=manager, at=at)

    ticking.set_aside(step=step(1), to=to, reason="The box is empty.", by=manager, at=at)

    assert (step(1).state, step(1).reason) == (to, "The box is empty.")
    assert said(light)[-1][1].endswith("step 1: Open the downtime box. The box is empty.")


def test_a_required_step_of_a_held_role_is_skipped_by_its_holder_or_a_commander(
    step: Any, light: Incident, manager: User, lead: User, commander: User, at: datetime
) -> None:
    other = UserFactory(username="other", job_title="Duty manager", role="manager")
    Step.objects.filter(pk=step(1).step_id).update(owner_role="Incident manager")

    with pytest.raises(Forbidden, match="Only IT manager or a commander can skip it"):
        ticking.set_aside(step=step(1), to=S.SKIPPED, reason="No box.", by=other, at=at)
    ticking.set_aside(step=step(1), to=S.SKIPPED, reason="No box.", by=commander, at=at)

    assert step(1).state == S.SKIPPED


def test_a_tick_is_taken_back_by_an_event_of_its_own(
    step: Any, light: Incident, manager: User, at: datetime
) -> None:
    ticking.tick(step=step(2), evidence="12", by=manager, at=at)

    ticking.take_back(step=step(2), reason="Counted wrong.", by=manager, at=at + MINUTE)

    assert (step(2).state, step(2).person, step(2).evidence) == (S.PENDING, None, "")
    assert said(light)[-2:] == [
        ("step_done", "If Wi-Fi fails, step 2: Count the phones. 12"),
        (
            "step_taken_back",
            "If Wi-Fi fails, step 2: Count the phones. It was done, IT manager. Counted wrong.",
        ),
    ]
    assert list(verify_about(light)) == []


def test_a_run_is_not_completed_while_a_required_step_is_open(
    run: Run, step: Any, manager: User, at: datetime
) -> None:
    ticking.tick(step=step(1), by=manager, at=at)

    with pytest.raises(Refused, match=r"Steps still to do: 2 \(Count the phones\), 4 \(Check the list\)"):
        running.complete_run(run=run, by=manager, at=at)

    assert Run.objects.get(pk=run.pk).state == Run.State.RUNNING


def test_nobody_ticks_while_it_is_paused(run: Run, step: Any, manager: User, at: datetime) -> None:
    running.pause_run(run=run, by=manager, at=at)

    with pytest.raises(Conflict, match=r"paused\. Resume it"):
        ticking.tick(step=step(1), by=manager, at=at)
    running.resume_run(run=run, by=manager, at=at)
    ticking.tick(step=step(1), by=manager, at=at)

    assert step(1).is_settled


def test_what_is_over_stays_as_it_is(run: Run, step: Any, manager: User, at: datetime) -> None:
    running.abandon_run(run=run, reason="Power is back.", by=manager, at=at)

    with pytest.raises(Conflict, match="abandoned, so its steps stay"):
        ticking.tick(step=step(1), by=manager, at=at)
    with pytest.raises(Conflict):
        running.complete_run(run=run, by=manager, at=at)


def test_abandoning_asks_why(run: Run, manager: User, at: datetime) -> None:
    with pytest.raises(Refused, match="Say why"):
        running.abandon_run(run=run, reason="", by=manager, at=at)


def test_what_is_in_use_ends_with_its_incident(
    run: Run, light: Incident, manager: User, at: datetime
) -> None:
    actions.fix(incident=light, instruction="use", by=manager, at=at + HOUR)
    actions.close(incident=light, by=manager, at=at + HOUR)

    run.refresh_from_db()

    assert (run.state, run.ended_why) == (Run.State.ABANDONED, "The incident was closed.")
    assert list(verify_about(light)) == []


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        *(("number", "1,200", "1200"), ("number", " 3.5 ", "3.5"), ("time", "15:20", "3:20pm")),
        *(("file", "Folder 4,\nroom 2", "Folder 4, room 2"), ("none", "x", ""), ("text", " a  b ", "a b")),
    ],
)
def test_evidence_is_kept_as_people_read_it(kind: str, text: str, kept: str) -> None:
    assert read_evidence(kind, text) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "a few"),
        ("number", "nan"),
        ("time", "late"),
        ("text", " "),
        ("file", ""),
        ("text", "x" * 301),
    ],
)
def test_evidence_that_is_none_is_refused(kind: str, text: str) -> None:
    with pytest.raises(EvidenceError):
        read_evidence(kind, text)


PRESSES = st.tuples(
    st.sampled_from(["begin", "tick", "skip", "block", "back", "pause", "resume", "complete", "abandon"]),
    st.integers(0, 1),
    st.integers(1, 4),
    st.booleans(),
)


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(presses=st.lists(PRESSES, max_size=14))
def test_whatever_people_press_a_run_keeps_its_promises(
    presses: list[tuple[str, int, int, bool]],
    run: Run,
    light: Incident,
    manager: User,
    lead: User,
    at: datetime,
) -> None:
    with transaction.atomic():
        for press in presses:
            _press_and_look(press, run, [manager, lead], at)
        assert list(verify_about(light)) == []
        transaction.set_rollback(True)


def _press_and_look(press: tuple[str, int, int, bool], run: Run, people: list[User], at: datetime) -> None:
    """One press by one of two people: refused ones change nothing, and no promise is broken."""
    before = _standing(run)
    name, who, order, is_whole = press
    steps = StepRun.objects.select_related("step", "person", "run__incident", "run__version__procedure")
    step, by = steps.get(run=run, step__order=order), people[who]
    proof: dict[str, Any] = {"evidence": "12", "second_person": people[1 - who]} if is_whole else {}
    fresh = Run.objects.select_related("incident", "version__procedure").get(pk=run.pk)
    acts: dict[str, Callable[[], object]] = {
        "begin": lambda: ticking.begin_step(step=step, by=by, at=at),
        "tick": lambda: ticking.tick(step=step, by=by, at=at, **proof),
        "skip": lambda: ticking.set_aside(step=step, to=S.SKIPPED, reason="No." * is_whole, by=by, at=at),
        "block": lambda: ticking.set_aside(step=step, to=S.BLOCKED, reason="No." * is_whole, by=by, at=at),
        "back": lambda: ticking.take_back(step=step, reason="No." * is_whole, by=by, at=at),
        "pause": lambda: running.pause_run(run=fresh, by=by, at=at),
        "resume": lambda: running.resume_run(run=fresh, by=by, at=at),
        "complete": lambda: running.complete_run(run=fresh, by=by, at=at),
        "abandon": lambda: running.abandon_run(run=fresh, reason="No." * is_whole, by=by, at=at),
    }
    try:
        with transaction.atomic():
            acts[name]()
    except Refused:
        assert _standing(run) == before
    else:
        assert not (name == "tick" and before[1][order - 1][0] in StepRun.SETTLED), "a step was done twice"
    state, rows = _standing(run)
    needs = {2: "evidence", 4: "second_person"}
    done = {number: row for number, row in enumerate(rows, 1) if row[0] == S.DONE}
    assert all(row[1] for number, row in done.items() if needs.get(number) == "evidence")
    assert all(
        row[2] not in {None, row[3]} for number, row in done.items() if needs.get(number) == "second_person"
    )
    required = [row[0] for number, row in enumerate(rows, 1) if number != 3]
    assert state != Run.State.COMPLETED or set(required) <= StepRun.SETTLED


def _standing(run: Run) -> tuple[str, list[tuple[Any, ...]]]:
    rows = StepRun.objects.filter(run=run).order_by("step__order")
    facts = list(rows.values_list("state", "evidence", "second_person", "person", "reason"))
    return Run.objects.values_list("state", flat=True).get(pk=run.pk), facts


def test_the_page_and_its_buttons(as_: Any, run: Run, step: Any, light: Incident, manager: User) -> None:
    client, address = as_(manager), f"/incidents/{light.ref}/runs/{run.pk}/"

    first = client.get(address).content.decode()
    client.post(f"{address}steps/{step(1).pk}/done/", {})
    refused = client.post(f"{address}steps/{step(2).pk}/done/", {"evidence": " "})
    completed = client.post(f"{address}complete/")

    assert "0 of 4 steps are settled" in first
    assert step(1).is_settled
    assert (refused.status_code, "Say what shows that it is done" in refused.content.decode()) == (422, True)
    assert (completed.status_code, "Steps still to do" in completed.content.decode()) == (409, True)


def test_an_open_page_hears_of_the_ticks_of_others(
    as_: Any, run: Run, step: Any, light: Incident, manager: User, lead: User, at: datetime
) -> None:
    client, address = as_(manager), f"/incidents/{light.ref}/runs/{run.pk}/now/"
    etag = client.get(address)["ETag"]

    unchanged = client.get(address, HTTP_IF_NONE_MATCH=etag).status_code
    ticking.tick(step=step(1), by=lead, at=at)
    heard = client.get(address, HTTP_IF_NONE_MATCH=etag)

    assert unchanged == 304
    assert "Continuity lead" in heard.content.decode()


def test_readers_of_records_see_a_run_and_tick_nothing(
    as_: Any, run: Run, step: Any, light: Incident, clinician: User
) -> None:
    client, address = as_(clinician), f"/incidents/{light.ref}/runs/{run.pk}/"

    page, ticked = client.get(address), client.post(f"{address}steps/{step(1).pk}/done/", {})

    shown = page.content.decode()
    assert (page.status_code, "I am on it" in shown, 'data-live="/live/incidents/' in shown) == (
        200,
        False,
        False,
    )
    assert ticked.status_code == 403
    assert not step(1).is_settled


def test_the_room_starts_what_fits(as_: Any, light: Incident, version: Version, manager: User) -> None:
    client = as_(manager)
    room = client.get(f"/incidents/{light.ref}/room/").content.decode()

    started = client.post(f"/incidents/{light.ref}/runs/start/", {"version": str(version.pk)})

    run = light.runs.get()
    assert "Start: If Wi-Fi fails" in room
    assert started["Location"] == f"/incidents/{light.ref}/runs/{run.pk}/"
    assert run.steps.count() == 4


def test_a_step_of_another_incident_is_not_found(
    as_: Any, run: Run, step: Any, severe: Incident, manager: User
) -> None:
    answer = as_(manager).post(f"/incidents/{severe.ref}/runs/{run.pk}/steps/{step(1).pk}/done/", {})

    assert answer.status_code == 404
