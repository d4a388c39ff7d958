"""The catalogue's writes: they work, are refused to others, notice who was first and leave a line."""

from datetime import datetime, timedelta

import pytest

from continuity.accounts.models import User
from continuity.catalogue.actions import add, change, depend, stop_depending, vouch
from continuity.catalogue.models import Area, Dependency, Service, Team, Vouch
from continuity.core.models import Line
from continuity.core.refusals import Conflict, Forbidden, Refused
from tests.factories import ServiceFactory, SiteFactory, TeamFactory

pytestmark = pytest.mark.django_db


def last_line() -> tuple[str, str, str]:
    line = Line.objects.latest("pk")
    return line.verb, line.subject_label, line.actor_label


def test_an_added_team_gets_a_key_made_of_its_name(administrator: User, at: datetime) -> None:
    team = add(what=Team, name="Pathology IT", ring="ext 6210", hours="24 hours", by=administrator, at=at)

    assert team.key == "pathology-it"
    assert last_line() == ("team.added", "pathology-it", "Portal administrator")


def test_a_taken_key_gets_a_number(administrator: User, at: datetime) -> None:
    TeamFactory(key="pathology-it", name="Old pathology IT")

    team = add(what=Team, name="Pathology IT", ring="ext 6210", hours="24 hours", by=administrator, at=at)

    assert team.key == "pathology-it-2"


def test_an_area_is_added_with_the_services_it_uses(administrator: User, at: datetime) -> None:
    site, service = SiteFactory(), ServiceFactory()

    area = add(what=Area, name="Ward 7B", kind="ward", site=site, services=[service], by=administrator, at=at)

    assert list(area.services.all()) == [service]


def test_nobody_else_adds_to_the_catalogue(lead: User, at: datetime) -> None:
    with pytest.raises(Forbidden, match="People with these roles can: Administrator"):
        add(what=Team, name="Night team", ring="ext 1", hours="nights", by=lead, at=at)

    assert not Team.objects.exists()
    assert not Line.objects.exists()


def test_a_change_counts_and_leaves_a_line(administrator: User, at: datetime) -> None:
    service = ServiceFactory(name="Wi-Fi", key="wifi")

    change(thing=service, seen=1, name="Wireless network", by=administrator, at=at)

    service.refresh_from_db()
    assert (service.name, service.key, service.version) == ("Wireless network", "wifi", 2)
    assert last_line() == ("service.changed", "wifi", "Portal administrator")


def test_the_owner_team_keeps_its_service(stranger: User, at: datetime) -> None:
    service = ServiceFactory()
    service.owner.members.add(stranger)

    change(thing=service, seen=1, description="What the wards rely on.", by=stranger, at=at)

    service.refresh_from_db()
    assert service.description == "What the wards rely on."


def test_making_ones_own_team_the_owner_lets_nobody_in(stranger: User, at: datetime) -> None:
    service, own = ServiceFactory(name="Wi-Fi"), TeamFactory(name="Night team")
    own.members.add(stranger)
    keeper = service.owner
    service.owner = own

    with pytest.raises(Forbidden, match=rf"You cannot change Wi-Fi\..*So can members of {keeper}"):
        change(thing=service, seen=1, owner=own, by=stranger, at=at)

    assert Service.objects.get().owner == keeper


def test_a_stale_change_is_not_made(administrator: User, at: datetime) -> None:
    service = ServiceFactory(name="Wi-Fi")
    change(thing=service, seen=1, name="Wireless", by=administrator, at=at)

    with pytest.raises(Conflict, match="Somebody else changed this"):
        change(thing=service, seen=1, name="Radio", by=administrator, at=at)

    assert Service.objects.get().name == "Wireless"


def test_what_a_service_needs_is_kept_with_what_happens_without_it(administrator: User, at: datetime) -> None:
    wifi, login = ServiceFactory(key="wifi"), ServiceFactory(key="ad")

    depend(service=wifi, on=login, kind="stops", by=administrator, at=at)
    depend(service=wifi, on=login, kind="degrades", by=administrator, at=at)

    assert Dependency.objects.get().kind == "degrades"
    assert last_line() == ("dependency.added", "wifi needs ad", "Portal administrator")


def test_a_circle_is_refused_by_name(administrator: User, at: datetime) -> None:
    wifi, login, lan = (ServiceFactory(name=name) for name in ("Wi-Fi", "Network login", "Wired network"))
    depend(service=login, on=lan, kind="stops", by=administrator, at=at)
    depend(service=lan, on=wifi, kind="degrades", by=administrator, at=at)

    with pytest.raises(Refused) as refused:
        depend(service=wifi, on=login, kind="stops", by=administrator, at=at)

    assert str(refused.value) == (
        "This would make a circle: Wi-Fi needs Network login, which needs Wired network, which needs Wi-Fi."
    )


def test_a_service_does_not_need_itself(administrator: User, at: datetime) -> None:
    wifi = ServiceFactory(name="Wi-Fi")

    with pytest.raises(Refused, match="Wi-Fi needs Wi-Fi"):
        depend(service=wifi, on=wifi, kind="stops", by=administrator, at=at)


def test_a_dependency_is_taken_out_once(administrator: User, at: datetime) -> None:
    wifi, login = ServiceFactory(key="wifi"), ServiceFactory(key="ad")
    dependency = depend(service=wifi, on=login, kind="stops", by=administrator, at=at)

    stop_depending(dependency=dependency, by=administrator, at=at)

    assert last_line() == ("dependency.removed", "wifi needs ad", "Portal administrator")
    with pytest.raises(Conflict, match="took this dependency out already"):
        stop_depending(dependency=dependency, by=administrator, at=at)


def test_saying_that_a_service_works_holds_until_its_freshness_limit(manager: User, at: datetime) -> None:
    service = ServiceFactory(key="wifi", freshness_min=720)

    said = vouch(service=service, by=manager, at=at)

    assert said.holds_until == at + timedelta(hours=12)
    assert list(Vouch.objects.fresh(at + timedelta(hours=11))) == [said]
    assert not Vouch.objects.fresh(at + timedelta(hours=12)).exists()
    assert last_line() == ("service.vouched", "wifi", "IT manager")


def test_the_owner_team_may_say_that_its_service_works(stranger: User, at: datetime) -> None:
    service = ServiceFactory()
    service.owner.members.add(stranger)

    vouch(service=service, by=stranger, at=at)

    assert Vouch.objects.get().by == stranger


def test_others_are_told_who_may_say_that_it_works(clinician: User, at: datetime) -> None:
    service = ServiceFactory(name="Wi-Fi")

    with pytest.raises(Forbidden, match=r"You cannot say that Wi-Fi works\..*IT manager"):
        vouch(service=service, by=clinician, at=at)

    assert not Vouch.objects.exists()
