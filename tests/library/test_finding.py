"""Everything written down is found by words, service, factor and time, by whoever may read it and by nobody else."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.library.finding import A_PAGE, LESSONS, RANKED, Asked, find
from continuity.library.forms import LibraryForm
from continuity.plans.models import Version
from incidents.models import Incident
from incidents.reviews.models import LocalFactor, Review
from releases.models import Approval, Release
from tests.factories import IncidentFactory
from tests.library.conftest import DAY, WHEN, found

EVERYWHERE = {
    "INC-2024-001": (
        "INC-2024-001",
        "inc-2024",
        "handhelds",
        "radius",
        "wifi",
        "Wi-Fi",
        "printer",
        "color",
        "pediatr",
    ),
    "REV-2024-001": (
        "REV-2024",
        "back",
        "expiry",
        "robin",
        "falcon",
        "heron",
        "mailbox",
        "owl",
        "kestrel",
        "wifi",
    ),
    "REL-2024-071": ("REL-2024-071", "e-Referral", "14.7", '"slot polls"', "reminders", "wifi"),
    "downtime-7": ("paper", "switchb", "round", "handhelds", "Wi-Fi"),
}


def test_everything_is_found_by_every_word_it_says(
    clinician: User, incident: Incident, review: Review, release: Release, procedure: Version
) -> None:
    missed = [
        (ref, words)
        for ref, said in EVERYWHERE.items()
        for words in said
        if ref not in found(clinician, words)
    ]

    assert missed == []


def test_all_words_must_be_there_and_quoted_ones_together(clinician: User, release: Release) -> None:
    assert found(clinician, "slot reminders") == ["REL-2024-071"]
    assert found(clinician, "slot falcon") == []
    assert found(clinician, '"slot reminders"') == []


def test_what_stands_in_a_title_comes_before_what_is_mentioned(
    clinician: User, review: Review, incident: Incident
) -> None:
    earlier = dict.fromkeys(("started_at", "detected_at", "declared_at"), WHEN - DAY)
    IncidentFactory.create(ref="INC-2024-002", title="The falcon is down", **earlier)

    assert found(clinician, "falcon") == ["INC-2024-002", "REV-2024-001"]


def test_a_search_is_narrowed_by_kind_service_factor_and_time(
    clinician: User, wifi: Service, incident: Incident, review: Review, release: Release, procedure: Version
) -> None:
    local = LocalFactor.objects.get()
    IncidentFactory.create(ref="INC-2024-009")

    assert found(clinician, kind="plan") == ["downtime-7"]
    assert set(found(clinician, service=wifi.pk)) == set(EVERYWHERE)
    assert (
        found(clinician, factor="tools") == found(clinician, factor=f"local-{local.pk}") == ["REV-2024-001"]
    )
    assert found(clinician, factor="people") == []
    assert found(clinician, since=WHEN + DAY) == ["REV-2024-001"]
    assert "REV-2024-001" not in found(clinician, until=WHEN + DAY)
    assert found(clinician, "handhelds", kind="incident", service=wifi.pk) == ["INC-2024-001"]


def test_lessons_are_what_was_learned_not_what_happened(
    clinician: User, incident: Incident, review: Review, release: Release
) -> None:
    assert set(found(clinician, kind=LESSONS)) == {"REV-2024-001", "REL-2024-071"}
    assert found(clinician, "falcon", kind=LESSONS) == ["REV-2024-001"]
    assert found(clinician, "robin", kind=LESSONS) == []
    assert found(clinician, "slot", kind=LESSONS) == []


@pytest.mark.parametrize("role", ["stranger", "clinician", "manager", "lead", "commander", "administrator"])
def test_a_search_finds_what_its_page_would_show_and_nothing_else(
    role: str, request: pytest.FixtureRequest, as_: Any, zebras: dict[str, str]
) -> None:
    person = request.getfixturevalue(role)
    client = as_(person)
    may_open = {ref for ref, address in zebras.items() if client.get(address).status_code == 200}

    seen = found(person, "zebra")

    assert sorted(seen) == sorted(may_open)


def test_nobody_learns_of_what_is_restricted_or_not_told(clinician: User, zebras: dict[str, str]) -> None:
    seen = find(Asked(words="zebra"), person=clinician)

    assert len(seen.keys) == seen.page("1").paginator.count
    assert not {"RESTRICTED", "OF-RESTRICTED", "DRAFT", "DROPPED", "on-its-way"} & set(
        found(clinician, "zebra")
    )


def test_what_becomes_restricted_is_gone_at_once(
    clinician: User, commander: User, incident: Incident
) -> None:
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)

    assert found(clinician, "radius") == []
    assert found(commander, "radius") == ["INC-2024-001"]


def test_whoever_is_asked_to_approve_a_draft_finds_it(safety: User, zebras: dict[str, str]) -> None:
    assert "DRAFT" not in found(safety, "zebra")
    Approval.objects.create(
        release=Release.objects.get(ref="DRAFT"),
        kind="clinical_safety",
        role="Clinical safety officer",
        asked_at=WHEN,
    )

    assert "DRAFT" in found(safety, "zebra")


def test_a_question_that_fits_everything_is_answered_with_the_latest(clinician: User) -> None:
    hour = timedelta(hours=1)
    Incident.objects.bulk_create(
        Incident(
            ref=f"OLD-{number:04}", title="A magpie", severity=3, started_at=WHEN - number * hour,
            detected_at=WHEN - number * hour, declared_at=WHEN - number * hour,
        )
        for number in range(RANKED + 2)
    )  # fmt: skip

    seen = find(Asked(words="magpie"), person=clinician)

    assert seen.is_more
    assert len(seen.keys) == RANKED
    assert seen.page("2").start_index() == A_PAGE + 1
    assert found(clinician, "magpie")[0] == "OLD-0000"
    assert f"OLD-{RANKED:04}" not in found(clinician, "magpie")


def test_where_whole_words_find_enough_nobody_is_shown_what_begins_with_them(clinician: User) -> None:
    Incident.objects.bulk_create(
        Incident(
            ref=f"OLD-{number:04}", title="A magpie cert" if number else "A magpie certificate", severity=3,
            **dict.fromkeys(("started_at", "detected_at", "declared_at"), WHEN - number * timedelta(hours=1)),
        )
        for number in range(RANKED + 2)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE library_document")

    seen, few = (
        find(Asked(words="magpie cert"), person=clinician),
        find(Asked(words="magpie certi"), person=clinician),
    )

    assert (seen.is_more, seen.asked.is_whole) == (True, True)
    assert "OLD-0000" not in found(clinician, "magpie cert")
    assert (few.is_more, found(clinician, "magpie certi")) == (False, ["OLD-0000"])


def test_a_day_is_a_day_in_london(clinician: User) -> None:
    asked = LibraryForm({"since": "1 July 2024", "until": "1 July 2024"}).asked()

    assert (asked.since, asked.until) == (_utc(date(2024, 6, 30), 23), _utc(date(2024, 7, 1), 23))


def _utc(day: date, hour: int) -> Any:
    return WHEN.replace(year=day.year, month=day.month, day=day.day, hour=hour)
