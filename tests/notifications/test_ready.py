"""Areas confirm on pages: by signed link, on their own computer, as a person, or through a publisher."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service
from continuity.core.clock import now, window
from continuity.core.ledger import SYSTEM
from continuity.core.models import Line
from continuity.notifications.actions import close_call, confirm_ready, open_call
from continuity.notifications.actions.confirming import on_own_computer
from continuity.notifications.audience import Audience
from continuity.notifications.letters import Letter, enclose
from continuity.notifications.models import Call, Channel, Confirmation, Delivery
from continuity.notifications.tokens import Purpose, sign
from releases.actions import Outage, cancel, draft, publish, revise
from releases.models import Release
from tests.factories import AreaFactory, ServiceFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def ers(db: None) -> Service:
    return ServiceFactory(key="ers", name="NHS e-Referral Service")


@pytest.fixture
def wards(ers: Service) -> list[Area]:
    made = [
        AreaFactory.create(key=key, name=name, email=f"{key}@ashcombe.example")
        for key, name in (("ward-3", "Ward 3"), ("ward-4", "Ward 4"))
    ]
    for ward in made:
        ward.services.add(ers)
    return made


@pytest.fixture
def ward(wards: list[Area]) -> Area:
    return wards[0]


@pytest.fixture
def starts_at() -> datetime:
    return now().replace(microsecond=0) + 3 * DAY


@pytest.fixture
def notice(ers: Service, starts_at: datetime) -> dict[str, Any]:
    return {
        "title": "e-RS release 14.7",
        "outages": [Outage(ers, "down", window(starts_at, starts_at + 8 * HOUR))],
        "contact": "IT service desk, ext 5000",
        "steps": {"before": ["Print Monday's clinic lists."]},
    }


@pytest.fixture
def release(wards: list[Area], notice: dict[str, Any], manager: User) -> Release:
    made = draft(by=manager, at=now(), **notice)
    publish(release=made, by=manager, at=now())
    return made


@pytest.fixture
def call(release: Release) -> Call:
    return Call.objects.get()


@pytest.fixture
def letter(release: Release, ward: Area) -> Delivery:
    return Delivery.objects.get(area=ward)


@pytest.fixture
def link(letter: Delivery) -> str:
    return link_in(letter)


def link_in(delivery: Delivery) -> str:
    """The path of the link that the delivery's letter holds."""
    enclose([delivery])
    return urlsplit(Letter.of(delivery).ready_url).path


def answer_of(ward: Area) -> Confirmation:
    return Confirmation.objects.filter(area=ward).latest("pk")


def shown(page: Any) -> str:
    """What the page's form says that it showed."""
    found = re.search(r'name="call" value="(\d+)"', page.text)
    assert found, page.text
    return found[1]


class TestTheLink:
    def test_opening_it_shows_the_notice_and_changes_nothing(
        self, client: Client, link: str, ward: Area
    ) -> None:
        for _ in range(3):
            page = client.get(link)
            client.head(link)

        assert page.status_code == 200
        assert "NHS e-Referral Service is not available" in page.text
        assert "Print Monday&#x27;s clinic lists." in page.text
        assert page.text.count("<button") == 1 + page.text.count("<button", 0, page.text.index("<main"))
        assert "no-store" in page.headers["Cache-Control"]
        assert answer_of(ward).confirmed_at is None
        assert not Line.objects.filter(verb="area.confirmed").exists()

    def test_the_button_confirms_and_the_page_says_so(
        self, client: Client, link: str, ward: Area, letter: Delivery
    ) -> None:
        answer = client.post(link, {"call": shown(client.get(link))}, follow=True)

        confirmation = answer_of(ward)
        assert (confirmation.how, confirmation.delivery) == ("link", letter)
        assert "Ward 3 is ready: by link sent to ward-3@ashcombe.example" in answer.text
        assert '<input type="hidden" name="call"' not in answer.text

    def test_pressing_without_having_seen_the_notice_does_nothing(
        self, client: Client, link: str, ward: Area
    ) -> None:
        answer = client.post(link)

        assert answer.status_code == 409
        assert answer_of(ward).confirmed_at is None

    def test_another_site_cannot_press_it(self, link: str, call: Call, ward: Area) -> None:
        answer = Client(enforce_csrf_checks=True).post(link, {"call": str(call.pk)})

        assert answer.status_code == 403
        assert answer_of(ward).confirmed_at is None

    def test_it_confirms_its_own_area_and_no_other(
        self, client: Client, link: str, call: Call, wards: list[Area]
    ) -> None:
        client.post(link, {"call": str(call.pk), "area": wards[1].key})

        assert answer_of(wards[0]).confirmed_at
        assert answer_of(wards[1]).confirmed_at is None

    def test_a_changed_link_is_forged(self, client: Client, letter: Delivery, link: str, call: Call) -> None:
        other = Delivery.objects.exclude(pk=letter.pk).get(area__key="ward-4")
        payload, _, rest = link.removeprefix("/ready/").rstrip("/").partition(":")
        theirs = link_in(other).removeprefix("/ready/").rstrip("/").partition(":")[0]

        for forged in (f"{theirs}:{rest}", f"{payload}:{rest[:-2]}xx", payload, "none"):
            for answer in (
                client.get(f"/ready/{forged}/"),
                client.post(f"/ready/{forged}/", {"call": call.pk}),
            ):
                assert answer.status_code == 404
                assert "not complete, or was changed" in answer.text
        assert not Confirmation.objects.given().exists()

    def test_a_link_for_something_else_is_no_use(
        self, client: Client, letter: Delivery, call: Call, starts_at: datetime
    ) -> None:
        for purpose in (Purpose.STOP, Purpose.AGREE):
            token = sign(purpose, letter.pk, until=starts_at)
            assert client.post(f"/ready/{token}/", {"call": str(call.pk)}).status_code == 404

        assert not Confirmation.objects.given().exists()

    def test_a_link_of_a_person_s_letter_is_no_use(
        self, client: Client, call: Call, manager: User, letter: Delivery, starts_at: datetime
    ) -> None:
        own = Delivery.objects.create(
            message=letter.message, person=manager, channel=Channel.EMAIL, due_at=now()
        )
        token = sign(Purpose.READY, own.pk, until=starts_at)

        assert client.post(f"/ready/{token}/", {"call": str(call.pk)}).status_code == 404

    def test_it_expires_when_the_work_begins(
        self, client: Client, link: str, call: Call, starts_at: datetime, settings: Any
    ) -> None:
        settings.CLOCK_OFFSET = 3 * DAY

        for answer in (client.get(link), client.post(link, {"call": str(call.pk)})):
            assert answer.status_code == 410
            assert "This link has expired. Links to confirm hold until the work begins." in answer.text
        assert not Confirmation.objects.given().exists()

    def test_it_says_that_the_work_is_off(
        self, client: Client, link: str, release: Release, manager: User
    ) -> None:
        cancel(release=release, reason="The supplier withdrew it.", by=manager, at=now())

        answer = client.get(link)

        assert answer.status_code == 410
        assert "is no longer planned as this notice said" in answer.text
        assert release.get_absolute_url() in answer.text

    def test_after_a_change_the_old_letter_shows_the_new_notice_before_it_confirms(
        self, client: Client, link: str, call: Call, release: Release, notice: dict[str, Any], ers: Service,
        starts_at: datetime, manager: User, ward: Area,
    ) -> None:  # fmt: skip
        later = [Outage(ers, "down", window(starts_at + DAY, starts_at + DAY + HOUR))]
        revise(release=release, version=release.version, by=manager, at=now(), **{**notice, "outages": later})

        stale = client.post(link, {"call": str(call.pk)})
        assert stale.status_code == 409
        assert "The notice has changed since you opened this page" in stale.text
        assert not Confirmation.objects.given().exists()

        page = client.get(link)
        assert "The plan has changed since the message with this link was sent." in page.text
        client.post(link, {"call": shown(page)})

        assert answer_of(ward).call.number == 2
        assert answer_of(ward).confirmed_at

    def test_whoever_comes_second_is_told_who_was_first(
        self, client: Client, link: str, call: Call, ward: Area
    ) -> None:
        confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse in charge"), at=now())

        seen = client.get(link)
        pressed = client.post(link, {"call": str(call.pk)})

        assert "Ward 3 is ready: Nurse in charge, on the area&#x27;s own computer" in seen.text
        assert pressed.status_code == 409
        assert "Ward 3 is confirmed already: Nurse in charge" in pressed.text


@pytest.fixture
def kiosk(client: Client, trusted: None) -> Client:
    """A ward computer on the trust's network; nobody is logged in."""
    return client


class TestTheWardComputer:
    def test_a_role_is_typed_and_the_release_page_says_who(
        self, kiosk: Client, release: Release, call: Call, ward: Area
    ) -> None:
        page = kiosk.get(f"{release.get_absolute_url()}?area=ward-3")
        assert '<option value="ward-3" selected>' in page.text

        answer = kiosk.post(
            f"/ready/calls/{call.pk}/", {"area": "ward-3", "role": "Nurse in charge"}, follow=True
        )

        assert answer.request["PATH_INFO"] == release.get_absolute_url()
        assert "Ward 3 is confirmed" in answer.text
        assert "Nurse in charge, on the area&#x27;s own computer" in answer.text
        assert "1 of 2 areas has confirmed" in answer.text
        assert answer_of(ward).how == "kiosk"

    def test_the_device_s_own_area_is_chosen_already(self, kiosk: Client, release: Release) -> None:
        kiosk.cookies["continuity_area"] = "ward-4"

        assert '<option value="ward-4" selected>' in kiosk.get(release.get_absolute_url()).text

    def test_the_area_s_page_leads_to_what_it_is_asked(self, kiosk: Client, call: Call, ward: Area) -> None:
        assert 'hx-get="/ready/areas/ward-3/"' in kiosk.get("/areas/ward-3/").text

        page = kiosk.get("/ready/areas/ward-3/")
        part = kiosk.get("/ready/areas/ward-3/", headers={"HX-Request": "true"})

        assert "e-RS release 14.7" in page.text
        assert "Print Monday&#x27;s clinic lists." in page.text
        assert f'action="/ready/calls/{call.pk}/"' in part.text
        assert "<html" not in part.text

    def test_an_area_that_confirmed_sees_who_and_when(self, kiosk: Client, call: Call, ward: Area) -> None:
        confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse in charge"), at=now())

        page = kiosk.get("/ready/areas/ward-3/")

        assert "Confirmed: Nurse in charge, on the area&#x27;s own computer" in page.text
        assert f'action="/ready/calls/{call.pk}/"' not in page.text

    def test_an_area_that_nothing_hits_is_asked_nothing(self, kiosk: Client, call: Call) -> None:
        AreaFactory.create(key="kitchen", name="Kitchen")

        assert "is not asked to confirm anything now" in kiosk.get("/ready/areas/kitchen/").text
        assert kiosk.get("/ready/areas/kitchen/", headers={"HX-Request": "true"}).text.strip() == ""

    def test_a_form_without_a_role_keeps_the_area_and_says_what_is_missing(
        self, kiosk: Client, call: Call, ward: Area
    ) -> None:
        answer = kiosk.post(f"/ready/calls/{call.pk}/", {"area": "ward-3", "role": " "})

        assert answer.status_code == 422
        assert "Enter your role" in answer.text
        assert '<option value="ward-3" selected>' in answer.text
        assert answer_of(ward).confirmed_at is None

    def test_the_old_notice_leads_to_the_new(
        self, kiosk: Client, call: Call, ward: Area, ers: Service
    ) -> None:
        asked = Audience(services=frozenset({ers.pk}), tells_areas=True)
        again = open_call(
            subject=call.subject, title=call.title, notice="New.", url=call.url, by=SYSTEM, at=now(), owner=None,
            starts_at=call.starts_at + DAY, ends_at=call.ends_at + DAY, audience=asked,
        )  # fmt: skip

        answer = kiosk.post(f"/ready/calls/{call.pk}/", {"area": "ward-3", "role": "Nurse"})

        assert again
        assert answer.status_code == 422
        assert "has changed since this notice" in answer.text
        assert "It was replaced" in answer.text
        assert call.url in answer.text
        assert not Confirmation.objects.given().exists()

    def test_a_computer_elsewhere_is_asked_to_log_in(self, client: Client, call: Call) -> None:
        for path in (f"/ready/calls/{call.pk}/", "/ready/areas/ward-3/"):
            assert client.get(path).headers["Location"].startswith("/accounts/login/")
        client.post(f"/ready/calls/{call.pk}/", {"area": "ward-3", "role": "Nurse"})

        assert not Confirmation.objects.given().exists()


class TestPeople:
    def test_a_person_confirms_for_an_area_in_their_own_name(
        self, as_: Any, clinician: User, call: Call, ward: Area
    ) -> None:
        as_(clinician).post(f"/ready/calls/{call.pk}/", {"area": "ward-3"})

        assert (answer_of(ward).how, answer_of(ward).person) == ("web", clinician)

    def test_a_person_cannot_speak_for_an_area(
        self, as_: Any, clinician: User, call: Call, ward: Area
    ) -> None:
        as_(clinician).post(
            f"/ready/calls/{call.pk}/", {"area": "ward-3", "way": "behalf", "told_by": "Sister"}
        )

        assert answer_of(ward).how == "web"

    def test_a_publisher_says_who_told_them(self, as_: Any, manager: User, call: Call, ward: Area) -> None:
        client, path = as_(manager), f"/ready/calls/{call.pk}/"

        missing = client.post(path, {"area": "ward-3", "way": "behalf"})
        client.post(path, {"area": "ward-3", "way": "behalf", "told_by": "Ward sister"})

        assert missing.status_code == 422
        assert "Enter the role of who told you" in missing.text
        assert answer_of(ward).by_words == "IT manager, on behalf of the area, told by Ward sister"

    @pytest.mark.parametrize("who", ["clinician", "manager", "lead", "commander", "administrator"])
    def test_everybody_with_an_account_may_confirm_and_sees_who_did(
        self, who: str, request: Any, as_: Any, release: Release, call: Call
    ) -> None:
        client = as_(request.getfixturevalue(who))

        page = client.get(release.get_absolute_url())

        assert f'action="/ready/calls/{call.pk}/"' in page.text
        assert ("Who says so?" in page.text) == (who in {"manager", "administrator"})


@pytest.mark.usefixtures("trusted")
class TestTheReleasePage:
    def test_its_cost_does_not_grow_with_areas(
        self, client: Client, release: Release, call: Call, django_assert_num_queries: Any
    ) -> None:
        for place in AreaFactory.create_batch(20):
            Confirmation.objects.create(call=call, area=place)

        # What it costs without areas (14), and: the call, its answers.
        with django_assert_num_queries(16):
            client.get(release.get_absolute_url())

    def test_work_that_is_off_asks_nobody(self, client: Client, release: Release, manager: User) -> None:
        cancel(release=release, reason="The supplier withdrew it.", by=manager, at=now())

        assert 'id="ready"' not in client.get(release.get_absolute_url()).text

    def test_once_closed_it_says_who_was_ready_and_takes_no_more(
        self, client: Client, release: Release, call: Call, ward: Area
    ) -> None:
        confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse in charge"), at=now())
        close_call(subject=release, by=SYSTEM, at=now())

        page = client.get(release.get_absolute_url())

        assert "1 of 2 areas has confirmed" in page.text
        assert f'action="/ready/calls/{call.pk}/"' not in page.text
