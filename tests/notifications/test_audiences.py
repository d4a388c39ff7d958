"""Audiences: kept under a name for many notices, each showing how many it reaches."""

from datetime import datetime
from typing import Any

import pytest

from continuity.accounts.models import Role, User
from continuity.catalogue.models import Dependency
from continuity.core.models import Line
from continuity.core.refusals import Conflict
from continuity.notifications import actions
from continuity.notifications.counting import counts_of
from continuity.notifications.models import AudienceList, Contact, Group
from tests.factories import AreaFactory, ServiceFactory, SiteFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
WARDS = "Surgical wards"


@pytest.fixture
def keeper(lead: User) -> User:
    """Somebody whose role keeps audiences."""
    Role.objects.filter(code="lead").update(permissions=["audience.edit"])
    return lead


@pytest.fixture
def wards(keeper: User, at: datetime) -> AudienceList:
    return actions.add_audience(name=WARDS, areas=[AreaFactory.create(name="Ward 7")], by=keeper, at=at)


def test_an_audience_is_added_with_everything_it_names(as_: Any, keeper: User, clinician: User) -> None:
    ers, site, ward, team = (
        made.create() for made in (ServiceFactory, SiteFactory, AreaFactory, TeamFactory)
    )
    role, group = Role.objects.get(code="reader"), Group.objects.create(key="gps", name="GP practices")

    answer = as_(keeper).post(
        "/audiences/new/",
        {
            "name": WARDS,
            "services": [ers.pk],
            "sites": [site.pk],
            "areas": [ward.pk],
            "roles": [role.pk],
            "teams": [team.pk],
            "people": "clinician\r\n\r\n lead ",
            "groups": [group.pk],
        },
    )

    made = AudienceList.objects.get()
    assert answer.headers["Location"] == made.get_absolute_url()
    assert set(made.people.all()) == {clinician, keeper}
    assert [made.services.get(), made.sites.get(), made.areas.get()] == [ers, site, ward]
    assert [made.roles.get(), made.teams.get(), made.groups.get()] == [role, team, group]
    assert Line.objects.get(verb="audience.added").actor_id == str(keeper.pk)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"people": "lead"}, "Enter the name"),
        ({"name": "Nobody"}, "Choose at least 1 service, site, area, role, team, person or group"),
        ({"name": WARDS, "people": "lead"}, "There is an audience of that name already"),
        ({"name": "Odd", "people": "lead\nghost"}, "Nobody with the user name ghost can log in"),
        ({"name": "Odd", "people": "stranger"}, "Nobody with the user name stranger can log in"),
        ({"name": "Odd", "areas": ["999999"]}, "areas"),
        ({"name": "x" * 121, "people": "lead"}, "Name must be 120 characters or fewer"),
    ],
)
def test_bad_input_is_refused_and_kept(
    sent: dict[str, Any], said: str, as_: Any, keeper: User, wards: AudienceList, stranger: User
) -> None:
    User.objects.filter(pk=stranger.pk).update(is_active=False)

    answer = as_(keeper).post("/audiences/new/", sent)

    form = answer.context["form"]
    assert answer.status_code == 422
    assert said in str(form.errors)
    assert all(form[name].value() == value for name, value in sent.items())
    assert AudienceList.objects.count() == 1


def test_it_is_changed_and_what_others_changed_is_not_overwritten(
    as_: Any, keeper: User, wards: AudienceList, at: datetime
) -> None:
    client, address = as_(keeper), wards.get_absolute_url()
    sent = {"name": "Wards", "people": "lead", "version": "1"}

    first = client.post(address, sent)
    late = client.post(address, {**sent, "name": "Medical wards"})
    again = client.post(address, {**sent, "name": "Medical wards", "version": "2"})

    wards.refresh_from_db()
    assert (first.status_code, late.status_code, again.status_code) == (302, 422, 302)
    assert "Somebody else changed this" in late.text
    assert late.context["form"].theirs == [("Name", "Wards")]
    assert (wards.name, list(wards.areas.all()), wards.version) == ("Medical wards", [], 3)
    with pytest.raises(Conflict):
        actions.change_audience(audience=wards, seen=2, name="Old", by=keeper, at=at)


def test_the_page_shows_whom_it_reaches(as_: Any, keeper: User, wards: AudienceList) -> None:
    wards.people.add(keeper)

    page = as_(keeper).get(wards.get_absolute_url())

    assert "It reaches 1 person." in page.text
    assert "Ward 7: no shared mailbox" in page.text


def test_one_notices_own_audience_is_on_no_page(as_: Any, keeper: User) -> None:
    own = actions.keep_own(own=None, named={"people": [keeper]})
    assert own is not None

    assert as_(keeper).get(f"/audiences/{own.pk}/").status_code == 404
    assert "Chosen for one notice" not in as_(keeper).get("/audiences/").text
    assert actions.keep_own(own=None, named={"people": []}) is None


@pytest.mark.parametrize("address", ["/audiences/", "/audiences/new/"])
def test_others_do_not_keep_them(address: str, as_: Any, clinician: User) -> None:
    assert as_(clinician).get(address).status_code == 403


def test_each_counts_what_it_names_once(keeper: User, at: datetime) -> None:
    site, team, reader = SiteFactory.create(), TeamFactory.create(), Role.objects.get(code="reader")
    ers, polling = ServiceFactory.create(), ServiceFactory.create()
    Dependency.objects.create(service=polling, on=ers, kind="stops")
    ward, clinic, practice = (AreaFactory.create(site=place) for place in (site, site, SiteFactory.create()))
    clinic.services.add(ers)
    practice.services.add(polling)
    nurses = UserFactory.create_batch(3)
    for nurse in nurses:
        nurse.roles.add(reader)
    team.members.add(nurses[0], UserFactory.create(is_active=False))
    group = Group.objects.create(key="gps", name="GP practices")
    for number, agreed_at in enumerate([at, None]):
        made = Contact.objects.create(name="Reception", email=f"{number}@gp.example", agreed_at=agreed_at)
        made.groups.add(group)
    full = actions.add_audience(
        name="Full",
        services=[ers],
        sites=[site],
        areas=[ward],
        roles=[reader],
        teams=[team],
        people=[nurses[1], keeper],
        groups=[group],
        by=keeper,
        at=at,
    )
    empty = AudienceList.objects.create(name="Empty")

    counts = counts_of([full, empty])

    found = counts[full.pk]
    assert (found.people, found.areas, found.contacts, found.services) == (4, 3, 1, 1)
    assert found.sentence == "4 people, 3 areas, 1 outside contact, and whoever hears about 1 service"
    assert counts[empty.pk].sentence == "Nobody"


@pytest.mark.parametrize("count", [1, 15])
def test_the_list_costs_the_same_however_many(
    count: int, as_: Any, keeper: User, at: datetime, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        actions.add_audience(name=f"Team {number}", people=[keeper], by=keeper, at=at)
    client = as_(keeper)

    # session, user, permissions, how many, audiences, whom they name, unread, banner (2)
    with django_assert_num_queries(9):
        page = client.get("/audiences/?q=team")

    assert page.text.count("1 person") == count
    assert "No audience was found." in client.get("/audiences/?q=zebra").text


def test_it_is_removed_after_a_question_and_leaves_a_line(
    as_: Any, keeper: User, wards: AudienceList
) -> None:
    address = f"{wards.get_absolute_url()}remove/"
    client = as_(keeper)

    page = client.get(address)
    is_kept = AudienceList.objects.filter(pk=wards.pk).exists()
    answer = client.post(address)

    assert f"Remove {wards.name}?" in page.text
    assert is_kept
    assert answer.headers["Location"] == "/audiences/"
    assert not AudienceList.objects.filter(pk=wards.pk).exists()
    assert Line.objects.get(verb="audience.removed").actor_id == str(keeper.pk)


def test_of_two_who_remove_it_the_second_is_told(keeper: User, wards: AudienceList, at: datetime) -> None:
    actions.remove_audience(audience=AudienceList.objects.get(pk=wards.pk), by=keeper, at=at)

    with pytest.raises(Conflict, match="removed this audience already"):
        actions.remove_audience(audience=wards, by=keeper, at=at)


def test_others_do_not_remove_it(as_: Any, clinician: User, wards: AudienceList) -> None:
    answer = as_(clinician).post(f"{wards.get_absolute_url()}remove/")

    assert answer.status_code == 403
    assert AudienceList.objects.filter(pk=wards.pk).exists()
