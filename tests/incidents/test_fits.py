"""What a new incident may belong to shows while its services are chosen, or else once it is declared."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from incidents.fits import fits
from incidents.models import Incident
from releases.models import Release
from tests.factories import DisruptionFactory, ReleaseFactory, ServiceFactory
from tests.incidents.test_pages import declaration, words_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def worked_on(service: Service, *, from_: datetime, to: datetime, **facts: Any) -> Release:
    release = ReleaseFactory(state="completed", outcome="Done.", work=Range(from_, to, "[)"), **facts)
    DisruptionFactory(release=release, service=service, span=Range(from_, to, "[)"))
    return release


def test_open_incidents_on_the_same_services_fit(
    light: Incident, declared: Any, manager: User, wifi: Service, at: datetime
) -> None:
    elsewhere = ServiceFactory()
    declared(by=manager, title="Robot stands still", services={elsewhere: "down"})

    found = fits(services={wifi.pk}, person=manager, at=at)

    assert found.incidents == [light]
    assert found.words == f"It may be the same problem as {light}."
    assert not fits(services={wifi.pk}, person=manager, at=at, besides=light)
    assert not fits(services=set(), person=manager, at=at)


def test_releases_of_the_last_48_hours_fit(wifi: Service, manager: User, at: datetime) -> None:
    lately = worked_on(wifi, from_=at - 50 * HOUR, to=at - 47 * HOUR)
    worked_on(wifi, from_=at - 52 * HOUR, to=at - 49 * HOUR)
    worked_on(wifi, from_=at + HOUR, to=at + 2 * HOUR)
    worked_on(ServiceFactory(), from_=at - 3 * HOUR, to=at - HOUR)

    found = fits(services={wifi.pk}, person=manager, at=at)

    assert found.releases == [lately]
    assert found.words == f"Planned work on the same services lately: {lately}."


def test_a_restricted_incident_fits_for_nobody_who_may_not_know_of_it(
    declared: Any, manager: User, clinician: User, wifi: Service, at: datetime
) -> None:
    declared(by=manager, is_restricted=True, restricted_why="Police inquiry")

    assert not fits(services={wifi.pk}, person=clinician, at=at)
    assert fits(services={wifi.pk}, person=manager, at=at)


def test_the_form_shows_what_fits_while_services_are_chosen(
    as_: Any, clinician: User, light: Incident, wifi: Service
) -> None:
    client, address = as_(clinician), reverse("incidents:fits")

    page = BeautifulSoup(client.get(reverse("incidents:declare")).content, "html.parser")
    chosen = client.post(address, {"service": str(wifi.pk)})
    other = client.post(address, {"service": "", "others": [str(wifi.pk), "9" * 30]})

    assert page.select_one(f"form [hx-post='{address}']")
    assert light.title in words_of(chosen)
    assert light.title in words_of(other)
    assert client.post(address, {"service": "nonsense"}).content.strip() == b""


def test_without_a_script_what_fits_is_said_once_it_is_declared(
    as_: Any, clinician: User, light: Incident
) -> None:
    done = as_(clinician).post(reverse("incidents:declare"), declaration(), follow=True)

    assert f"It may be the same problem as {light}." in words_of(done)


def test_the_form_says_who_declares_what_this_person_may_not(
    as_: Any, clinician: User, manager: User, commander: User
) -> None:
    def said(person: User) -> str:
        return words_of(as_(person).get(reverse("incidents:declare")))

    assert "Only the duty manager can declare a business continuity incident." in said(clinician)
    assert "Only a commander can declare a critical incident." in said(manager)
    assert "Only a commander" not in said(commander)


def test_reporting_or_declaring_is_in_the_header_of_every_page(
    as_: Any, client: Client, trusted: None, clinician: User
) -> None:
    def menu(reader: Client) -> list[str]:
        page = BeautifulSoup(reader.get(reverse("incidents:list")).content, "html.parser")
        return [str(link["href"]) for link in page.select("header nav a")]

    assert "/incidents/report/" in menu(client)
    assert "/incidents/declare/" in menu(as_(clinician))
