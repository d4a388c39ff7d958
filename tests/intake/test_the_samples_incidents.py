"""Every incident of the sample's file is imported and shows what happened, promises that were not kept included."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from continuity.core.clock import LONDON, now
from continuity.core.wording import length_words
from continuity.intake.sample import loading
from continuity.reports.learning import figures
from continuity.reports.trends import promises
from incidents.models import Incident
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("incidents of the sample"),  # one worker, one import
]
FOLDER = Path(loading.__file__).parent
FILES = [str(FOLDER / name) for name in ("catalogue.yaml", "notices.yaml", "incidents.yaml")]
RECORDS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "incidents.yaml").read_text())["incidents"]
# An update came later than the severity promises, before the service was back: how much later, one by one.
LATE = {
    "INC-2024-008": ["5 minutes"],
    "INC-2024-009": ["5 minutes"],
    "INC-2024-019": ["10 minutes"],
    "INC-2025-001": ["2 minutes"],
    "INC-2025-006": ["12 minutes", "2 hours", "3 hours 20 minutes"],
}


@pytest.fixture(scope="module")
def reader(django_db_setup: None, django_db_blocker: Any) -> Iterator[Client]:
    """Somebody who may read incident records, with the files imported once."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("import_records", *FILES, verbosity=0, no_color=True)
        client = Client()
        client.force_login(UserFactory(role="reader"), backend="django.contrib.auth.backends.ModelBackend")
        yield client
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def ward(reader: Client) -> Iterator[Client]:
    """Somebody on a ward's computer."""
    with override_settings(TRUSTED_NETWORKS=["127.0.0.0/8"]):
        yield Client()


def page(client: Client, ref: str) -> str:
    response = client.get(f"/incidents/{ref}/")
    assert response.status_code == 200
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


@pytest.mark.parametrize("record", RECORDS, ids=[each["ref"] for each in RECORDS])
def test_every_incident_says_all_that_its_record_says(reader: Client, record: dict[str, Any]) -> None:
    shown = page(reader, record["ref"])

    said = [record[name] for name in ("title", "impact", "ref", "national_reference") if name in record]
    said += [text for update in record["updates"] for text in [update["text"]]]
    said += [text for line in record["timeline"] for text in (line["text"], line["by"])]
    assert [text for text in said if " ".join(text.split()) not in shown] == []
    assert f"Severity {record['severity']}" in shown
    back = (
        datetime.fromisoformat(str(record["resolved_at"]))
        - Incident.objects.get(ref=record["ref"]).started_at
    )
    assert f"after {length_words(back)}" in shown


@pytest.mark.parametrize("record", RECORDS, ids=[each["ref"] for each in RECORDS])
def test_staff_read_the_updates_and_not_the_record(ward: Client, record: dict[str, Any]) -> None:
    shown = page(ward, record["ref"])

    assert [each["text"] for each in record["updates"] if each["text"] not in shown] == []
    told = " ".join(each["text"] for each in record["updates"])
    assert [
        each["text"] for each in record["timeline"] if each["text"] in shown and each["text"] not in told
    ] == []


@pytest.mark.parametrize("ref", [each["ref"] for each in RECORDS])
def test_an_update_later_than_promised_is_shown_so_and_no_other(reader: Client, ref: str) -> None:
    shown = page(reader, ref)

    assert [f"It came {late} late." in shown for late in LATE.get(ref, [])] == [True] * len(LATE.get(ref, []))
    assert shown.count("An update was promised by") == len(LATE.get(ref, []))


def test_every_record_of_the_file_is_on_the_list(reader: Client) -> None:
    shown = BeautifulSoup(reader.get("/incidents/").content, "html.parser").get_text(" ")

    assert [record["ref"] for record in RECORDS if record["ref"] not in shown] == []


def test_the_chart_of_monthly_minutes_agrees_with_the_file(reader: Client) -> None:
    """Worked out here from the file alone, minute by minute, by Wheeler's formulas as he writes them."""
    months = [date(2024 + number // 12, number % 12 + 1, 1) for number in range(8, 21)]
    minutes = [len(minutes_of(month)) for month in months]
    ranges = [abs(after - before) for before, after in pairwise(minutes)]
    average = sum(ranges) / len(ranges)
    usual = [each for each in ranges if each <= 3.268 * average]
    middle, away = sum(minutes) / len(minutes), 2.66 * sum(usual) / len(usual)

    charts = {each.head.key: each for each in figures(datetime(2025, 10, 15, tzinfo=UTC), 24)}
    found = charts["minutes-limits"]

    assert [row[1] for row in found.rows] == [f"{each:,}" for each in minutes]
    assert [row[2] for row in found.rows[1:]] == [
        f"{each:,}" + (" (above its limit)" if each > 3.268 * sum(usual) / len(usual) else "")
        for each in ranges
    ]
    assert f"The mean is {middle:,.1f}; between 0 and {middle + away:,.1f} is chance." in found.head.says
    outside = [row[0] for row in found.rows if "utside the limits" in row[3]]
    assert outside == [
        f"{month:%B %Y}" for month, each in zip(months, minutes, strict=True) if each > middle + away
    ]


def minutes_of(month: date) -> set[tuple[str, int]]:
    """Every minute of a month in London in which a service of the file could not be used, unplanned."""
    after = (month + timedelta(days=31)).replace(day=1)
    begins, ends = (minute(datetime.combine(day, time(0), LONDON)) for day in (month, after))
    return {
        (service, each)
        for record in RECORDS
        if record["severity"] <= 2  # milder ones leave a service usable in part
        for service in record["services"]
        for each in range(minute(start_of(record)), minute(record["resolved_at"]))
        if begins <= each < ends
    }


def start_of(record: dict[str, Any]) -> datetime:
    """When somebody or something first noticed, as the timeline of the file says."""
    noticed = [line["at"] for line in record["timeline"] if line["kind"] == "detected"]
    return min(datetime.fromisoformat(str(at)) for at in [record["detected_at"], *noticed])


def minute(at: Any) -> int:
    return int(datetime.fromisoformat(str(at)).timestamp()) // 60


def test_promises_are_counted_as_they_are_shown(reader: Client) -> None:
    found = promises([date(2024, 9, 1), *(date(2025, month, 1) for month in range(1, 13))], now())

    assert sum(each.made - each.kept for each in found.values()) == sum(map(len, LATE.values()))
