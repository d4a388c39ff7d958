"""NHS numbers are found in free text, and other numbers are left alone."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from continuity.core.privacy import holds_nhs_number, no_patient_data

# From the NHS Data Dictionary's and public test ranges: nobody's numbers.
NUMBERS = ["9434765919", "943 476 5919", "943-476-5919", "94 34 76 59 19", "NHS:9434765919.", "999 000 0018"]
OTHERS = [
    "",
    "Wi-Fi is down on ward 7 since 4pm",
    "9434765918",
    "943476591",
    "94347659190",
    "ext 5000, bed 12",
    "UBRN 1234 5678 9012",
]


@pytest.mark.parametrize("text", NUMBERS)
def test_an_nhs_number_is_found(text: str) -> None:
    assert holds_nhs_number(f"Mrs Example {text} cannot be found")


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not holds_nhs_number(text)


def test_a_form_field_refuses_it_with_a_sentence() -> None:
    with pytest.raises(ValidationError, match="no patient details belong here"):
        no_patient_data("Ring about 943 476 5919")


@given(st.integers(0, 999_999_999), st.sampled_from(["{}", "{} ", "a{}b", "Bed {}"]))
def test_one_check_digit_at_most_makes_ten_digits_a_number(nine: int, around: str) -> None:
    passing = [last for last in range(10) if holds_nhs_number(around.format(f"{nine:09}{last}"))]

    assert len(passing) <= 1


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    assert holds_nhs_number(text) in {True, False}
