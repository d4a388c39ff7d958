"""What somebody hears: chosen on a form, by default what their roles hear, and how and when it comes."""

from datetime import datetime, time
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from continuity.accounts.models import Role, User
from continuity.catalogue.models import Area, Service
from continuity.core.models import Line
from continuity.core.refusals import Refused
from continuity.notifications import actions
from continuity.notifications.actions import Manner, Wish
from continuity.notifications.audience import Audience
from continuity.notifications.models import Channel, Delivery, Kind, Preference, RoleDefault, Subscription
from tests.factories import AreaFactory, ServiceFactory, UserFactory
from tests.notifications.conftest import say, wants

pytestmark = pytest.mark.django_db
ADDRESS = "/inbox/choices/"
AT_ONCE = {"rhythm": "at_once"}


@pytest.fixture
def ers() -> Service:
    ers: Service = ServiceFactory.create(name="NHS e-Referral Service")
    return ers


@pytest.fixture
def ward() -> Area:
    ward: Area = AreaFactory.create(name="Ward 7")
    return ward


@pytest.fixture
def undecided(manager: User) -> User:
    """An IT manager who has not chosen."""
    Preference.objects.all().delete()
    return manager


def rows_of(person: User) -> set[tuple[Any, ...]]:
    found = Subscription.objects.filter(person=person)
    return set(found.values_list("kind", "channel", "severity", "service", "area"))


def test_each_kind_by_each_channel_about_everything_or_some(
    as_: Any, clinician: User, ers: Service, ward: Area
) -> None:
    ticked = {
        **AT_ONCE,
        "all_incident_portal": "4",
        "all_incident_email": "2",
        "some_planned_work": ["email"],
        "services": [ers.pk],
        "areas": [ward.pk],
    }
    answer = as_(clinician).post(ADDRESS, ticked)

    assert answer.headers["Location"] == "/inbox/"
    assert rows_of(clinician) == {
        ("incident", "portal", 4, None, None),
        ("incident", "email", 2, None, None),
        ("planned_work", "email", 4, ers.pk, None),
        ("planned_work", "email", 4, None, ward.pk),
    }
    assert Line.objects.get(verb="subscription.chosen").actor_id == str(clinician.pk)


def test_what_was_chosen_is_ticked(as_: Any, clinician: User, ers: Service) -> None:
    wants(clinician, Channel.EMAIL, kind=Kind.INCIDENT, severity=3)
    wants(clinician, Channel.PORTAL, service=ers)

    page = as_(clinician).get(ADDRESS)

    began = page.context["form"].initial
    assert (began["all_incident_email"], began["some_planned_work"]) == (3, ["portal"])
    assert began["services"] == [ers.pk]
    assert "This is what you chose." in page.text


@pytest.mark.parametrize("is_set_up", [True, False])
def test_whoever_chooses_is_told_that_texts_are_not_set_up(
    is_set_up: bool, as_: Any, clinician: User, administrator: User, settings: Any
) -> None:
    settings.SMS_API_KEY, settings.SMS_TEMPLATE_ID = ("k" * 80, "template") if is_set_up else ("", "")

    pages = [as_(clinician).get(ADDRESS), as_(administrator).get("/inbox/roles/manager/")]

    assert ["Text messages are not set up here" in page.text for page in pages] == [not is_set_up] * 2


def test_how_and_when_is_kept_as_people_write_it(as_: Any, clinician: User) -> None:
    sent = {
        "all_planned_work": ["sms"],
        "mobile": "07700 900 123",
        "rhythm": "daily",
        "digest_at": "8am",
        "quiet_from": "10pm",
        "quiet_until": "midnight",
    }

    answer = as_(clinician).post(ADDRESS, sent)

    kept = Preference.objects.get(person=clinician)
    assert answer.status_code == 302
    assert (kept.mobile, kept.rhythm, kept.digest_at) == ("07700900123", "daily", time(8))
    assert (kept.quiet_from, kept.quiet_until) == (time(22), time(0))


@pytest.mark.parametrize(
    ("sent", "name", "said"),
    [
        ({"quiet_from": "10pm"}, "quiet_until", "Enter the time your quiet hours end"),
        ({"quiet_until": "7am"}, "quiet_from", "Enter the time your quiet hours start"),
        ({"quiet_from": "7am", "quiet_until": "7:00am"}, "quiet_until", "must end at another time"),
        ({"quiet_from": "12am", "quiet_until": "7am"}, "quiet_from", "write midnight or midday"),
        ({"rhythm": "daily"}, "digest_at", "Enter the time at which you want the day"),
        ({"rhythm": "daily", "digest_at": "soon"}, "digest_at", "Write the time like 4pm"),
        ({"all_planned_work": ["sms"]}, "mobile", "Enter your mobile number"),
        ({"all_incident_sms": "2"}, "mobile", "Enter your mobile number"),
        ({"all_incident_sms": "2", "mobile": "ext 5000"}, "mobile", "Enter a mobile number like"),
        ({"mobile": "07700 90012"}, "mobile", "Enter a mobile number like"),
        ({"rhythm": "hourly"}, "rhythm", "from the list"),
        ({"all_incident_email": "9"}, "all_incident_email", "from the list"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_kept(
    sent: dict[str, Any], name: str, said: str, as_: Any, clinician: User
) -> None:
    answer = as_(clinician).post(ADDRESS, {**AT_ONCE, "all_review": ["portal"], **sent})

    form = answer.context["form"]
    assert answer.status_code == 422
    assert set(form.errors) == {name}
    assert said in form.errors[name][0]
    assert form["all_review"].value() == ["portal"]
    assert all(form[key].value() == value for key, value in sent.items())
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("has_place", "has_news", "said"),
    [
        (True, False, "Choose what to hear about these services and areas"),
        (False, True, "Choose at least 1 service or area"),
    ],
)
def test_half_a_choice_is_refused_and_kept(
    has_place: bool, has_news: bool, said: str, as_: Any, clinician: User, ers: Service
) -> None:
    ticked = {**AT_ONCE, "all_review": ["portal"]}
    ticked |= {"services": [str(ers.pk)]} if has_place else {}
    ticked |= {"some_incident_email": "3"} if has_news else {}

    answer = as_(clinician).post(ADDRESS, ticked)

    assert answer.status_code == 422
    assert said in answer.text
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "half",
    [{"quiet_from": time(22)}, {"quiet_from": time(7), "quiet_until": time(7)}, {"rhythm": "daily"}],
)
def test_the_database_itself_refuses_half_a_manner(half: dict[str, Any], stranger: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(person=stranger, **half)


def test_texts_need_a_number_whoever_asks(clinician: User, at: datetime) -> None:
    with pytest.raises(Refused, match="mobile number"):
        actions.choose(person=clinician, wishes=[Wish("incident", "sms")], by=clinician, at=at)

    assert not Subscription.objects.exists()


def test_choosing_again_keeps_adds_and_takes_away(clinician: User, ers: Service, at: datetime) -> None:
    wants(clinician, Channel.PORTAL, Channel.EMAIL)
    kept = Subscription.objects.get(channel="portal")

    wishes = [Wish("planned_work", "portal"), Wish("incident", "email", service_id=ers.pk, severity=2)]
    actions.choose(person=clinician, wishes=wishes, by=clinician, at=at)
    actions.choose(person=clinician, wishes=wishes, by=clinician, at=at)

    assert Subscription.objects.count() == 2
    assert Subscription.objects.get(kind="planned_work") == kept
    assert Line.objects.filter(verb="subscription.chosen").count() == 1


def test_without_a_manner_the_one_before_stays(clinician: User, at: datetime) -> None:
    manner = Manner(mobile="07700900123", quiet_from=time(22), quiet_until=time(7))
    actions.choose(person=clinician, wishes=[], manner=manner, by=clinician, at=at)

    actions.choose(person=clinician, wishes=[Wish("incident", "sms")], by=clinician, at=at)

    assert Preference.objects.get(person=clinician).quiet_from == time(22)


class TestByRole:
    """What somebody hears who has not chosen."""

    def test_it_is_ticked_and_said(self, as_: Any, undecided: User) -> None:
        page = as_(undecided).get(ADDRESS)

        began = page.context["form"].initial
        assert "You have not chosen yet. Ticked below is what people with your role hear." in page.text
        assert began["all_planned_work"] == ["email", "portal"]
        assert (began["all_incident_portal"], began["all_incident_email"]) == (4, 3)
        assert "Go back to what my role hears" not in page.text

    def test_of_two_roles_the_one_counts_that_hears_more(self, as_: Any, undecided: User) -> None:
        undecided.roles.add(Role.objects.get(code="reader"), Role.objects.get(code="lead"))

        began = as_(undecided).get(ADDRESS).context["form"].initial

        assert began["all_incident_portal"] == 4
        assert began["all_review"] == ["email", "portal"]

    def test_saving_makes_it_their_own(self, as_: Any, undecided: User) -> None:
        client = as_(undecided)
        began = client.get(ADDRESS).context["form"].initial
        sent = {name: value for name, value in began.items() if value}

        client.post(ADDRESS, sent)
        RoleDefault.objects.all().delete()

        assert rows_of(undecided) == {
            ("planned_work", "portal", 4, None, None),
            ("planned_work", "email", 4, None, None),
            ("incident", "portal", 4, None, None),
            ("incident", "email", 3, None, None),
            ("watch", "portal", 4, None, None),
            ("watch", "email", 4, None, None),
        }
        assert "This is what you chose." in client.get(ADDRESS).text

    def test_nothing_chosen_is_a_choice_too(self, as_: Any, undecided: User) -> None:
        client = as_(undecided)

        answer = client.post(ADDRESS, AT_ONCE, follow=True)
        say(about=undecided)

        assert "You will not be told anything." in answer.text
        assert not Delivery.objects.exists()

    def test_back_to_the_role_in_one_press_keeps_number_and_quiet_hours(
        self, as_: Any, manager: User, at: datetime
    ) -> None:
        manner = Manner(mobile="07700900123", quiet_from=time(22), quiet_until=time(7))
        actions.choose(person=manager, wishes=[Wish("incident", "sms")], manner=manner, by=manager, at=at)
        client = as_(manager)

        client.post("/inbox/choices/role/")
        client.post("/inbox/choices/role/")
        say(about=manager)

        assert set(Delivery.objects.values_list("channel", flat=True)) == {"portal", "email"}
        assert not rows_of(manager)
        assert Preference.objects.get(person=manager).quiet_from == time(22)
        assert Line.objects.filter(verb="subscription.left_to_role").count() == 1

    def test_administrators_see_and_change_it(self, as_: Any, administrator: User, undecided: User) -> None:
        client = as_(administrator)
        page = client.get("/inbox/roles/")

        seen = client.get("/inbox/roles/manager/").context["form"].initial["seen"]
        sent = {"all_review": ["portal"], "all_incident_email": "1", "seen": seen}
        answer = client.post("/inbox/roles/manager/", sent)
        say(about=undecided)

        assert "By email: severity 1, 2 and 3" in page.text
        assert answer.headers["Location"] == "/inbox/roles/"
        assert set(
            RoleDefault.objects.filter(role__code="manager").values_list("kind", "channel", "severity")
        ) == {("review", "portal", 4), ("incident", "email", 1)}
        assert not Delivery.objects.filter(person=undecided).exists()
        assert Line.objects.get(verb="role.hears_other_news").actor_id == str(administrator.pk)

    def test_of_two_who_change_it_the_second_is_told_and_loses_nothing(
        self, as_: Any, administrator: User
    ) -> None:
        client, address = as_(administrator), "/inbox/roles/manager/"
        seen = client.get(address).context["form"].initial["seen"]
        client.post(address, {"all_review": ["portal"], "all_incident_portal": "2", "seen": seen})

        late = {"all_planned_work": ["email"], "all_incident_portal": "2", "seen": seen}
        page = client.post(address, late)
        again = client.post(address, {**late, "seen": page.context["form"]["seen"].value()})

        assert page.status_code == 422
        assert "Somebody else changed this while you were writing" in page.text
        assert page.context["form"].theirs == [
            ("Planned work", "Nothing"),
            ("Reviews and lessons", "Messages in the portal"),
        ]
        assert page.context["form"]["all_planned_work"].value() == ["email"]
        assert again.status_code == 302
        assert set(RoleDefault.objects.filter(role__code="manager").values_list("kind", "channel")) == {
            ("planned_work", "email"),
            ("incident", "portal"),
        }

    @pytest.mark.parametrize("address", ["/inbox/roles/", "/inbox/roles/manager/"])
    def test_others_do_not_see_it(self, address: str, as_: Any, manager: User) -> None:
        assert as_(manager).get(address).status_code == 403

    def test_the_page_of_roles_costs_the_same_however_many_people(
        self, as_: Any, administrator: User, django_assert_num_queries: Any
    ) -> None:
        for _ in range(5):
            UserFactory.create().roles.add(Role.objects.get(code="reader"))
        client = as_(administrator)

        # session, user, permissions, roles with their people, defaults, unread, banner (2)
        with django_assert_num_queries(8):
            page = client.get("/inbox/roles/")

        followers = {role.code: role.followers for role, _ in page.context["lines"]}
        assert (followers["reader"], followers["administrator"]) == (5, 0)


def test_somebody_hears_once_however_often_it_was_chosen(clinician: User, ers: Service, ward: Area) -> None:
    ward.services.add(ers)
    wants(clinician, Channel.PORTAL)
    wants(clinician, Channel.PORTAL, service=ers)
    wants(clinician, Channel.PORTAL, area=ward)

    say(about=ers, audience=Audience(services=frozenset({ers.pk})))
    say(about=ers, audience=Audience(services=frozenset({ers.pk})))

    assert Delivery.objects.count() == 1


def test_a_choice_about_one_service_brings_no_news_of_another(clinician: User, ers: Service) -> None:
    wants(clinician, Channel.PORTAL, service=ers)

    say(about=ers, audience=Audience(services=frozenset({ServiceFactory.create().pk})))

    assert not Delivery.objects.exists()


@pytest.mark.parametrize("services", [1, 12])
def test_the_form_costs_the_same_however_much_was_chosen(
    services: int, as_: Any, clinician: User, django_assert_num_queries: Any
) -> None:
    for _ in range(services):
        wants(clinician, Channel.EMAIL, service=ServiceFactory.create())
        AreaFactory.create()
    client = as_(clinician)

    # session, user, permissions, how, what was chosen, services, areas with their sites, unread, banner (2)
    with django_assert_num_queries(10):
        client.get(ADDRESS)
