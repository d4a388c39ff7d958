"""Weighing a notice while it is written: on its form, on the draft's page, and how much it asks of the database."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.range import Range
from pytest_django import DjangoAssertNumQueries

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Dependency, Service, Usage
from releases.ground import ground_for, plan_of
from releases.measuring import asked_of, is_short_notice, rules_by_tier, starts_hitting
from releases.models import BusyTime, Freeze, Policy, Release
from releases.policy import Notice, days_given
from releases.weighing.cost import notice, people, spendings
from tests.factories import (
    AreaFactory,
    DisruptionFactory,
    ImpactFactory,
    IncidentFactory,
    ReleaseFactory,
    ServiceFactory,
)
from tests.releases.conftest import ANNOUNCED, BACK, FOUR_PM, OUTAGE, WORK
from tests.releases.test_pages import posted, set_clock, text_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEIGH = "/releases/weigh/"
ROLES = ["clinician", "manager", "lead", "commander", "administrator", "stranger"]


@pytest.fixture(autouse=True)
def _it_is(settings: Any) -> None:
    set_clock(settings, ANNOUNCED)


@pytest.fixture
def desk(as_: Any, manager: User) -> Client:
    client: Client = as_(manager)
    return client


def value(page: Any, name: str) -> str:
    found = BeautifulSoup(page.content, "html.parser").select_one(f"[name={name}]")
    assert found is not None
    return str(found.get("value", found.text) or "")


def windows(page: Any) -> list[str]:
    """What the buttons send that take a window."""
    buttons = BeautifulSoup(page.content, "html.parser").find_all("button", attrs={"name": "take"})
    return [str(button["value"]) for button in buttons]


def other_work(service: Service, span: Any = OUTAGE, **facts: Any) -> Release:
    release: Release = ReleaseFactory(
        **{"state": "published", "title": "Smartcard work", "work": span, **facts}
    )
    DisruptionFactory(release=release, service=service, span=span)
    return release


def test_a_form_is_weighed_while_it_is_filled_and_nothing_is_kept(desk: Client, ers: Service) -> None:
    other_work(ers)
    Freeze.objects.create(ref="FRZ-2024-09", title="November freeze", span=OUTAGE)

    page = desk.post(WEIGH, posted(ers), headers={"HX-Request": "true"})

    said = " ".join(BeautifulSoup(page.content, "html.parser").get_text(" ").split())
    assert page.status_code == 200
    assert b"<html" not in page.content
    assert "Smartcard work . It works on NHS e-Referral Service as well" in said
    assert "November freeze" in said
    assert "8 hours 36 minutes of 24 hours; with this, 72% is used." in said
    assert "Drug round" in said or "drug rounds" in said
    assert len(windows(page)) == 3
    assert Release.objects.count() == 1


@pytest.mark.parametrize("role", ROLES)
def test_only_those_who_write_notices_may_weigh(as_: Any, role: str, request: pytest.FixtureRequest) -> None:
    page = as_(request.getfixturevalue(role)).get(WEIGH)

    assert page.status_code == (200 if role in {"manager", "administrator"} else 403)


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        (["outage_to_date", "outage_to_time"], "Enter when the outage starts and ends"),
        (["title", "contact"], "of 24 hours"),
        (["effect"], "of 24 hours"),
        (["services"], "Nothing clashes with it"),
        (["kind", "source", "title", "contact", "services", "effect"], "Nobody is expected to be hit"),
    ],
)
def test_a_half_filled_form_weighs_what_is_there(
    desk: Client, ers: Service, left_out: list[str], said: str
) -> None:
    BusyTime.objects.all().delete()
    sent = {name: value for name, value in posted(ers).items() if name not in left_out}

    page = desk.post(WEIGH, sent, headers={"HX-Request": "true"})

    assert page.status_code == 200
    assert said in page.content.decode()


def test_an_outage_outside_the_work_window_is_weighed_all_the_same(desk: Client, ers: Service) -> None:
    sent = posted(ers, work_from_date="1 November 2024", work_from_time="5pm")

    assert "8 hours 36 minutes of 24 hours" in text_of(desk.post(WEIGH, sent))


names = st.sampled_from(
    [
        *("services", "effect", "at_risk", "outage_from_date", "outage_from_time", "outage_to_date", "take"),
        *(
            "outage_to_time",
            "outage_from_zone",
            "work_from_date",
            "work_from_time",
            "work_to_date",
            "work_to_time",
        ),
        *(
            "more_1_service",
            "more_1_effect",
            "more_1_from_date",
            "more_1_from_time",
            "more_99_to_date",
            "weigh",
        ),
        *("rollback_by_date", "rollback_by_time", "also_areas", "version", "release", "title"),
    ]
)
texts = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["down", "none", "1 November 2024", "31 December 2099", "4pm", "12am", "1", "9" * 30, "\x00"]
    ),
    st.sampled_from(["2024-11-03T02:00:00+00:00", "9999-12-31T23:59:59-14:00", "1 January 2000", "midnight"]),
)


@given(st.dictionaries(names, texts, max_size=14))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nonsense_is_answered_and_never_breaks(desk: Client, ers: Service, sent: dict[str, str]) -> None:
    sent = {**sent, "services": str(ers.pk)} if sent.get("services") == "1" else sent

    answers = [
        desk.post(WEIGH, sent),
        desk.get(WEIGH, sent),
        desk.post("/releases/new/", {**sent, "weigh": "see"}),
    ]

    has_nul = any(
        "\x00" in text for text in sent.values()
    )  # refused at the door where it is part of an address
    assert [answer.status_code for answer in answers] == [200, 400 if has_nul else 200, 200]


@pytest.mark.parametrize("ref", ["nothing", "\x00", "REL-2024-999"])
def test_a_release_that_is_none_is_left_out(desk: Client, ers: Service, ref: str) -> None:
    assert desk.post(f"{WEIGH}?release={ref}", posted(ers)).status_code == 200


def test_without_scripts_a_button_shows_the_weighing_and_keeps_all_that_was_typed(
    desk: Client, ers: Service
) -> None:
    sent = posted(ers, title="", summary="Half a sen", weigh="see", more_1_from_time="8pm", is_held="on")

    page = desk.post("/releases/new/", sent)

    assert page.status_code == 200
    assert "of 24 hours; with this" in text_of(page)
    assert "There is a problem" not in text_of(page)
    assert (value(page, "outage_from_time"), value(page, "more_1_from_time")) == ("4pm", "8pm")
    assert "Half a sen" in text_of(page)
    assert 'name="is_held"' in page.content.decode()
    assert BeautifulSoup(page.content, "html.parser").find(
        "input", attrs={"name": "is_held", "checked": True}
    )
    assert not Release.objects.exists()


def test_a_better_window_is_taken_with_one_press_and_everything_else_stays(
    desk: Client, ers: Service
) -> None:
    sent = posted(
        ers,
        work_from_date="1 November 2024", work_from_time="3:30pm", work_to_date="2 November 2024",
        work_to_time="12:44am", rollback_by_date="1 November 2024", rollback_by_time="11pm", summary="Half a sen",
    )  # fmt: skip

    page = desk.post("/releases/new/", {**sent, "take": "2024-11-09T20:00:00+00:00"})

    moments = {
        name: f"{value(page, f'{name}_time')} {value(page, f'{name}_date')}"
        for name in ("work_from", "outage_from", "rollback_by", "outage_to", "work_to")
    }
    assert moments == {
        "work_from": "8pm 9 November 2024",
        "outage_from": "8:30pm 9 November 2024",
        "rollback_by": "3:30am 10 November 2024",
        "outage_to": "5:06am 10 November 2024",
        "work_to": "5:14am 10 November 2024",
    }
    assert "Half a sen" in text_of(page)
    assert not Release.objects.exists()


def test_a_window_across_the_clock_change_lasts_as_long_as_before(desk: Client, ers: Service) -> None:
    page = desk.post("/releases/new/", posted(ers, take="2024-10-26T20:00:00+00:00"))

    # 8 hours 36 minutes from 9pm BST end at 4:36am GMT.
    assert (value(page, "outage_from_time"), value(page, "outage_to_time")) == ("9pm", "4:36am")


def test_the_button_on_a_window_sends_what_fills_the_form_with_it(desk: Client, ers: Service) -> None:
    other_work(ers)
    first = windows(desk.post(WEIGH, posted(ers)))[0]

    page = desk.post("/releases/new/", posted(ers, take=first))

    assert first not in windows(page)
    assert "Same service" not in text_of(page)


def test_changing_a_notice_it_does_not_clash_with_itself(
    desk: Client, published: Release, ers: Service
) -> None:
    sent = posted(ers, weigh="see")

    alone = desk.post(f"/releases/{published.ref}/edit/", sent)
    by_itself = desk.post(f"{WEIGH}?release={published.ref}", sent, headers={"HX-Request": "true"})
    as_new = desk.post(WEIGH, sent)

    assert "Same service" not in text_of(alone)
    assert b"Same service" not in by_itself.content
    assert "Same service" in text_of(as_new)


def test_the_drafts_page_shows_the_same_and_leads_to_the_form_with_a_window_taken(
    desk: Client, drafted: Release, ers: Service
) -> None:
    other_work(ers)
    page = desk.get(drafted.get_absolute_url())
    link = BeautifulSoup(page.content, "html.parser").find("a", href=lambda href: href and "?take=" in href)
    assert link

    form = desk.get(str(link["href"]))

    assert "with this, 72% is used" in text_of(page)
    assert value(form, "outage_from_date") != "1 November 2024"
    assert value(form, "title") == drafted.title
    drafted.refresh_from_db()
    assert drafted.work == WORK


def test_the_form_of_a_notice_ignores_a_window_that_is_none(desk: Client, drafted: Release) -> None:
    page = desk.get(f"/releases/{drafted.ref}/edit/?take=tonight")

    assert value(page, "outage_from_date") == "1 November 2024"


def test_open_incidents_of_the_services_are_named_but_not_restricted_ones(
    desk: Client, ers: Service, polling: Service
) -> None:
    trouble: list[tuple[str, Service, dict[str, Any]]] = [
        ("Referrals do not open", ers, {}),
        ("Hidden from most", ers, {"is_restricted": True}),
        ("Only practised", ers, {"is_exercise": True}),
        ("Polls are late", polling, {}),
        ("Long over", ers, {"state": "closed"}),
    ]
    for title, service, facts in trouble:
        ImpactFactory(incident=IncidentFactory(title=title, **facts), service=service)

    said = text_of(desk.post(WEIGH, {"services": [ers.pk]}))

    assert "Open incident Referrals do not open" in said
    for title in ("Hidden from most", "Only practised", "Polls are late", "Long over"):
        assert title not in said


def test_downtime_of_the_year_counts_what_happened_else_what_was_planned(
    drafted: Release, ers: Service
) -> None:
    over = {"state": "completed", "outcome": "Done."}
    hour = Range(FOUR_PM - 90 * DAY, FOUR_PM - 90 * DAY + HOUR, "[)")
    DisruptionFactory(
        release=ReleaseFactory(**over, work=hour),
        service=ers,
        span=hour,
        actual=Range(FOUR_PM - 90 * DAY, FOUR_PM - 90 * DAY + 2 * HOUR, "[)"),
    )
    planned = Range(BACK + 5 * DAY, BACK + 5 * DAY + 3 * HOUR, "[)")
    other_work(ers, planned)
    never = Range(FOUR_PM - 60 * DAY, FOUR_PM - 59 * DAY, "[)")
    DisruptionFactory(
        release=ReleaseFactory(**over, work=never, ended_at=never.lower), service=ers, span=never
    )
    for state in ("cancelled", "postponed", "draft"):
        other_work(ers, planned, state=state)
    DisruptionFactory(
        release=ReleaseFactory(state="published", work=planned), service=ers, span=planned, effect="at_risk"
    )
    last_year = Range(FOUR_PM - 365 * DAY, FOUR_PM - 364 * DAY, "[)")
    other_work(ers, last_year, **over)
    plan = plan_of(drafted)

    found = spendings(plan, ground_for(plan, at=ANNOUNCED, release=drafted))

    assert [(each.used, each.this) for each in found] == [(5 * HOUR, 8 * HOUR + 36 * MINUTE)]


def test_a_services_own_allowance_comes_before_its_tiers(drafted: Release, ers: Service) -> None:
    plan = plan_of(drafted)
    tier = spendings(plan, ground_for(plan, at=ANNOUNCED))[0].allowance
    Service.objects.filter(pk=ers.pk).update(allowance_min=600)

    own = spendings(plan, ground_for(plan, at=ANNOUNCED))[0].allowance

    assert tier == timedelta(minutes=Policy.objects.get(tier=2).allowance_min)
    assert own == 10 * HOUR


def test_counted_users_are_used_and_hours_without_a_row_have_none(drafted: Release, ers: Service) -> None:
    # 4pm to 5pm on a Friday is hour 4 * 24 + 16 of the week.
    Usage.objects.create(service=ers, hour=112, people=90)
    plan = plan_of(drafted)

    assert people(plan, ground_for(plan, at=ANNOUNCED)) == 90


def test_what_is_read_does_not_grow_with_the_trust(
    drafted: Release, ers: Service, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        service = ServiceFactory(hours="weekly", open_days=[0], opens=time(8), closes=time(17))
        Dependency.objects.create(service=service, on=ers, kind="stops")
        other_work(service, Range(FOUR_PM + number * DAY, BACK + number * DAY, "[)"))
        area: Area = AreaFactory()
        area.services.add(service, ers)
    plan = plan_of(drafted)

    # Policies, dependencies, usage, services, releases, services they hit, outages, services they name, freezes,
    # busy times, services of areas, outages of the year.
    with django_assert_num_queries(12):
        found = ground_for(plan, at=ANNOUNCED, release=drafted)

    assert (len(found.others), len(found.places), len(found.services)) == (3, 3, 5)


@pytest.mark.parametrize(
    ("effect", "tier"), [("down", 4), ("down", 1), ("degraded", 1), ("at_risk", 1)], ids=str
)
def test_the_price_and_the_rules_measure_notice_alike(
    effect: str, tier: int, drafted: Release, ers: Service
) -> None:
    drafted.disruptions.filter(service=ers).update(span=Range(BACK - 30 * MINUTE, BACK, "[)"))
    next_day = Range(FOUR_PM + DAY, FOUR_PM + DAY + HOUR, "[)")
    Release.objects.update(work=Range(FOUR_PM - 2 * DAY, FOUR_PM + 2 * DAY, "[)"))
    also = ServiceFactory(tier=tier)
    DisruptionFactory(release=drafted, service=also, effect=effect, span=next_day)
    kept = Release.objects.get()

    price = notice(plan_of(kept), ground_for(plan_of(kept), at=ANNOUNCED, release=kept), ANNOUNCED)

    asked, told = asked_of(kept, rules_by_tier()), Notice(ANNOUNCED, starts_hitting(kept))
    assert (price.asked, price.given) == (asked.notice_days, days_given(told))
    assert price.is_short == is_short_notice(kept, rules_by_tier(), ANNOUNCED)


def test_what_lies_between_an_old_draft_and_today_is_not_read(drafted: Release, ers: Service) -> None:
    other_work(ers, WORK)
    between, ahead = BACK + 30 * DAY, BACK + 400 * DAY
    for start in (between, ahead):
        other_work(ers, Range(start, start + HOUR, "[)"))

    found = ground_for(plan_of(drafted), at=BACK + 390 * DAY, release=drafted)

    assert sorted(other.start for other in found.others) == [FOUR_PM, ahead]


def test_work_far_from_the_next_weeks_is_compared_with_what_is_planned_then(
    desk: Client, ers: Service
) -> None:
    far = datetime(2026, 3, 6, 16, tzinfo=UTC)
    other_work(ers, Range(far, far + HOUR, "[)"))
    sent = posted(ers, outage_from_date="6 March 2026", outage_to_date="7 March 2026")

    assert "Same service" in text_of(desk.post(WEIGH, sent))
