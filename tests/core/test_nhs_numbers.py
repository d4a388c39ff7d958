"""NHS numbers are found in free text however they are written, and other numbers are left alone."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from continuity.core.nhs_numbers import nhs_numbers_in

# From the NHS Data Dictionary's and public test ranges: nobody's numbers.
NUMBERS = ["9434765919", "943 476 5919", "943-476-5919", "94 34 76 59 19", "NHS:9434765919.", "999 000 0018"]
OTHERS = [
    "",
    "Wi-Fi is down on ward 7 since 4pm",
    "9434765918",
    "943476591",
    "94347659190",
    "943-476-5919-1",
    "ext 5000, bed 12",
    "INC-2026-0042, REL-2024-071",
    "UBRN 1234 5678 9012",
    "01632 960 983",
    "٩٤٣٤٧٦٥٩١٩",
]
# Nine digits times 10 down to 2; what is missing to a multiple of 11 is the check digit (NHS Data Dictionary).
WEIGHTS = range(10, 1, -1)
NO_DIGIT = 10
NINE = st.integers(0, 999_999_999).map("{:09}".format)
SPACES, HYPHENS = [" ", "\u00a0", "\n"], ["-", "\u2011", "\u2013"]


def check_digit_of(nine: str) -> int:
    return -sum(int(digit) * weight for digit, weight in zip(nine, WEIGHTS, strict=True)) % 11


def numbers() -> st.SearchStrategy[str]:
    """Ten digits with the right check digit."""
    whole = NINE.filter(lambda nine: check_digit_of(nine) != NO_DIGIT)
    return whole.map(lambda nine: f"{nine}{check_digit_of(nine)}")


@st.composite
def written(draw: st.DrawFn, digits: st.SearchStrategy[str]) -> tuple[str, str]:
    """Ten digits, and how somebody may write them: together, in groups, or with spaces or hyphens anywhere."""
    found = draw(digits)
    mark = draw(st.sampled_from([*SPACES, *HYPHENS]))
    if draw(st.booleans()):
        other = draw(st.sampled_from([mark, ".", " "]))
        return found, f"{found[:3]}{mark}{found[3:6]}{other}{found[6:]}"
    breaks = draw(st.sets(st.integers(1, 9)))
    return found, "".join(f"{mark if at in breaks else ''}{digit}" for at, digit in enumerate(found))


@pytest.mark.parametrize("text", NUMBERS)
def test_an_nhs_number_is_found(text: str) -> None:
    assert nhs_numbers_in(f"Mrs Example {text} cannot be found")


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert nhs_numbers_in(text) == []


@given(written(numbers()), st.sampled_from(["{}", "Rang about {}, twice", "NHS:{}.", "({})"]))
def test_a_number_with_its_check_digit_is_found_in_any_of_its_forms(
    number: tuple[str, str], around: str
) -> None:
    digits, text = number

    assert nhs_numbers_in(around.format(text)) == [digits]


@given(NINE, st.integers(0, 9), st.data())
def test_a_number_with_another_check_digit_is_none(nine: str, last: int, data: st.DataObject) -> None:
    assume(last != check_digit_of(nine))

    _, text = data.draw(written(st.just(f"{nine}{last}")))

    assert nhs_numbers_in(text) == []


@given(numbers(), st.sampled_from(["{}7", "7{}", "7-{}", "{}-7"]))
def test_part_of_a_longer_number_is_none(number: str, longer: str) -> None:
    assert number not in nhs_numbers_in(longer.format(number))


@given(numbers(), numbers())
def test_each_of_two_numbers_is_found(one: str, other: str) -> None:
    assert {one, other} <= set(nhs_numbers_in(f"{one} {other}"))


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(nhs_numbers_in(text), list)
