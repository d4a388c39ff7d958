"""What those who write notices find on the pages of a series, and that its forms lose nothing."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from continuity.accounts.models import User
from releases import actions
from releases.models import Release, Series
from releases.recurrence import read_rule
from tests.releases.conftest import ANNOUNCED
from tests.releases.test_pages import PUBLISHERS, ROLES, set_clock, text_of

pytestmark = pytest.mark.django_db
NOVEMBER = "4pm on Friday 1 November to 12:44am on Saturday 2 November 2024"


@pytest.fixture(autouse=True)
def _it_is(settings: Any) -> None:
    set_clock(settings, ANNOUNCED)


@pytest.fixture
def series(drafted: Release, manager: User) -> Series:
    rule = read_rule("FREQ=MONTHLY;BYDAY=1FR;COUNT=4")
    return actions.repeat(release=drafted, rule=rule, by=manager, at=ANNOUNCED)


def second(series: Series) -> Release:
    return series.releases.order_by("series_start")[1]


def choices(response: Any) -> list[str]:
    found = BeautifulSoup(response.content, "html.parser").select("label.nhsuk-radios__label")
    return [" ".join(each.get_text().split()) for each in found]


def test_a_draft_is_repeated_by_pressing_what_its_day_offers(
    as_: Any, drafted: Release, manager: User
) -> None:
    browser = as_(manager)
    page = browser.get(drafted.get_absolute_url())
    assert f"{drafted.get_absolute_url()}repeat/" in page.content.decode()
    form = browser.get(f"{drafted.get_absolute_url()}repeat/")

    sent = {"often": "same_weekday", "times": "3"}
    response = browser.post(f"{drafted.get_absolute_url()}repeat/", sent, follow=True)

    assert choices(form) == [
        "Every week on a Friday",
        "Every 2 weeks on a Friday",
        "Every 4 weeks on a Friday",
        "Every month on the first Friday",
        "Every month on day 1",
        "By a rule of my own",
    ]
    page_text = text_of(response)
    assert "The series has 3 drafts. Each is published by itself." in response.content.decode()
    assert "Every month on the first Friday, 3 times" in page_text
    assert "Friday 1 November 2024, at 4pm local time" in page_text
    assert NOVEMBER in page_text
    assert "4pm on Friday 3 January to 12:44am on Saturday 4 January 2025" in page_text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose how often it comes back"),
        ({"often": "week"}, "Say when the series ends: how many times the work takes place"),
        ({"often": "own", "times": "3"}, "Enter the rule"),
        ({"often": "own", "rule": "now and then", "times": "3"}, "This rule cannot be read."),
        ({"often": "own", "rule": "FREQ=HOURLY;COUNT=3"}, "The work comes back at most once a day"),
        ({"often": "own", "rule": "FREQ=WEEKLY;COUNT=3", "times": "4"}, "The rule says when it ends. Leave this empty"),
        ({"often": "week", "times": "3", "until": "1 May 2025"}, "Say how many times or until when, not both"),
        ({"often": "week", "times": "61"}, "must be 60 or less"),
        ({"often": "week", "until": "1 May 2035"}, "A series lasts at most 3 years"),
        ({"often": "week", "until": "no day"}, "no day"),
    ],
)  # fmt: skip
def test_what_gives_no_series_is_refused_and_stays_in_the_form(
    as_: Any, drafted: Release, manager: User, sent: dict[str, str], said: str
) -> None:
    response = as_(manager).post(f"{drafted.get_absolute_url()}repeat/", sent)

    assert response.status_code == 422
    assert said in text_of(response) + str(response.content)
    for name in ("rule", "times", "until"):
        box = BeautifulSoup(response.content, "html.parser").find("input", {"name": name})
        assert box is not None
        assert box.get("value", "") == sent.get(name, "")
    assert not Series.objects.exists()


def test_an_occurrence_says_that_it_is_one_of_a_series(
    client: Client, trusted: None, as_: Any, series: Series, manager: User
) -> None:
    release = second(series)
    actions.publish(release=release, by=manager, at=ANNOUNCED)

    for_staff = client.get(release.get_absolute_url())
    for_writers = as_(manager).get(release.get_absolute_url())

    assert "Series One of a series" in text_of(for_staff)
    assert series.get_absolute_url() not in for_staff.content.decode()
    assert series.get_absolute_url() in for_writers.content.decode()
    for press in ("leave-out", "move-following"):
        assert f"{release.get_absolute_url()}{press}/" in for_writers.content.decode()


def test_an_occurrence_is_left_out_with_a_reason(as_: Any, series: Series, manager: User) -> None:
    address = f"{second(series).get_absolute_url()}leave-out/"

    refused = as_(manager).post(address, {"reason": ""})
    response = as_(manager).post(address, {"reason": "The freeze begins"}, follow=True)

    assert refused.status_code == 422
    assert "Left out The freeze begins" in text_of(response)


def test_one_and_all_that_follow_are_moved(as_: Any, series: Series, manager: User) -> None:
    address = f"{second(series).get_absolute_url()}move-following/"
    form = as_(manager).get(address)
    sent = {"to_date": "9 December 2024", "to_time": "10pm", "often": "same_weekday", "seen": "1"}

    response = as_(manager).post(address, sent, follow=True)

    begun = BeautifulSoup(form.content, "html.parser")
    chosen = begun.find("input", {"name": "often", "checked": True})
    assert chosen is not None
    assert chosen["value"] == "same_weekday"
    page = text_of(response)
    assert "Every month on the second Monday, 3 times" in page
    assert NOVEMBER in page
    assert "10pm on Monday 9 December" in page
    assert "10pm on Monday 10 February" in page
    assert "3 occurrences moved." in response.content.decode()


def test_a_stale_move_keeps_what_was_typed_and_counts_when_sent_again(
    as_: Any, series: Series, manager: User
) -> None:
    address = f"{second(series).get_absolute_url()}move-following/"
    sent = {"to_date": "9 December 2024", "to_time": "10pm", "often": "own", "rule": "FREQ=WEEKLY"}
    Series.objects.update(version=2)

    response = as_(manager).post(address, {**sent, "seen": "1"})

    assert response.status_code == 422
    assert "Somebody else changed this series meanwhile." in text_of(response)
    boxes = BeautifulSoup(response.content, "html.parser").find_all("input")
    typed = {str(box.get("name")): box.get("value") for box in boxes}
    assert (typed["to_date"], typed["rule"], typed["seen"]) == ("9 December 2024", "FREQ=WEEKLY", "2")
    again = as_(manager).post(address, {**sent, "seen": "2"}, follow=True)
    assert "Every week, 3 times" in text_of(again)


def test_the_next_ones_are_read_and_published_together(as_: Any, series: Series, manager: User) -> None:
    browser, address = as_(manager), f"{series.get_absolute_url()}publish/"
    assert address in browser.get(series.get_absolute_url()).content.decode()
    form = browser.get(address)
    assert NOVEMBER in text_of(form)
    box = BeautifulSoup(form.content, "html.parser").find("input", {"name": "seen"})
    assert box is not None

    stale = browser.post(address, {"times": "2", "seen": "another"})
    too_many = browser.post(address, {"times": "13", "seen": box["value"]})
    done = browser.post(address, {"times": "2", "seen": box["value"]}, follow=True)

    assert (stale.status_code, "Somebody else changed a draft" in text_of(stale)) == (422, True)
    assert str(box["value"]) in stale.content.decode()
    assert too_many.status_code == 422
    assert "2 occurrences published. Everybody concerned is being told." in done.content.decode()
    states = series.releases.order_by("series_start").values_list("state", flat=True)
    assert list(states) == ["published", "published", "draft", "draft"]


def test_a_series_ends_with_a_reason(as_: Any, series: Series, manager: User) -> None:
    address = f"{series.get_absolute_url()}end/"
    assert as_(manager).get(address).status_code == 200

    response = as_(manager).post(address, {"reason": "No longer needed", "seen": "1"}, follow=True)

    assert "Ended" in text_of(response)
    assert set(series.releases.values_list("state", flat=True)) == {"cancelled"}
    again = as_(manager).post(address, {"reason": "No longer needed", "seen": "1"})
    assert (again.status_code, "Somebody else was first" in text_of(again)) == (422, True)


def test_the_list_finds_series_by_their_title(as_: Any, series: Series, manager: User) -> None:
    everything = text_of(as_(manager).get("/releases/series/"))
    nothing = text_of(as_(manager).get("/releases/series/?q=laboratory"))

    assert series.title in everything
    assert "Every month on the first Friday, 4 times" in everything
    assert "No series was found." in nothing
    assert series.title in text_of(as_(manager).get("/releases/series/?q=e-referral"))


def test_the_list_of_work_shows_only_the_next_draft_of_a_series(
    as_: Any, series: Series, manager: User
) -> None:
    first, after, *_ = series.releases.order_by("series_start").values_list("ref", flat=True)

    page = text_of(as_(manager).get("/releases/"))

    assert "Drafts 4" in page
    assert (first in page, after in page) == (True, False)
    assert "Of each series only the next draft is shown. See all series" in page


@pytest.mark.parametrize("role", ROLES)
def test_only_those_who_write_notices_work_with_series(
    role: str, request: pytest.FixtureRequest, as_: Any, series: Series
) -> None:
    browser = as_(request.getfixturevalue(role))
    release = second(series).get_absolute_url()
    pages = ["/releases/series/", series.get_absolute_url()]
    pages += [f"{series.get_absolute_url()}{press}/" for press in ("end", "publish")]
    pages += [f"{release}{press}/" for press in ("leave-out", "move-following")]
    may = role in {*PUBLISHERS, "administrator"}

    answers = [browser.get(page).status_code for page in pages]

    assert answers == [200 if may else 403] * len(pages)


def test_what_is_no_series_answers_so(as_: Any, published: Release, manager: User) -> None:
    assert as_(manager).get("/releases/series/12345/").status_code == 404
    response = as_(manager).get(f"{published.get_absolute_url()}move-following/")
    assert (response.status_code, "is not one of a series" in text_of(response)) == (409, True)
