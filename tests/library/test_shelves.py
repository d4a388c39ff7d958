"""A document says what its subject says, in the transaction that changes it, also when two write at once."""

import time
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.library.models import Document
from continuity.plans.models import Version
from incidents.models import Impact, Incident
from incidents.reviews.models import LocalFactor, Observation, Review, Section
from releases.models import Release
from tests.factories import ImpactFactory, IncidentFactory, ReleaseFactory, ServiceFactory, UserFactory
from tests.library.conftest import WHEN, found, update
from tests.racing import race

LINKS = {
    **{kind: kind for kind in ("incident", "release", "review", "observation")},
    "plan": "version",
}


def shelf() -> list[dict[str, Any]]:
    return [dict(each) for each in Document.objects.order_by("pk").values()]


def written_again() -> list[dict[str, Any]]:
    """What the documents would say if all were written now."""
    with connection.cursor() as cursor:
        for kind, link in LINKS.items():
            cursor.execute(
                f"SELECT library_shelve_{kind}(ARRAY(SELECT {link}_id FROM library_document WHERE kind = %s))",  # noqa: S608
                [kind],
            )
    return shelf()


def test_whatever_changes_a_document_says_what_is_true(
    clinician: User, incident: Incident, review: Review, release: Release, procedure: Version, wifi: Service,
    near_miss: Observation,
) -> None:  # fmt: skip
    update(incident, "The lynx is back.")
    Incident.objects.filter(pk=incident.pk).update(title="Trolleys drop out")
    Section.objects.filter(code="expected").update(text="Somebody would be warned by a badger.")
    Release.objects.filter(pk=release.pk).update(lesson="Two reminders were enough for an otter.")
    procedure.steps.filter(order=1).delete()
    release.services.add(ServiceFactory.create(name="Pager"))
    LocalFactor.objects.update(name="Alarm to a marten")
    Service.objects.filter(pk=wifi.pk).update(name="Radio network")

    now = shelf()

    assert now == written_again()
    assert found(clinician, "lynx") == found(clinician, "trolleys") == ["INC-2024-001"]
    assert found(clinician, "badger") == found(clinician, "marten") == ["REV-2024-001"]
    assert found(clinician, "otter") == found(clinician, "pager") == ["REL-2024-071"]
    assert found(clinician, "robin") == found(clinician, "paper") == found(clinician, "wifi") == []
    assert found(clinician, "stork") == found(clinician, "nearly", kind="observation") == ["OBS-2024-001"]
    assert len(found(clinician, '"radio network"')) == 5


def test_a_procedure_that_was_replaced_is_found_no_more(clinician: User, procedure: Version) -> None:
    Version.objects.filter(pk=procedure.pk).update(state="superseded")

    assert found(clinician, "switchboard") == []
    assert not Document.objects.filter(version=procedure).exists()


def test_a_document_goes_with_its_subject(review: Review) -> None:
    review.attendances.all().delete()
    Section.objects.filter(review=review).delete()
    draft = ReleaseFactory.create()

    draft.delete()

    assert not Document.objects.filter(ref=draft.ref).exists()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_text_of_any_length_may_be_written(clinician: User) -> None:
    long = " ".join(f"w{number:06}" for number in range(200_000))

    about = IncidentFactory.create(ref="LONG", summary=long)
    update(about, long)

    assert found(clinician, "w000001") == ["LONG"]


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_are_both_found() -> None:
    person = UserFactory.create()
    about = IncidentFactory.create(ref="INC-2024-001")
    first, second = ServiceFactory.create(name="Heron"), ServiceFactory.create(name="Otter")
    is_written = Event()

    def slow() -> None:
        with transaction.atomic():
            ImpactFactory.create(incident=about, service=first)
            is_written.set()
            time.sleep(0.3)

    def quick() -> None:
        is_written.wait(10)
        Impact.objects.create(incident=about, service=second, effect="down", since=WHEN)

    assert race(slow, quick) == [None, None]

    assert found(person, "heron otter") == ["INC-2024-001"]
