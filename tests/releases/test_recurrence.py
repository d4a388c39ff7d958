"""A rule keeps its local time whatever the clocks do, and what gives no series is refused with a sentence."""

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from continuity.core.clock import at_wall, local
from releases.recurrence import (
    KINDS,
    LONGEST_TEXT,
    MOST,
    RuleError,
    _dates,
    kind_of,
    kinds_for,
    read_rule,
    rule_like,
    rule_words,
    starts_of,
)

TEN_PM, NOON = time(22), time(12)
SECOND_TUESDAY = date(2024, 9, 10)
MONTHLY = "FREQ=MONTHLY;BYDAY=2TU"


def starts(text: str, *, first: date = SECOND_TUESDAY, wall: time = TEN_PM) -> list[datetime]:
    return starts_of(read_rule(text), first=first, wall=wall)


def refusal(text: str, *, first: date = SECOND_TUESDAY) -> str:
    with pytest.raises(RuleError) as refused:
        starts(text, first=first)
    return refused.value.sentence


def test_monthly_work_at_10pm_stays_at_10pm_across_both_clock_changes() -> None:
    found = starts(f"{MONTHLY};COUNT=8")

    assert [f"{local(each):%d %b %H:%M %Z}" for each in found] == [
        "10 Sep 22:00 BST", "08 Oct 22:00 BST", "12 Nov 22:00 GMT", "10 Dec 22:00 GMT",
        "14 Jan 22:00 GMT", "11 Feb 22:00 GMT", "11 Mar 22:00 GMT", "08 Apr 22:00 BST",
    ]  # fmt: skip
    assert [each.hour for each in found] == [21, 21, 22, 22, 22, 22, 22, 21]


def test_a_time_that_the_clocks_skip_moves_as_they_do() -> None:
    found = starts("FREQ=WEEKLY;COUNT=3", first=date(2025, 3, 23), wall=time(1, 30))

    assert [f"{local(each):%H:%M %Z}" for each in found] == ["01:30 GMT", "02:30 BST", "01:30 BST"]


def test_of_a_time_that_happens_twice_it_is_the_first() -> None:
    found = starts("FREQ=WEEKLY;COUNT=3", first=date(2024, 10, 20), wall=time(1, 30))

    assert [f"{local(each):%H:%M %Z}" for each in found] == ["01:30 BST", "01:30 BST", "01:30 GMT"]


@given(
    first=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    wall=st.times().map(lambda wall: wall.replace(second=0, microsecond=0)),
    times=st.integers(2, MOST),
    which=st.integers(0, 4),
)
def test_every_start_shows_the_same_time_on_the_clock_or_the_clocks_skipped_it(
    first: date, wall: time, times: int, which: int
) -> None:
    kinds = list(kinds_for(first))
    stem = rule_like(kinds[which % len(kinds)], first).stem
    times = min(times, 36)

    found = starts(f"{stem};COUNT={times}", first=first, wall=wall)

    assert len(found) == times
    assert found == sorted(set(found))
    assert local(found[0]).date() == first
    for each in found:
        shown = local(each)
        is_skipped = at_wall(shown.date(), wall) == each and shown.time() != wall
        assert shown.time() == wall or (is_skipped and shown.month == 3 and shown.hour == 2)
        assert each == shown.replace(fold=0).astimezone(UTC)


@given(day=st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_every_choice_gives_the_day_it_is_offered_for(day: date) -> None:
    for kind in kinds_for(day):
        rule = rule_like(kind, day)
        assert local(starts(f"{rule.stem};COUNT=2", first=day)[0]).date() == day
        assert kind_of(rule.ending(times=2), day) == kind
    assert kinds_for(day).keys() <= KINDS.keys()


@given(text=st.text("FREQ=MONTHLYWKDI;,COUNTSEP0123456789-+:TZBYAU \n", max_size=80))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    found: list[datetime] = []
    said = ""

    try:
        found = starts(text)
    except RuleError as error:
        said = error.sentence

    assert said.endswith(".") or 2 <= len(found) <= MOST


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "This rule cannot be read. Write it like FREQ=MONTHLY;BYDAY=2TU;COUNT=12."),
        ("every month", "This rule cannot be read."),
        ("FREQ=FORTNIGHTLY;COUNT=3", "This rule cannot be read."),
        ("FREQ=MONTHLY;BYDAY=2XX;COUNT=3", "This rule cannot be read."),
        ("FREQ=MONTHLY;BYDAY=0TU;COUNT=3", "This rule cannot be read."),
        ("FREQ=MONTHLY;BYMONTHDAY=x;COUNT=3", "This rule cannot be read."),
        ("FREQ=DAILY;FREQ=WEEKLY;COUNT=3", "This rule cannot be read."),
        ("FREQ=DAILY;BYEASTER=1;COUNT=3", "This rule cannot be read."),
        ("DTSTART:20240910T220000\nRRULE:FREQ=DAILY;COUNT=3", "This rule cannot be read."),
        (MONTHLY, "Say when the series ends: how many times the work takes place, or on which day at the latest."),
        (f"{MONTHLY};COUNT=3;UNTIL=20250101", "Write COUNT or UNTIL, not both."),
        (f"{MONTHLY};COUNT=0", "Write COUNT as a whole number from 1."),
        (f"{MONTHLY};COUNT=1", "The rule gives this one time only."),
        ("FREQ=DAILY;INTERVAL=0;COUNT=3", "Write INTERVAL as a whole number from 1."),
        ("FREQ=DAILY;INTERVAL=99999999999;COUNT=3", "INTERVAL is at most 366."),
        ("FREQ=DAILY;COUNT=61", "A series has at most 60 occurrences. Choose an earlier end."),
        ("FREQ=DAILY;COUNT=1000000", "A series has at most 60 occurrences. Choose an earlier end."),
        ("FREQ=DAILY;COUNT=10000000000", "COUNT is at most 60."),
        ("FREQ=DAILY;UNTIL=20250910", "A series has at most 60 occurrences. Choose an earlier end."),
        (f"{MONTHLY};COUNT=40", "A series lasts at most 3 years, here until 10 September 2027. Choose fewer times."),
        (f"{MONTHLY};UNTIL=99991231", "It lasts at most"),
        (f"{MONTHLY};UNTIL=20241340", "Write the last day of a rule like UNTIL=20251231."),
        ("FREQ=HOURLY;COUNT=3", "The work comes back at most once a day, at the same time."),
        ("FREQ=DAILY;BYDAY=MO;COUNT=3", "BYDAY does not go with FREQ=DAILY. Write the rule with FREQ=WEEKLY."),
        (
            "FREQ=WEEKLY;BYMONTH=9;COUNT=3",
            "BYMONTH does not go with FREQ=WEEKLY. Write the rule with FREQ=MONTHLY or FREQ=YEARLY.",
        ),
        ("FREQ=DAILY;BYHOUR=1,2;COUNT=3", "The work comes back at most once a day, at the same time."),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "The rule gives no day at all."),
        (
            "FREQ=MONTHLY;BYDAY=3TU;COUNT=3",
            "The work starts on Tuesday 10 September 2024, and the rule does not give that day. The first that it "
            "gives is Tuesday 17 September 2024. Change the rule or the start.",
        ),
    ],
)  # fmt: skip
def test_what_gives_no_series_is_refused(text: str, said: str) -> None:
    said = said.replace(
        "It lasts at most", "A series lasts at most 3 years, here until 10 September 2027. This one"
    )

    assert refusal(text).startswith(said)


def test_a_rule_leaves_room_for_the_end_that_is_chosen_beside_it() -> None:
    fits = read_rule("FREQ=YEARLY;BYYEARDAY=" + ",".join(["100"] * 40))

    assert len(str(fits.ending(last=SECOND_TUESDAY))) <= LONGEST_TEXT
    assert "at most 185 characters without its end" in refusal(
        "FREQ=YEARLY;BYYEARDAY=" + ",".join(["100"] * 42)
    )


def test_a_rule_that_gives_nothing_for_ages_is_refused_at_once() -> None:
    began = stopwatch.process_time()

    refusal("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5")
    refusal("FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1;COUNT=5")
    refusal("FREQ=YEARLY;INTERVAL=366;COUNT=60")
    refusal("FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;COUNT=60")
    refusal("FREQ=DAILY;INTERVAL=366;COUNT=60")

    assert stopwatch.process_time() - began < 1


@given(
    st.dates(date(1999, 1, 1), date(2399, 12, 31)),
    st.sampled_from(
        ["FREQ=DAILY;INTERVAL=9", "FREQ=WEEKLY;INTERVAL=3", "FREQ=MONTHLY;BYDAY=-1SU", "FREQ=MONTHLY;BYMONTHDAY=31",
         "FREQ=YEARLY;BYWEEKNO=1,53", "FREQ=YEARLY;BYYEARDAY=60,366", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"]
    ),
)  # fmt: skip
def test_a_rule_gives_the_days_of_its_own_years(first: date, text: str) -> None:
    until = datetime.combine(first, time()) + timedelta(days=1000)

    found = _dates(read_rule(text), first, time(22), until, 20)

    plain = rrulestr(text, dtstart=datetime.combine(first, time(22)))
    assert found == [each.date() for each in takewhile(lambda each: each <= until, plain)][:20]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20241112", date(2024, 11, 12)),
        ("20241112T215959", date(2024, 10, 8)),
        ("20241112T220000Z", date(2024, 11, 12)),
        ("20241008T205959Z", date(2024, 9, 10)),
    ],
)
def test_the_last_day_counts_to_its_end_and_utc_is_read_as_local_time(until: str, last: date) -> None:
    text = f"rrule:{MONTHLY.lower()};until={until}"

    if last == SECOND_TUESDAY:
        assert "this one time only" in refusal(text)
    else:
        assert local(starts(text)[-1]).date() == last


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{MONTHLY};COUNT=12", "Every month on the second Tuesday, 12 times"),
        ("FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20251231", "Every month on the last Sunday, until 31 December 2025"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "Every 2 weeks on a Monday and a Thursday"),
        ("FREQ=WEEKLY;BYDAY=TU", "Every week on a Tuesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=12", "Every month on day 12"),
        ("FREQ=DAILY", "Every day"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "By the rule FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "By the rule FREQ=MONTHLY;BYMONTHDAY=-1"),
    ],
)
def test_a_rule_is_said_in_words(text: str, words: str) -> None:
    assert rule_words(read_rule(text)) == words


def test_a_day_offers_the_rules_that_give_it() -> None:
    assert list(kinds_for(date(2024, 10, 29)).values()) == [
        "Every week on a Tuesday",
        "Every 2 weeks on a Tuesday",
        "Every 4 weeks on a Tuesday",
        "Every month on the last Tuesday",
    ]
    assert "Every month on the second Tuesday" in kinds_for(SECOND_TUESDAY).values()
    assert "Every month on day 10" in kinds_for(SECOND_TUESDAY).values()


def test_a_leap_day_may_begin_a_series() -> None:
    found = starts("FREQ=WEEKLY;COUNT=2", first=date(2024, 2, 29), wall=NOON)

    assert found[1] - found[0] == timedelta(days=7)
