"""Every notice of the sample's file is imported and shows what happened, in the words that staff read."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.intake.sample import loading
from releases import actions
from releases.actions import Outage
from releases.models import Freeze, Release

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("notices of the sample"),  # one worker, one import
]
FOLDER = Path(loading.__file__).parent
FILES = [str(FOLDER / name) for name in ("catalogue.yaml", "notices.yaml", "incidents.yaml")]
RECORDS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "notices.yaml").read_text())["notices"]
REFS = [record["ref"] for record in RECORDS if not record["ref"].startswith("FRZ-")]
TRUSTED = {"TRUSTED_NETWORKS": ["127.0.0.0/8"]}


@pytest.fixture(scope="module")
def ward(django_db_setup: None, django_db_blocker: Any) -> Iterator[Client]:
    """Somebody on a ward's computer, with the file imported once."""
    with django_db_blocker.unblock(), override_settings(**TRUSTED), transaction.atomic():
        call_command("import_records", *FILES, verbosity=0, no_color=True)
        yield Client()
        transaction.set_rollback(True)


def text_of(response: Any) -> str:
    assert response.status_code == 200
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def page(ward: Client, ref: str) -> str:
    return text_of(ward.get(f"/releases/{ref}/"))


@pytest.mark.parametrize("record", [each for each in RECORDS if each["ref"] in REFS], ids=REFS)
def test_every_notice_says_all_that_its_record_says(ward: Client, record: dict[str, Any]) -> None:
    shown = page(ward, record["ref"])

    said = [record[name] for name in ("title", "summary", "contact", "owner_role", "outcome", "ref")]
    said += [text for phase in ("before", "during", "after") for text in record[phase]]
    said += [update["text"] for update in record.get("updates", [])]
    said += [record[name] for name in ("reason", "local_note", "clock_note") if name in record]
    said += [*record["approved_by_roles"]]
    for text in said:
        assert " ".join(text.split()) in shown


@pytest.mark.parametrize("ref", REFS)
def test_every_notice_stands_in_the_list(ward: Client, ref: str) -> None:
    assert ref in text_of(ward.get(f"/releases/?q={ref}"))


@pytest.mark.parametrize("ref", REFS)
def test_every_notice_names_every_service_it_is_about(ward: Client, ref: str) -> None:
    release = Release.objects.get(ref=ref)
    services = page(ward, ref).split(" Services ")[1].split(" Contact ")[0]

    assert [each.name for each in release.services.all() if each.name not in services] == []
    assert [
        each.service.name for each in release.disruptions.all() if each.service.name not in services
    ] == []


def states(*, of: dict[str, str]) -> dict[str, str]:
    return {ref: of.get(ref, "Completed") for ref in REFS}


def test_every_notice_stands_in_its_final_state(ward: Client) -> None:
    cancelled = {"REL-2024-069": "Cancelled"}

    assert {each.ref: each.get_state_display() for each in Release.objects.all()} == states(of=cancelled)


def test_the_story_is_told_with_exactly_its_facts(ward: Client) -> None:
    shown = page(ward, "REL-2024-071")

    for sentence in (
        "NHS e-Referral Service (e-RS) is not available from 4pm on Friday 1 November to 12:36am on "
        "Saturday 2 November 2024. That is 8 hours 36 minutes.",
        "12:36am to 12:44am: the service is back and being checked. That is 8 minutes.",
        "Work window 4pm on Friday 1 November to 12:44am on Saturday 2 November 2024 (8 hours 44 minutes)",
        "How it ended The release was completed successfully. Slot polls were not affected overnight.",
        "Down NHS e-Referral Service (e-RS) At risk e-RS slot polling",
    ):
        assert sentence in shown


def test_the_overrun_says_by_how_much(ward: Client) -> None:
    shown = page(ward, "MNT-2024-063")

    assert (
        "Planned 9pm on Saturday 9 November to 1am on Sunday 10 November 2024 4 hours "
        "Actual 9:02pm on Saturday 9 November to 5:47am on Sunday 10 November 2024 8 hours 45 minutes "
        "Longer than planned 4 hours 47 minutes"
    ) in shown
    assert "Overrunning Copy 80% done. We expect PACS back by 6am." in shown
    assert "Imaging archive work overran into Sunday morning" in shown
    assert "6 hours, 4 hours 47 minutes longer than planned" in text_of(ward.get("/releases/?q=MNT-2024-063"))
    others = [ref for ref in REFS if ref != "MNT-2024-063"]
    assert [ref for ref in others if "longer than planned" in text_of(ward.get(f"/releases/?q={ref}"))] == []


def test_the_cancelled_one_says_so_and_what_replaced_it(ward: Client) -> None:
    shown = page(ward, "REL-2024-069")

    assert "Electronic prescribing release 8.2 Cancelled REL-2024-069" in shown
    assert "Cancelled before it started. Replaced by REL-2024-080." in shown
    assert (
        "4:20pm on Monday 14 October 2024 , Pharmacy systems manager Cancelled Cancelled. Carry on" in shown
    )
    assert "Replaced by REL-2024-080 Printed" in shown
    assert "Planned and actual times" not in shown
    assert "By the clock" not in shown
    assert "Replaces REL-2024-069" in page(ward, "REL-2024-080")


def test_the_one_over_the_clock_change_is_measured_in_true_hours(ward: Client) -> None:
    shown = page(ward, "MNT-2024-058")

    for sentence in (
        "Laboratory system (LIMS) is not available from 11pm BST on Saturday 26 October to 4am GMT on "
        "Sunday 27 October 2024. That is 6 hours.",
        "Work window 10pm BST on Saturday 26 October to 6am GMT on Sunday 27 October 2024 (9 hours)",
        "Actual 11:05pm BST on Saturday 26 October to 3:41am GMT on Sunday 27 October 2024 5 hours 36 minutes "
        "Longer than planned No",
        "1:30am GMT on Sunday 27 October 2024 , Pathology IT manager",
    ):
        assert sentence in shown


def test_work_that_stops_nothing_says_so_and_still_names_its_services(ward: Client) -> None:
    generator, wifi, easter = (page(ward, ref) for ref in ("MNT-2024-066", "MNT-2025-016", "MNT-2025-018"))

    assert "Main data centre (no outage planned)" in generator
    assert "at risk from 6am to 7:30am on Wednesday 13 November 2024. That is 1 hour 30 minutes." in generator
    assert "Wi-Fi (no outage planned)" in wifi
    assert (
        "Planned work from 6pm on Thursday 17 April to 8am on Tuesday 22 April 2025, with no outage planned."
    ) in easter
    assert "Services None Contact" in easter


def test_the_one_with_issues_says_that_first(ward: Client) -> None:
    assert (
        "How it ended Completed with issues. The release went in, but slot polls failed for 2 nights."
    ) in page(ward, "REL-2025-011")


@pytest.mark.parametrize("on", ["2024-12-01", "2025-01-06"])
def test_the_freeze_stands_in_the_calendar(ward: Client, on: str) -> None:
    freeze = Freeze.objects.get()

    shown = text_of(ward.get(f"/releases/calendar/?view=month&on={on}"))

    assert (freeze.ref, freeze.title) == ("FRZ-2024-01", "Christmas and New Year change freeze")
    assert freeze.title in shown
    assert freeze.title not in text_of(ward.get("/releases/calendar/?view=month&on=2024-11-15"))


@pytest.mark.parametrize("record", [each for each in RECORDS if each["ref"] in REFS], ids=REFS)
def test_every_notice_that_took_place_stands_in_the_calendar_of_its_month(
    ward: Client, record: dict[str, Any]
) -> None:
    on = record["work_start"].date().isoformat()

    shown = text_of(ward.get(f"/releases/calendar/?view=month&on={on}"))

    assert (record["title"] in shown) == (record["status"] != "cancelled")


def test_a_notice_that_was_rolled_back_says_why_and_when(ward: Client, import_: Any) -> None:
    stored, said, refused = import_(notices=ROLLED_BACK)
    assert stored, said + refused

    shown = page(ward, "REL-2024-090")

    assert "Rolled back REL-2024-090" in shown
    assert "Rolled back Slots did not load, so the version before is back." in shown
    assert "Actual 8pm to 9:10pm on Tuesday 3 December 2024 1 hour 10 minutes" in shown
    assert (
        "The whole work Planned 8pm to 11pm on Tuesday 3 December 2024 3 hours Actual 8pm to 9:20pm" in shown
    )


def test_the_lesson_of_14_7_is_shown_to_whoever_writes_the_next_notice(
    ward: Client, manager: User, as_: Any
) -> None:
    form = as_(manager).get("/releases/new/?service=ers")

    shown = text_of(form)

    assert "NHS e-Referral Service (e-RS) Maintenance Release 14.7 , 2 November 2024" in shown
    assert "The release was completed successfully. Slot polls were not affected overnight." in shown
    assert "3 reminders, at 7 days, 1 day and 2 hours, were enough." in shown


def test_the_lesson_comes_as_soon_as_the_service_is_ticked_and_on_the_draft(
    ward: Client, manager: User, as_: Any
) -> None:
    ers = Service.objects.get(key="ers")
    ticked = {"services": [ers.pk], "effect": "down"}
    start = now() + timedelta(days=30)
    outage = Outage(ers, "down", Range(start, start + timedelta(hours=1), "[)"))
    draft = actions.draft(by=manager, at=now(), title="e-RS 14.8", outages=[outage], contact="ext 5000")

    part = as_(manager).post("/releases/weigh/", ticked, headers={"HX-Request": "true"})
    preview = as_(manager).get(draft.get_absolute_url())

    lesson = "3 reminders, at 7 days, 1 day and 2 hours, were enough."
    assert '<hx-partial hx-target="#last-times"' in part.content.decode()
    assert lesson in part.content.decode()
    assert lesson in text_of(preview)


def test_the_last_times_say_how_much_longer_it_took(ward: Client, manager: User, as_: Any) -> None:
    shown = text_of(as_(manager).get("/releases/new/?service=pacs"))

    assert "Imaging archive expansion , 10 November 2024, 4 hours 47 minutes longer than planned" in shown


ROLLED_BACK = """\
notices:
  - ref: REL-2024-090
    title: e-RS Maintenance Release 14.8
    kind: release
    services: [ers]
    work_start: 2024-12-03T20:00:00+00:00
    work_end: 2024-12-03T23:00:00+00:00
    outage_start: 2024-12-03T20:00:00+00:00
    outage_end: 2024-12-03T22:00:00+00:00
    actual_outage_start: 2024-12-03T20:00:00+00:00
    actual_outage_end: 2024-12-03T21:10:00+00:00
    impact: unavailable
    status: rolled_back
    outcome: Slots did not load, so the version before is back.
    updates:
      - {at: "2024-12-03T21:20:00+00:00", status: rolled_back, text: e-RS is back as it was before the release.}
"""
