"""The words of time: exactly those of the NHS content style, and never two ways to read them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import Range
from pytest_django import Settings

from continuity.core.clock import (
    at_local,
    is_repeated_hour,
    length,
    local,
    parse_day,
    parse_time,
    split_zone,
    window,
)
from continuity.core.wording import (
    ago_words,
    count_words,
    date_words,
    day_words,
    length_words,
    moment_words,
    number_words,
    since_words,
    span_words,
    time_words,
    until_words,
    window_length_words,
    window_words,
)


def at(written: str) -> datetime:
    """The instant of "4pm on 1 November 2024"."""
    wall, day = written.split(" on ")
    said, zone = split_zone(wall)
    return at_local(parse_day(day), parse_time(said), fold=zone)


FRIDAY_5PM = at("5pm on 1 November 2024")
RELEASE = (at("4pm on 1 November 2024"), at("12:36am on 2 November 2024"))

near = st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1)).map(  # noqa: DTZ001
    lambda wall: wall.replace(second=0, microsecond=0, tzinfo=UTC)
)
changes = st.sampled_from([datetime(2024, 10, 27, tzinfo=UTC), datetime(2025, 3, 30, tzinfo=UTC)])
minutes_away = st.integers(-2000, 2000).map(lambda minutes: timedelta(minutes=minutes))
around_changes = st.tuples(changes, minutes_away).map(lambda pair: pair[0] + pair[1])
instants = st.one_of(near, around_changes)


def test_the_maintenance_release_is_said_exactly_like_this() -> None:
    assert span_words(*RELEASE) == "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024"
    assert length_words(length(*RELEASE)) == "8 hours 36 minutes"
    assert length_words(length(RELEASE[0], at("12:44am on 2 November 2024"))) == "8 hours 44 minutes"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2am on 20 October 2024", "6am on 20 October 2024", "2am to 6am on Sunday 20 October 2024"),
        (
            "10pm on 31 December 2024",
            "2:15am on 1 January 2025",
            "10pm on Tuesday 31 December 2024 to 2:15am on Wednesday 1 January 2025",
        ),
        (
            "10pm on 26 October 2024",
            "6am on 27 October 2024",
            "10pm BST on Saturday 26 October to 6am GMT on Sunday 27 October 2024",
        ),
        (
            "10pm on 29 March 2025",
            "6am on 30 March 2025",
            "10pm GMT on Saturday 29 March to 6am BST on Sunday 30 March 2025",
        ),
        (
            "1:30am BST on 27 October 2024",
            "1:30am GMT on 27 October 2024",
            "1:30am BST to 1:30am GMT on Sunday 27 October 2024",
        ),
        (
            "1:10am GMT on 27 October 2024",
            "3am on 27 October 2024",
            "1:10am GMT to 3am GMT on Sunday 27 October 2024",
        ),
        (
            "midnight on 27 October 2024",
            "1:30am BST on 27 October 2024",
            "midnight BST to 1:30am BST on Sunday 27 October 2024",
        ),
        ("2am on 30 March 2025", "6am on 30 March 2025", "2am to 6am on Sunday 30 March 2025"),
        (
            "midday on 29 February 2024",
            "2pm on 29 February 2024",
            "midday to 2pm on Thursday 29 February 2024",
        ),
    ],
)
def test_a_span_names_its_days_its_years_and_its_zone_where_they_differ(
    start: str, end: str, words: str
) -> None:
    assert span_words(at(start), at(end)) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (
            "8pm on 1 November 2024",
            "midnight on 2 November 2024",
            "8pm to midnight on Friday 1 November 2024",
        ),
        (
            "midnight on 2 November 2024",
            "6am on 2 November 2024",
            "midnight to 6am on Saturday 2 November 2024",
        ),
        (
            "midnight on 1 November 2024",
            "midnight on 2 November 2024",
            "midnight to midnight on Friday 1 November 2024",
        ),
        (
            "4pm on 31 October 2024",
            "midnight on 2 November 2024",
            "4pm on Thursday 31 October to midnight at the end of Friday 1 November 2024",
        ),
        (
            "midnight on 1 November 2024",
            "6am on 2 November 2024",
            "midnight at the start of Friday 1 November to 6am on Saturday 2 November 2024",
        ),
        (
            "4pm on 30 December 2024",
            "midnight on 1 January 2025",
            "4pm on Monday 30 December to midnight at the end of Tuesday 31 December 2024",
        ),
    ],
)
def test_a_midnight_says_which_end_of_its_day_it_is(start: str, end: str, words: str) -> None:
    assert span_words(at(start), at(end)) == words


def test_seconds_past_midnight_do_not_make_midnight_ambiguous() -> None:
    end = at("midnight on 2 November 2024") + timedelta(seconds=20)

    assert span_words(at("8pm on 1 November 2024"), end) == "8pm to midnight on Friday 1 November 2024"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("4pm on 1 November 2024", "4pm"),
        ("5:30pm on 1 July 2024", "5:30pm"),
        ("midday on 1 July 2024", "midday"),
        ("midnight on 1 July 2024", "midnight"),
        ("12:36am on 2 November 2024", "12:36am"),
        ("1:30am BST on 27 October 2024", "1:30am BST"),
        ("1:30am GMT on 27 October 2024", "1:30am GMT"),
        ("2am on 27 October 2024", "2am"),
    ],
)
def test_a_time_names_its_zone_only_where_it_happens_twice(written: str, words: str) -> None:
    assert time_words(at(written)) == words


def test_a_day_is_said_in_words_also_for_an_instant() -> None:
    midnight_in_summer = at("midnight on 1 July 2024")

    assert date_words(date(2024, 11, 1)) == "1 November 2024"
    assert day_words(date(2024, 11, 1)) == "Friday 1 November 2024"
    assert day_words(midnight_in_summer) == "Monday 1 July 2024"
    assert moment_words(RELEASE[0]) == "4pm on Friday 1 November 2024"
    assert moment_words(midnight_in_summer) == "midnight at the start of Monday 1 July 2024"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("8pm on 1 November 2024", "8pm"),
        ("midnight on 2 November 2024", "midnight tonight"),
        ("12:36am on 2 November 2024", "12:36am tomorrow"),
        ("midnight on 3 November 2024", "midnight at the end of tomorrow"),
        ("4pm on 3 November 2024", "4pm on Sunday 3 November"),
        ("midnight on 4 November 2024", "midnight at the end of Sunday 3 November"),
        ("midday on 4 January 2025", "midday on Saturday 4 January 2025"),
        ("midnight on 1 January 2025", "midnight at the end of Tuesday 31 December"),
        ("1am on 1 November 2024", "1am"),
        ("4pm on 31 October 2024", "4pm yesterday"),
    ],
)
def test_until_is_said_as_seen_from_now(written: str, words: str) -> None:
    assert until_words(at(written), FRIDAY_5PM) == words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("4pm on 1 November 2024", "4pm"),
        ("midnight on 1 November 2024", "midnight"),
        ("4pm on 31 October 2024", "4pm yesterday"),
        ("midnight on 31 October 2024", "midnight at the start of yesterday"),
        ("4pm on 30 October 2024", "4pm on Wednesday 30 October"),
        ("midnight on 30 October 2024", "midnight at the start of Wednesday 30 October"),
        ("4pm on 31 December 2023", "4pm on Sunday 31 December 2023"),
        ("1:30am GMT on 27 October 2024", "1:30am GMT on Sunday 27 October"),
        ("12:36am on 2 November 2024", "12:36am tomorrow"),
    ],
)
def test_since_is_said_as_seen_from_now(written: str, words: str) -> None:
    assert since_words(at(written), FRIDAY_5PM) == words


def test_tomorrow_is_londons_tomorrow() -> None:
    half_past_midnight = at("12:30am on 1 July 2024")

    assert until_words(at("4pm on 1 July 2024"), half_past_midnight) == "4pm"
    assert since_words(at("11pm on 30 June 2024"), half_past_midnight) == "11pm yesterday"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=0), "less than a minute ago"),
        (timedelta(seconds=59), "less than a minute ago"),
        (timedelta(seconds=-30), "less than a minute ago"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=3, seconds=50), "3 minutes ago"),
        (timedelta(hours=2, minutes=5), "2 hours 5 minutes ago"),
        (timedelta(days=1, hours=3), "1 day ago"),
        (timedelta(days=1234), "1,234 days ago"),
        (timedelta(minutes=-3), "in 3 minutes"),
    ],
)
def test_the_age_of_news_is_as_exact_as_it_matters(age: timedelta, words: str) -> None:
    assert ago_words(FRIDAY_5PM - age, FRIDAY_5PM) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 minutes"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=8, minutes=36, seconds=59), "8 hours 36 minutes"),
        (timedelta(days=1, hours=2), "1 day 2 hours"),
        (timedelta(days=1, minutes=30), "1 day 30 minutes"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=1000), "1,000 days"),
    ],
)
def test_a_length_is_said_in_whole_units(span: timedelta, words: str) -> None:
    assert length_words(span) == words


def test_a_negative_length_has_no_words() -> None:
    with pytest.raises(ValueError, match="negative"):
        length_words(timedelta(minutes=-1))


def test_numbers_have_a_comma_from_a_thousand() -> None:
    assert (number_words(999), number_words(1000)) == ("999", "1,000")
    assert count_words(1, "hour") == "1 hour"
    assert count_words(1440, "minute") == "1,440 minutes"
    assert count_words(2, "diary", "diaries") == "2 diaries"


def test_a_window_is_said_by_its_ends_and_its_true_length() -> None:
    night = window(at("10pm on 26 October 2024"), at("6am on 27 October 2024"))

    assert window_words(night) == "10pm BST on Saturday 26 October to 6am GMT on Sunday 27 October 2024"
    assert window_length_words(night) == "9 hours"
    with pytest.raises(ValueError, match="both"):
        window_words(Range(night.lower, None))


JOINT = r" (on|at the start of|at the end of) "


def read_back(words: str) -> tuple[datetime, datetime]:
    """The two instants that a careful reader takes from the words of a span."""
    first, second = words.split(" to ")
    wall, joint, day = re.split(JOINT, second)
    last = parse_day(day)
    if not re.search(JOINT, first):
        return instant(first, last), instant(wall, last + timedelta(days=wall.startswith("midnight")))
    opening, _, first_day = re.split(JOINT, first)
    year = "" if first_day[-4:].isdecimal() else f" {last.year}"
    end_day = last + timedelta(days=joint == "at the end of")
    return instant(opening, parse_day(first_day + year)), instant(wall, end_day)


def instant(wall: str, day: date) -> datetime:
    said, zone = split_zone(wall)
    return at_local(day, parse_time(said), fold=zone)


@given(instants, st.integers(1, 60 * 24 * 400))
def test_a_span_can_be_read_back_without_doubt(start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)

    assert read_back(span_words(start, end)) == (start, end)


@given(instants)
def test_a_moment_can_be_read_back_without_doubt(moment: datetime) -> None:
    wall, day = re.split(r" on | at the start of ", moment_words(moment))

    assert instant(wall, parse_day(day)) == moment


@given(instants)
def test_the_words_of_a_time_are_the_time_of_london_clocks(moment: datetime) -> None:
    said, zone = split_zone(time_words(moment))

    assert parse_time(said) == local(moment).time()
    assert (zone is not None) == is_repeated_hour(moment)


@given(st.integers(0, 10**6))
def test_the_words_of_a_length_add_up(minutes: int) -> None:
    units = {"day": 1440, "hour": 60, "minute": 1}

    words = length_words(timedelta(minutes=minutes))

    parts = re.findall(r"([0-9,]+) (day|hour|minute)s?", words)
    assert sum(int(count.replace(",", "")) * units[unit] for count, unit in parts) == minutes


@given(instants, instants)
def test_no_time_is_said_on_a_12_hour_twelve_or_with_a_point(one: datetime, other: datetime) -> None:
    now = max(one, other)
    said = [
        span_words(min(one, other), now),
        until_words(one, other),
        since_words(one, other),
        moment_words(one),
    ]

    assert not re.search(r"(?<!:)\b12(am|pm)\b|[ap]\.m|:00", " ".join(said))


def rendered(source: str, **context: object) -> str:
    return Template("{% load times %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ start|nhs_time }}", "4pm"),
        ("{{ start|nhs_date }}", "1 November 2024"),
        ("{{ start|nhs_day }}", "Friday 1 November 2024"),
        ("{{ start|nhs_datetime }}", "4pm on Friday 1 November 2024"),
        ("{{ start|nhs_span:end }}", "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024"),
        ("{{ window|nhs_span }}", "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024"),
        ("{{ start|nhs_span:none }}", "from 4pm on Friday 1 November 2024"),
        ("{{ start|nhs_length:end }}", "8 hours 36 minutes"),
        ("{{ window|nhs_length }}", "8 hours 36 minutes"),
        ("{{ length|nhs_length }}", "8 hours 36 minutes"),
        ("{{ end|nhs_until:start }}", "12:36am tomorrow"),
        ("{{ start|nhs_since:end }}", "4pm yesterday"),
        ("{{ start|nhs_ago:end }}", "8 hours 36 minutes ago"),
        ("{{ 1234|nhs_number }}", "1,234"),
        (
            "{{ none|nhs_time }}{{ missing|nhs_span }}{{ none|nhs_length }}{% when none %}",
            "",
        ),
        (
            "{% when start %}",
            '<time datetime="2024-11-01T16:00:00Z">4pm on Friday 1 November 2024</time>',
        ),
        ('{% when end "until" start %}', '<time datetime="2024-11-02T00:36:00Z">12:36am tomorrow</time>'),
    ],
)
def test_templates_say_times_in_the_same_words(source: str, words: str) -> None:
    start, end = RELEASE

    span, exact = window(start, end), length(start, end)

    said = rendered(source, start=start, end=end, window=span, length=exact, none=None)

    assert said == words


def test_templates_see_from_now_where_no_instant_is_given(settings: Settings) -> None:
    settings.CLOCK_OFFSET = FRIDAY_5PM - datetime.now(UTC)

    said = rendered("{{ start|nhs_ago }}, since {{ start|nhs_since }}", start=RELEASE[0])

    assert said == "1 hour ago, since 4pm"
