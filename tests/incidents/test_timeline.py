"""The timeline: one order for what the ledger knows, what was written by hand and what staff read."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from continuity.accounts.models import User
from continuity.core.ledger import SYSTEM, record
from incidents import actions
from incidents.models import Incident
from incidents.timeline import VERBS, Item, timeline

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def shown(incident: Incident) -> list[Item]:
    return timeline(incident, incident.updates.all())


def test_what_is_written_late_stands_where_it_happened(light: Incident, manager: User, at: datetime) -> None:
    actions.no_change(incident=light, by=manager, at=at + 3 * HOUR)
    facts: dict[str, Any] = {"incident": light, "kind": "action", "by": manager}
    actions.add_entry(**facts, text="Sent a runner.", occurred_at=at + HOUR, at=at + 4 * HOUR)
    actions.add_entry(**facts, text="Rang the supplier.", occurred_at=at + 2 * HOUR, at=at + 2 * HOUR)

    items = shown(light)

    said = [item.text for item in items if item.text]
    assert said.index("Sent a runner.") < said.index("Rang the supplier.")
    assert items[-1].title == "Update 2 to staff"
    late = {item.text: item.is_late for item in items if item.entry}
    assert late == {"Sent a runner.": True, "Rang the supplier.": False}


def test_milestones_come_from_the_ledger_with_their_reasons(
    light: Incident, manager: User, at: datetime
) -> None:
    actions.set_severity(incident=light, severity=4, reason="One ward only", by=manager, at=at + HOUR)
    actions.fix(incident=light, instruction="use", by=manager, at=at + 2 * HOUR)

    titles = {item.title: item for item in shown(light)}

    assert titles["Severity set to 4"].text == "One ward only"
    assert {"Declared, severity 3", "Service restored", "Stood down"} <= set(titles)
    assert titles["Service restored"].who == "IT manager"


def test_at_one_instant_what_was_done_comes_before_what_staff_were_told(
    light: Incident, manager: User, at: datetime
) -> None:
    actions.fix(incident=light, instruction="use", by=manager, at=at + HOUR)

    titles = [item.title for item in shown(light)]

    assert titles == [
        *("Declared, severity 3", "Took the role: Incident manager", "Update 1 to staff"),
        *("Service restored", "Stood down", "Update 2 to staff"),
    ]


def test_nothing_stands_twice(light: Incident, manager: User, at: datetime) -> None:
    actions.add_entry(incident=light, kind="action", text="Once.", occurred_at=at, by=manager, at=at)

    titles = [item.title for item in shown(light)]

    assert len(titles) == len(set(titles))


def test_an_estimated_start_is_said(declared: Any, manager: User, at: datetime) -> None:
    incident = declared(by=manager, started_at=at - HOUR, is_start_estimated=True)

    assert shown(incident)[0].title == "Started (estimated)"


def test_every_line_that_is_shown_has_words(light: Incident, at: datetime) -> None:
    for verb in VERBS:
        record(verb, light, by=SYSTEM, at=at, to="stay_on_paper")

    assert all(item.title and "{" not in item.title for item in shown(light))


def test_an_entry_and_an_update_are_corrected_from_where_they_stand(
    light: Incident, manager: User, clinician: User, as_: Any, at: datetime
) -> None:
    wrong = actions.add_entry(
        incident=light,
        kind="decision",
        text="Ward 3 moves.",
        reason="Asked",
        occurred_at=at,
        by=manager,
        at=at,
    )
    address = f"/incidents/{light.ref}/timeline/"

    links = correcting(as_(manager).get(address))
    begun = as_(manager).get(links[f"/incidents/{light.ref}/entry/"]).context["form"]

    assert set(links) == {f"/incidents/{light.ref}/entry/", f"/incidents/{light.ref}/update/"}
    assert (begun["kind"].value(), begun["corrects"].value()) == ("correction", wrong.pk)
    assert not correcting(as_(clinician).get(address))


def test_nothing_is_corrected_once_the_record_is_closed(
    light: Incident, manager: User, as_: Any, at: datetime
) -> None:
    actions.fix(incident=light, instruction="use", by=manager, at=at)
    actions.close(incident=light, by=manager, at=at)

    pages = [as_(manager).get(f"/incidents/{light.ref}/{page}/") for page in ("timeline", "room")]

    assert [correcting(page) for page in pages] == [{}, {}]


def test_a_correction_is_not_corrected(light: Incident, manager: User, at: datetime) -> None:
    facts: dict[str, Any] = {"incident": light, "occurred_at": at, "by": manager, "at": at}
    wrong = actions.add_entry(**facts, kind="action", text="Ward 3.")

    right = actions.add_entry(**facts, kind="correction", text="Ward 4.", corrects=wrong)

    may = {item.entry.pk: item.may_be_corrected for item in shown(light) if item.entry}
    assert may == {wrong.pk: True, right.pk: False}


def correcting(page: Any) -> dict[str, str]:
    """The links that correct something, by the address of their form."""
    links = BeautifulSoup(page.content, "html.parser").find_all("a")
    found = [str(link["href"]) for link in links if link.get_text().startswith("Correct this")]
    return {href.partition("?")[0]: href for href in found}
