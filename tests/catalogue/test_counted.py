"""Counts of users in a CSV file: read whole, every fault by its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.catalogue.counted import HEADINGS, HOURS_A_WEEK, read_counts

KEYS = {"ers", "epr"}
WEEK, DAY = "service,hour_of_week,people\n", "service,day,hour,people\n"


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        (WEEK + "ers,0,12\ners,167,3\nepr,9,400\n", {"ers": {0: 12, 167: 3}, "epr": {9: 400}}),
        (DAY + "ers,Monday,0,12\nERS,Mon,1,1\n".replace("ERS", "ers"), {"ers": {0: 12, 1: 1}}),
        ("\ufeffService; Day; Hour; People\r\ners;sun;23;0\r\n\r\n", {"ers": {167: 0}}),
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(text: str, weeks: dict[str, dict[int, int]]) -> None:
    found = read_counts(text.encode(), keys=KEYS)

    assert (found.weeks, found.faults) == (weeks, [])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", HEADINGS),
        ("ers,0,12\n", HEADINGS),
        (WEEK, "The file has no line below its headings"),
        (WEEK + "ers,168,1\n", "Line 2: hour_of_week must be 0 to 167; 0 is midnight on Monday"),
        (WEEK + "ers,-1,1\n", "Line 2: hour_of_week must be 0 to 167; 0 is midnight on Monday"),
        (DAY + "ers,Someday,1,1\n", "Line 2: day must be Monday to Sunday, and hour 0 to 23"),
        (DAY + "ers,Monday,24,1\n", "Line 2: day must be Monday to Sunday, and hour 0 to 23"),
        (WEEK + "ers,1,many\n", "Line 2: people must be a whole number up to 1,000,000"),
        (WEEK + "ers,1,1000001\n", "Line 2: people must be a whole number up to 1,000,000"),
        (WEEK + "ers,1,٣\n", "Line 2: people must be a whole number up to 1,000,000"),
        (WEEK + "fax,1,1\n", "Line 2: there is no service with the key fax"),
        (WEEK + "pas,1,1\n", "Line 2: you cannot change pas: another team owns it"),
        (WEEK + "ers,1,1\nepr,1,1\ners,1,2\n", "Line 4: ers has a line for that hour already"),
        (WEEK + "ers,1\n", "Line 2 must have as many values as the first line, with commas between"),
    ],
)
def test_each_fault_names_its_line(text: str, fault: str) -> None:
    assert read_counts(text.encode(), keys=KEYS, barred={"pas"}).faults == [fault]


def test_every_fault_is_told_at_once() -> None:
    found = read_counts((WEEK + "fax,999,x\ners,1,1\n,,\n  \nepr,2,\n").encode(), keys=KEYS)

    assert [fault.split(":")[0] for fault in found.faults] == ["Line 2"] * 3 + ["Line 6"]


def test_another_encoding_is_told() -> None:
    assert read_counts("service,hour_of_week,people\nérs,1,1".encode("utf-16"), keys=KEYS).faults == [
        "Save the file as CSV in UTF-8. It cannot be read as it is"
    ]


texts = st.text(alphabet=',;\n\r"\x00ers01 ', max_size=80)


@given(st.one_of(st.binary(max_size=200), texts.map(lambda text: (WEEK + text).encode())))
def test_no_file_breaks_it_and_what_it_takes_is_a_week(content: bytes) -> None:
    found = read_counts(content, keys=KEYS)

    assert found.faults or found.weeks
    assert all(0 <= hour < HOURS_A_WEEK for week in found.weeks.values() for hour in week)
