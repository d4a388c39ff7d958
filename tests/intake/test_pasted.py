"""What a pasted notice is read into: exact times in many styles, nothing made up, never an error."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from continuity.intake.pasted import read_notice
from continuity.intake.pasted.pieces import straightened
from continuity.intake.pasted.proposal import LONGEST_READ, LONGEST_TITLE

THREE_WEEKS_BEFORE = datetime(2024, 10, 11, 9, tzinfo=UTC)
SERVICES = {
    "ers": "NHS e-Referral Service (e-RS)",
    "slot-polling": "e-RS slot polling",
    "pas": "Patient administration system (PAS)",
    "spine": "NHS Spine",
    "wifi": "Wi-Fi",
    "pacs": "X-rays and scans (PACS)",
}
STARTS = datetime(2024, 11, 1, 16, tzinfo=UTC)
BACK = datetime(2024, 11, 2, 0, 36, tzinfo=UTC)
ENDS = datetime(2024, 11, 2, 0, 44, tzinfo=UTC)

A_SENTENCE = """\
NHS e-Referral Service Maintenance Release 14.7

Planned work runs from 4pm on Friday 1 November 2024 to 12:44am on Saturday 2 November 2024.
e-RS will be unavailable from 4pm on Friday 1 November to 12:36am on Saturday 2 November.
"""
AN_EMAIL = """\
From: Service Management <servicedesk@supplier.example>
Sent: 11 October 2024 10:00
To: IT managers <it@ashcombe.example>
Subject: FW: [EXTERNAL] NHS e-Referral Service Maintenance Release 14.7

Dear colleagues,

Maintenance Release 14.7 of the NHS e-Referral Service (e-RS) will be deployed as follows.

Work window: 01/11/2024 16:00 - 02/11/2024 00:44
Outage: 01/11/2024 16:00 - 02/11/2024 00:36

The service desk is open 8am to 6pm Monday to Friday.
"""
SHORT_FORMS = """\
Subject: NHS e-Referral Service Maintenance Release 14.7
Maintenance: Fri 1 Nov 16:00-00:44
e-RS unavailable: Fri 1 Nov 16:00-00:36
"""
HOURS = """\
NHS e-Referral Service Maintenance Release 14.7
The release will take place on Friday 1st November 2024 between 16:00hrs and 00:44hrs.
Users will not be able to access e-RS between 1600 hrs and 0036 hrs.
"""
START_AND_END = """\
Title: NHS e-Referral Service Maintenance Release 14.7
Work start: 01/11/2024 16:00
Work end: 02/11/2024 00:44
Outage start: 01/11/2024 16:00
Outage end: 02/11/2024 00:36
"""
DAY_ABOVE = """\
NHS e-Referral Service Maintenance Release 14.7
Date: Friday 1 November 2024
Time of work: 4.00pm until 12.44am
Downtime: 4.00pm until 12.36am
"""
COMPUTED = """\
NHS e-Referral Service Maintenance Release 14.7
maintenance 2024-11-01T16:00:00Z to 2024-11-02T00:44:00Z
outage 2024-11-01T16:00:00+00:00 to 2024-11-02T00:36:00+00:00
"""
WITH_DASHES = """\
NHS e-Referral Service Maintenance Release 14.7
Work: 4pm on Friday 1 November 2024 \u2013 12:44am on Saturday 2 November 2024
Service unavailable: 4pm on Friday 1 November 2024 \u2013 12:36am on Saturday 2 November 2024
"""
ONE_CLAUSE = """\
NHS e-Referral Service Maintenance Release 14.7
During planned work (16:00 GMT on 1 Nov 2024 to 00:44 GMT on 2 Nov 2024) the service is down, from 16:00 GMT on
1 Nov 2024 to 00:36 GMT on 2 Nov 2024.
"""


def read(text: str, at: datetime = THREE_WEEKS_BEFORE) -> Any:
    return read_notice(text, services=SERVICES, at=at)


def ends(window: Any) -> Any:
    return window and (window.lower, window.upper)


@pytest.mark.parametrize(
    "text",
    [
        A_SENTENCE, AN_EMAIL, SHORT_FORMS, HOURS, START_AND_END, DAY_ABOVE, COMPUTED, WITH_DASHES, ONE_CLAUSE,
        A_SENTENCE.replace("\n", "\r\n"), A_SENTENCE.replace(" ", "\u00a0"), A_SENTENCE.upper(),
    ],
)  # fmt: skip
def test_the_story_is_read_to_the_minute_in_every_style(text: str) -> None:
    proposal = read(text)

    assert proposal.title.lower() == "nhs e-referral service maintenance release 14.7"
    assert ends(proposal.work) == (STARTS, ENDS)
    assert ends(proposal.outage) == (STARTS, BACK)
    assert proposal.services == ("ers",)


@pytest.mark.parametrize(
    ("said", "window"),
    [
        ("4pm on Friday 1 November 2024 to 12:44am", (STARTS, ENDS)),
        ("01/11/2024 16:00 - 02/11/2024 00:44", (STARTS, ENDS)),
        ("01/11/24 16:00 to 02/11/24 00:44", (STARTS, ENDS)),
        ("Fri 1 Nov 16:00-00:44", (STARTS, ENDS)),
        ("Nov 1, 2024 4:00 PM to Nov 2, 2024 12:44 AM", (STARTS, ENDS)),
        ("between 4pm and 12:44am on Friday 1 November", (STARTS, ENDS)),
        ("from 4 p.m. on the 1st of November until 12:44 a.m. on the 2nd of November", (STARTS, ENDS)),
        ("4 to 6pm on 1 November", (STARTS, datetime(2024, 11, 1, 18, tzinfo=UTC))),
        (
            "2am to 6am on Sunday 20 October 2024",
            (datetime(2024, 10, 20, 1, tzinfo=UTC), datetime(2024, 10, 20, 5, tzinfo=UTC)),
        ),
        (
            "10pm on 26 October to 6am on 27 October 2024",
            (datetime(2024, 10, 26, 21, tzinfo=UTC), datetime(2024, 10, 27, 6, tzinfo=UTC)),
        ),
        (
            "10pm on 26 October to 1:30am GMT on 27 October 2024",
            (datetime(2024, 10, 26, 21, tzinfo=UTC), datetime(2024, 10, 27, 1, 30, tzinfo=UTC)),
        ),
        (
            "11pm on 31 December to 3am on 1 January 2025",
            (datetime(2024, 12, 31, 23, tzinfo=UTC), datetime(2025, 1, 1, 3, tzinfo=UTC)),
        ),
        (
            "tomorrow 9pm to 11pm",
            (datetime(2024, 10, 12, 20, tzinfo=UTC), datetime(2024, 10, 12, 22, tzinfo=UTC)),
        ),
    ],
)
def test_a_window_is_read_in_many_forms(said: str, window: Any) -> None:
    assert ends(read(f"e-RS will be unavailable {said}.").outage) == window


def test_a_day_without_its_year_is_the_next_to_come_and_that_is_said() -> None:
    proposal = read("e-RS outage: 3 January 2am to 4am", at=datetime(2024, 12, 20, tzinfo=UTC))

    assert proposal.outage.lower == datetime(2025, 1, 3, 2, tzinfo=UTC)
    assert "“3 January 2am to 4am”: No year is given, so 2025 was taken." in proposal.unclear


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "No title was found."),
        ("e-RS is down.", "No times were found."),
        ("Work on the roof", "No service of the catalogue was found."),
        ("e-RS outage 12am to 4am on 3 November", "write midnight or midday instead of 12am"),
        ("e-RS outage 1am to 1:30am on 27 October 2024", "happens twice. BST or GMT?"),
        ("e-RS outage 4pm to 6pm", "The text gives times but no day."),
        ("e-RS outage 4pm to 6pm on 30 February 2024", "The text holds a day that does not exist."),
        ("e-RS outage 4pm to 6pm on Monday 1 November 2024", "the date is Friday 1 November 2024"),
        ("Planned work on e-RS 4pm to 6pm on 1 November 2024", "No outage was found, only the work window."),
        ("e-RS outage 4pm to 6pm on 1 Nov 2024. Work 5pm to 7pm on 1 Nov 2024", "does not lie inside"),
        ("e-RS outage 4pm on 2 Nov 2024 to 3pm on 1 Nov 2024", "The end must be later than the start"),
    ],
)
def test_what_was_not_understood_is_said(text: str, sentence: str) -> None:
    assert any(sentence in said for said in read(text).unclear)


def test_when_a_message_was_sent_and_when_a_desk_is_open_are_no_times_of_the_work() -> None:
    proposal = read(AN_EMAIL)

    assert proposal.unclear == ()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("The NHS e-Referral Service is affected", ("ers",)),
        ("eRS and ERS and e-rs", ("ers",)),
        ("e-RS slot polling stops, then e-RS", ("slot-polling", "ers")),
        ("PAS and PACS", ("pas", "pacs")),
        ("pas de deux", ()),
        ("Spine is slow, and WiFi too", ("spine", "wifi")),
        ("wi-fi", ("wifi",)),
    ],
)
def test_services_are_found_by_name_and_short_name(text: str, keys: tuple[str, ...]) -> None:
    assert read(text).services == keys


@given(st.text(max_size=400))
@example("1 November 9999 4pm to 5pm")
@example("29 February 4pm to 29 February 5pm 2023")
@example("0000-00-00T00:00 to 99/99/9999 99:99")
def test_whatever_the_text_it_is_read_without_an_error(text: str) -> None:
    proposal = read(text)

    assert len(proposal.title) <= LONGEST_TITLE


PARTS = st.sampled_from(
    [
        *(
            "1 Nov",
            "Friday",
            "31/02/2024",
            "2024-11-01",
            "4pm",
            "12am",
            "25:61",
            "00:44",
            "16:00",
            "noon",
            "GMT",
            "BST",
        ),
        *(
            "to",
            "-",
            "until",
            "and",
            "between",
            "outage",
            "work",
            "end",
            "\n",
            ". ",
            "tomorrow",
            "+01:00",
            "Z",
            "4",
        ),
        *("Subject:", "e-RS", "1600hrs", "'24", "2024", "T", "|", "(", "29 Feb"),
    ]
)


@given(st.lists(PARTS, max_size=40))
@settings(max_examples=300)
def test_any_order_of_the_parts_of_a_notice_is_read_without_an_error(parts: list[str]) -> None:
    proposal = read(" ".join(parts))

    for window in (proposal.work, proposal.outage):
        assert window is None or window.lower < window.upper


@pytest.mark.parametrize(
    "text",
    [
        "1" * 200_000,
        "4pm to " * 30_000,
        " " * 200_000,
        "Nov " * 50_000,
        "1 Nov 16:00-00:44\n" * 10_000,
        "(" * 200_000,
    ],
)
def test_a_text_of_any_length_is_read_in_bounded_time(text: str) -> None:
    began = time.perf_counter()

    proposal = read(text)

    assert time.perf_counter() - began < 5
    assert f"Only the first {LONGEST_READ:,} characters were read." in proposal.unclear


def test_dashes_and_spaces_of_every_kind_are_made_plain() -> None:
    assert straightened("4pm\u00a0\u2013\u20096pm\r\n") == "4pm - 6pm\n"


@pytest.mark.parametrize(
    "sentence",
    [
        "The intranet will not be available during this time.",
        "e-RS is unavailable throughout.",
        "Users will have no access to e-RS during the maintenance.",
        "Staff will not be able to use e-RS during that period.",
    ],
)
def test_out_during_this_time_is_out_for_all_of_the_work_and_says_so(sentence: str) -> None:
    found = read(f"e-RS maintenance\n\nWork runs on 1 November 2024 from 4pm to 6pm.\n{sentence}\n")

    assert found.outage == found.work
    assert found.effect == "down"
    assert any("was taken to mean all of the work window" in note for note in found.unclear)


def test_work_that_does_not_say_it_is_out_proposes_no_outage() -> None:
    found = read("e-RS maintenance\n\nWork runs on 1 November 2024 from 4pm to 6pm. e-RS stays available.\n")

    assert found.outage is None
