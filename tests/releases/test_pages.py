"""What each person finds on the pages of planned work, and that a form loses nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.notifications.models import ChannelHealth
from continuity.plans.models import Procedure, Step, Version
from releases import actions
from releases.models import Freeze, Release
from tests.factories import DisruptionFactory, ReleaseFactory
from tests.releases.conftest import (
    ANNOUNCED,
    BACK,
    DONE,
    FOUR_PM,
    NEXT_MORNING,
    OUTAGE,
    OUTCOME,
    WORK,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SPAN = "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024"
ROLES = ["clinician", "manager", "lead", "commander", "administrator", "stranger"]
PUBLISHERS = {"manager"}


@pytest.fixture(autouse=True)
def _it_is(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    set_clock(settings, ANNOUNCED)


def set_clock(settings: Any, at: datetime) -> None:
    """The portal's own shift of the clock, as a test portal uses it; a little later than `at`."""
    settings.CLOCK_OFFSET = at - datetime.now(at.tzinfo)


def text_of(response: Any) -> str:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def posted(ers: Service, **also: Any) -> dict[str, Any]:
    """What a browser sends for the short form of e-RS 14.7."""
    return {
        "title": "NHS e-Referral Service Maintenance Release 14.7",
        "services": [ers.pk],
        "effect": "down",
        "outage_from_date": "1 November 2024",
        "outage_from_time": "4pm",
        "outage_to_date": "2 November 2024",
        "outage_to_time": "12:36am",
        "contact": "IT service desk, ext 5000",
        "kind": "release",
        "source": "national",
        **also,
    }


def test_a_stranger_on_a_trusted_network_reads_what_staff_were_told(
    client: Client, trusted: None, published: Release
) -> None:
    page = text_of(client.get(published.get_absolute_url()))

    assert f"NHS e-Referral Service is not available from {SPAN}" in page
    assert "8 hours 36 minutes" in page
    assert "12:36am to 12:44am: the service is back and being checked" in page
    assert "Take urgent referrals by phone." in page
    for button in ("Start now", "Post an update", "Cancel", "Change", "Hold"):
        assert button not in page.split("About this notice")[0]


def test_nobody_reads_from_elsewhere(client: Client, settings: Any, published: Release) -> None:
    settings.TRUSTED_NETWORKS = []

    assert client.get(published.get_absolute_url()).status_code == 302
    assert client.get("/releases/").status_code == 302


def test_a_draft_does_not_exist_for_those_who_do_not_write(
    client: Client, trusted: None, as_: Any, drafted: Release, clinician: User
) -> None:
    assert client.get(drafted.get_absolute_url()).status_code == 404
    assert as_(clinician).get(drafted.get_absolute_url()).status_code == 404
    assert drafted.title not in text_of(client.get("/releases/"))


def test_a_cancelled_draft_stays_unknown_to_those_who_do_not_write(
    client: Client, trusted: None, as_: Any, drafted: Release, manager: User, clinician: User, ers: Service
) -> None:
    actions.cancel(release=drafted, reason="Withdrawn", by=manager, at=ANNOUNCED)

    assert client.get(drafted.get_absolute_url()).status_code == 404
    assert as_(clinician).get(drafted.get_absolute_url()).status_code == 404
    for address in ("/releases/", ers.get_absolute_url()):
        assert drafted.title not in text_of(client.get(address))
    assert drafted not in Release.objects.told()
    page = text_of(as_(manager).get(drafted.get_absolute_url()))
    assert "Withdrawn" in page
    assert "What staff were told" not in page
    assert "Post an update" not in page
    assert drafted.title in text_of(as_(manager).get("/releases/"))


def test_staff_still_read_that_published_work_was_cancelled(
    client: Client, trusted: None, published: Release, manager: User
) -> None:
    actions.cancel(release=published, reason="Withdrawn", by=manager, at=ANNOUNCED)

    assert "Withdrawn" in text_of(client.get(published.get_absolute_url()))
    assert published.title in text_of(client.get("/releases/"))
    assert published in Release.objects.told()


def test_a_notice_that_changed_since_it_was_read_is_not_published(
    as_: Any, drafted: Release, manager: User, story: dict[str, Any]
) -> None:
    address = f"{drafted.get_absolute_url()}publish/"
    read = _version_shown(as_(manager).get(drafted.get_absolute_url()), address)
    actions.revise(
        release=drafted,
        version=drafted.version,
        by=manager,
        at=ANNOUNCED,
        **story | {"title": "Not what was read"},
    )

    response = as_(manager).post(address, {"version": read})

    drafted.refresh_from_db()
    assert (response.status_code, drafted.state) == (409, "draft")
    assert "has changed since you opened it" in text_of(response)
    again = _version_shown(as_(manager).get(drafted.get_absolute_url()), address)
    assert as_(manager).post(address, {"version": again}).status_code == 302
    drafted.refresh_from_db()
    assert drafted.state == "published"


def _version_shown(response: Any, address: str) -> str:
    page = BeautifulSoup(response.content, "html.parser")
    return str(page.select_one(f'form[action="{address}"] input[name=version]')["value"])  # type: ignore[index]


def test_the_author_sees_what_staff_will_see_and_whom_it_reaches(
    as_: Any, drafted: Release, manager: User, nurse: User
) -> None:
    page = text_of(as_(manager).get(drafted.get_absolute_url()))

    assert f"NHS e-Referral Service is not available from {SPAN}" in page
    assert "It reaches 1 person." in page
    assert "Publish" in page


def test_clashes_and_freezes_are_shown_before_publishing(
    as_: Any, drafted: Release, manager: User, ers: Service
) -> None:
    other = ReleaseFactory(state="published", title="Smartcard work", work=WORK)
    DisruptionFactory(release=other, service=ers)
    Freeze.objects.create(ref="FRZ-2024-09", title="November freeze", span=OUTAGE)

    page = text_of(as_(manager).get(drafted.get_absolute_url()))

    assert "Same service Smartcard work . It works on NHS e-Referral Service as well" in page
    assert "November freeze" in page


def test_e_rs_completed_shows_its_exact_times_and_outcome(
    client: Client, trusted: None, settings: Any, published: Release, manager: User
) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    actions.come_back(release=published, by=manager, at=BACK)
    actions.complete(release=published, outcome=OUTCOME, by=manager, at=NEXT_MORNING)
    set_clock(settings, NEXT_MORNING)

    page = text_of(client.get(published.get_absolute_url()))

    assert SPAN in page
    assert "8 hours 36 minutes" in page
    assert "12:44am on Saturday 2 November 2024 8 hours 44 minutes" in page
    assert "Slot polls were not affected overnight." in page
    assert "Completed" in page
    assert "over." not in page


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("step", ["publish", "start", "back", "hold", "let_go"])
def test_only_publishers_press_buttons(
    step: str, role: str, as_: Any, published: Release, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(role)
    before = published.version

    response = as_(person).post(f"{published.get_absolute_url()}{step.replace('_', '-')}/")

    published.refresh_from_db()
    if person.may("release.publish"):
        assert response.status_code in {302, 409}
    else:
        assert response.status_code == 403
        assert published.version == before


@pytest.mark.parametrize(
    "step", ["extend", "complete", "roll-back", "cancel", "postpone", "update", "not-back"]
)
def test_each_step_has_a_page_that_keeps_what_was_typed(
    step: str, as_: Any, published: Release, manager: User, clinician: User
) -> None:
    address = f"{published.get_absolute_url()}{step}/"

    assert as_(clinician).get(address).status_code == 403
    assert as_(manager).get(address).status_code == 200
    response = as_(manager).post(address, {})
    assert response.status_code == 422
    assert "There is a problem" in text_of(response)


def test_an_uncertain_start_is_refused_with_a_question(as_: Any, manager: User, ers: Service) -> None:
    data = posted(ers, outage_from_date="27 October 2024", outage_from_time="1:30am")

    response = as_(manager).post("/releases/new/", data)

    assert response.status_code == 422
    assert "1:30am on Sunday 27 October 2024 happens twice. BST or GMT?" in text_of(response)
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"outage_to_date": "1 November 2024", "outage_to_time": "3pm"}, "end must be later than the start"),
        ({"outage_to_date": "1 November 2024", "outage_to_time": "4pm"}, "not the same time"),
        (
            {"outage_from_date": "30 March 2025", "outage_from_time": "1:30am"},
            "does not happen because the clocks",
        ),
        ({"outage_from_time": "12am"}, "write midnight or midday"),
        ({"outage_from_time": "quarter to"}, "Outage starts"),
        ({"title": ""}, "Enter the title"),
        ({"services": []}, "Choose the services that are hit"),
        ({"effect": ""}, "Choose how the services are hit"),
        ({"contact": ""}, "Enter the contact"),
        (
            {"work_from_date": "1 November 2024", "work_from_time": "5pm"},
            "The outage must be inside the work window",
        ),
        ({"work_to_date": "1 November 2024", "work_to_time": "3pm"}, "Work ends: the end must be later"),
        ({"more_1_effect": "down"}, "Choose the service for outage 2"),
        ({"during": "x" * 301}, "Line 1 must be 300 characters or fewer"),
    ],
)
def test_a_wrong_notice_says_what_is_wrong_and_keeps_the_words(
    changes: dict[str, Any], sentence: str, as_: Any, manager: User, ers: Service
) -> None:
    response = as_(manager).post("/releases/new/", posted(ers, reason="A reason of my own", **changes))

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert "A reason of my own" in text_of(response)
    assert not Release.objects.exists()


def test_overlapping_outages_of_one_service_are_named(as_: Any, manager: User, ers: Service) -> None:
    line = {
        "more_1_service": ers.pk,
        "more_1_effect": "at_risk",
        "more_1_from_date": "2 November 2024",
        "more_1_from_time": "12:30am",
        "more_1_to_date": "2 November 2024",
        "more_1_to_time": "1am",
    }

    response = as_(manager).post("/releases/new/", posted(ers, **line))

    assert "Two outages of NHS e-Referral Service overlap" in text_of(response)


def test_a_short_form_becomes_a_draft_and_its_preview(
    as_: Any, manager: User, ers: Service, polling: Service
) -> None:
    data = posted(
        ers,
        at_risk=[polling.pk],
        work_to_date="2 November 2024",
        work_to_time="12:44am",
        during="Ring\n\nWrite it down",
    )

    response = as_(manager).post("/releases/new/", data, follow=True)

    release = Release.objects.get()
    assert (release.state, release.owner, release.work) == ("draft", manager, WORK)
    assert {(o.service, o.effect, o.span) for o in release.disruptions.all()} == {
        (ers, "down", OUTAGE),
        (polling, "at_risk", OUTAGE),
    }
    assert [step.text for step in release.instructions.all()] == ["Ring", "Write it down"]
    assert f"not available from {SPAN}" in text_of(response)


def test_work_that_nobody_notices_is_a_calendar_entry(
    as_: Any, client: Client, trusted: None, manager: User, ers: Service
) -> None:
    as_(manager).post("/releases/new/", posted(ers, effect="none", services=[]))
    release = Release.objects.get()

    page = text_of(client.get(release.get_absolute_url()))

    assert not release.disruptions.exists()
    assert f"Planned work from {SPAN}, with no outage planned" in page
    assert "Add: at least 1 service" in page


def test_the_form_begins_with_what_the_address_names(
    as_: Any, manager: User, ers: Service, polling: Service
) -> None:
    query = {
        "title": "Release 14.7",
        "service": "ers",
        "at_risk": "slot-polling",
        "effect": "down",
        "from": "2024-11-01T16:00:00+00:00",
        "to": "2024-11-02T00:36:00Z",
        "work_from": "2024-11-01T16:00:00+00:00",
        "work_to": "2024-11-02T00:44:00+00:00",
    }

    page = BeautifulSoup(as_(manager).get("/releases/new/", query).content, "html.parser")

    values = {field["name"]: field.get("value") for field in page.select("main input[type=text]")}
    assert values["title"] == "Release 14.7"
    assert (values["outage_from_date"], values["outage_from_time"]) == ("1 November 2024", "4pm")
    assert (values["outage_to_date"], values["outage_to_time"]) == ("2 November 2024", "12:36am")
    assert values["work_to_time"] == "12:44am"
    ticked = {(field["name"], field["value"]) for field in page.select("main input[checked]")}
    assert {("services", str(ers.pk)), ("at_risk", str(polling.pk)), ("effect", "down")} <= ticked


def test_nonsense_in_the_address_is_left_out(as_: Any, manager: User) -> None:
    query = {
        "from": "soon",
        "to": "9999-99-99",
        "service": "no such",
        "effect": "explodes",
        "title": "x" * 999,
    }

    assert as_(manager).get("/releases/new/", query).status_code == 200


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01T00:00:00+00:00", "2024-11-02T00:36:00+00:00"),
        ("0001-01-01T00:00:00+14:00", "0001-01-02T00:00:00+14:00"),
        ("2024-11-01T16:00:00+00:00", "9999-12-31T23:59:59+00:00"),
        ("2024-11-01T16:00:00", "2024-11-02T00:36:00"),
    ],
)
def test_an_instant_without_offset_or_far_away_in_the_address_is_left_out(
    start: str, end: str, as_: Any, manager: User
) -> None:
    query = {"from": start, "to": end, "work_from": start, "work_to": end}

    response = as_(manager).get("/releases/new/", query)

    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert not any(field.get("value") for field in page.select("main input[name^=outage_from]"))


def test_editing_begins_with_what_is_kept_and_changes_nothing_by_itself(
    as_: Any, drafted: Release, manager: User
) -> None:
    address = f"{drafted.get_absolute_url()}edit/"
    before = [(o.service_id, o.effect, o.span) for o in drafted.disruptions.order_by("service")]
    page = BeautifulSoup(as_(manager).get(address).content, "html.parser")

    response = as_(manager).post(address, _sent_by(page))

    drafted.refresh_from_db()
    assert response.status_code == 302
    assert [(o.service_id, o.effect, o.span) for o in drafted.disruptions.order_by("service")] == before
    assert drafted.work == WORK
    assert drafted.instructions.count() == 4


def test_a_stale_edit_keeps_the_text_and_shows_the_difference(
    as_: Any, drafted: Release, manager: User, story: dict[str, Any]
) -> None:
    address = f"{drafted.get_absolute_url()}edit/"
    stale = _sent_by(BeautifulSoup(as_(manager).get(address).content, "html.parser"))
    actions.revise(
        release=drafted,
        version=drafted.version,
        by=manager,
        at=ANNOUNCED,
        **story | {"contact": "ext 6510, changed by another"},
    )

    response = as_(manager).post(address, stale | {"title": "My own title"})

    page = text_of(response)
    assert response.status_code == 422
    assert "Somebody else changed" in page
    assert "ext 6510, changed by another" in page
    assert "My own title" in response.content.decode()
    again = _sent_by(BeautifulSoup(response.content, "html.parser"))
    assert as_(manager).post(address, again).status_code == 302
    drafted.refresh_from_db()
    assert drafted.title == "My own title"


def test_pressing_a_button_twice_says_so(as_: Any, published: Release, manager: User) -> None:
    address = f"{published.get_absolute_url()}start/"
    as_(manager).post(address)

    response = as_(manager).post(address)

    assert response.status_code == 409
    assert "is in progress already" in text_of(response)


def test_an_overrun_is_said_and_becomes_an_incident_in_one_press(
    as_: Any, settings: Any, published: Release, manager: User
) -> None:
    set_clock(settings, BACK + 24 * MINUTE)

    page = as_(manager).get(published.get_absolute_url())

    assert "it is 24 minutes over" in text_of(page)
    assert f"/incidents/declare/?release={published.ref}" in page.content.decode()
    assert "Service is back, being checked" in text_of(page)


def test_completing_with_an_open_outage_offers_the_other_button(
    as_: Any, settings: Any, published: Release, manager: User
) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    set_clock(settings, BACK)

    page = text_of(as_(manager).get(f"{published.get_absolute_url()}complete/"))

    assert "An outage is still open" in page
    assert "Service is back, being checked" in page


def test_completing_keeps_the_seconds_and_ends_as_planned(
    as_: Any, settings: Any, published: Release, manager: User
) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    back = BACK - timedelta(seconds=17)
    actions.come_back(release=published, by=manager, at=back)
    set_clock(settings, NEXT_MORNING)
    address = f"{published.get_absolute_url()}complete/"
    sent = _sent_by(BeautifulSoup(as_(manager).get(address).content, "html.parser"))

    response = as_(manager).post(address, sent | {"outcome": OUTCOME})

    published.refresh_from_db()
    assert response.status_code == 302
    assert (published.back_at, published.ended_at) == (back, DONE)


def test_an_outage_that_never_came_says_so(
    client: Client, trusted: None, published: Release, manager: User
) -> None:
    early = FOUR_PM - HOUR
    actions.start(release=published, by=manager, at=early)
    actions.come_back(release=published, by=manager, at=early + MINUTE)
    actions.complete(release=published, outcome="Not needed.", by=manager, at=early + 2 * MINUTE)

    page = text_of(client.get(published.get_absolute_url()))

    assert "Did not happen" in page


def test_true_times_are_corrected_on_the_form(
    as_: Any, settings: Any, published: Release, manager: User, ers: Service
) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    actions.come_back(release=published, by=manager, at=NEXT_MORNING)
    set_clock(settings, NEXT_MORNING)
    address = f"{published.get_absolute_url()}complete/"
    sent = _sent_by(BeautifulSoup(as_(manager).get(address).content, "html.parser"))
    truth = {"actual_1_to_date": "2 November 2024", "actual_1_to_time": "12:36am", "outcome": OUTCOME}

    response = as_(manager).post(address, sent | truth)

    assert response.status_code == 302
    assert published.disruptions.get(service=ers).actual == OUTAGE


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"q": "e-referral"}, True),
        ({"q": "rel-2024-001"}, True),
        ({"q": "pharmacy"}, False),
        ({"service": "ers"}, True),
        ({"kind": "maintenance"}, False),
        ({"kind": "release"}, True),
        ({"kind": "nonsense", "service": "nonsense", "page": "nonsense"}, True),
    ],
)
def test_the_list_is_narrowed_down(
    query: dict[str, str], is_found: bool, client: Client, trusted: None, published: Release
) -> None:
    page = text_of(client.get("/releases/", query))

    assert (published.title in page) is is_found


def test_the_list_knows_under_way_by_the_clock(
    client: Client, trusted: None, settings: Any, published: Release
) -> None:
    assert "Upcoming 1" in text_of(client.get("/releases/"))

    set_clock(settings, FOUR_PM)

    assert "Under way 1" in text_of(client.get("/releases/"))


def test_freezes_stand_in_the_list(client: Client, trusted: None) -> None:
    Freeze.objects.create(ref="FRZ-2024-01", title="Christmas freeze", span=WORK, reason="Quiet days")

    page = text_of(client.get("/releases/"))

    assert "Christmas freeze: 4pm on Friday 1 November" in page


def test_a_service_page_shows_planned_work_and_how_past_work_ended(
    client: Client, trusted: None, published: Release, ers: Service
) -> None:
    past = ReleaseFactory(state="completed", outcome="All went well.", title="Release 14.6")
    DisruptionFactory(release=past, service=ers)

    page = text_of(client.get(ers.get_absolute_url()))

    assert f"NHS e-Referral Service is not available from {SPAN}." in page
    assert "Release 14.6" in page
    assert "All went well." in page


def test_the_author_sees_who_may_not_be_reached_while_a_channel_is_down(
    as_: Any, drafted: Release, manager: User, nurse: User
) -> None:
    ChannelHealth.objects.filter(channel="email").update(
        down_since=ANNOUNCED, fault="The mail server cannot be reached."
    )

    page = text_of(as_(manager).get(drafted.get_absolute_url()))

    assert "Email cannot be sent since" in page
    assert "The mail server cannot be reached." in page


def test_postponed_work_says_so_and_only_authors_see_whom_it_reaches(
    as_: Any, client: Client, trusted: None, published: Release, manager: User
) -> None:
    actions.postpone(release=published, to=None, reason="Supplier", by=manager, at=ANNOUNCED)

    page = text_of(client.get(published.get_absolute_url()))
    assert "does not take place at the times below. A new time is not known yet." in page
    assert "It reaches" not in page

    page = text_of(as_(manager).get(published.get_absolute_url()))
    assert "It reaches" in page
    assert "Postponed" in page


def test_a_notice_without_steps_shows_the_procedure_of_its_service(
    client: Client, trusted: None, ers: Service, manager: User
) -> None:
    procedure = Procedure.objects.create(key="ers-down", title="If e-RS is down", owner=ers.owner)
    procedure.services.add(ers)
    version = Version.objects.create(
        procedure=procedure, number=1, state="published", author=manager, review_by=ANNOUNCED + 99 * 24 * HOUR
    )
    Step.objects.create(version=version, order=1, text="Write referrals on the downtime form.")
    release = ReleaseFactory(state="published")
    DisruptionFactory(release=release, service=ers)

    page = text_of(client.get(release.get_absolute_url()))

    assert "If e-RS is down Write referrals on the downtime form." in page


def _sent_by(page: BeautifulSoup) -> dict[str, Any]:
    """What a browser sends when the form on a page is sent as it stands."""
    sent: dict[str, Any] = {}
    form = page.select("main form[method=post]")[-1]
    for field in form.select("input[name], textarea[name], select[name]"):
        name = str(field["name"])
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            sent[name] = chosen["value"] if chosen else ""
        elif field.name == "textarea":
            sent[name] = field.get_text().lstrip("\n")
        elif field.get("type") in {"checkbox", "radio"}:
            if field.has_attr("checked"):
                sent.setdefault(name, []).append(field["value"])
        else:
            sent[name] = field.get("value", "")
    sent.pop("csrfmiddlewaretoken", None)
    return sent
