"""Keeping patients out of free text: an NHS number is found before it is saved.

An NHS number has 10 digits, of which the last is a check digit by modulus 11 (NHS Data Dictionary).
"""

import re

from django.core.exceptions import ValidationError

# Written in one piece, with spaces anywhere, or in the usual groups of 3, 3 and 4.
_WRITTEN = re.compile(r"(?<![0-9])(?:(?:[0-9]\s?){9}[0-9]|[0-9]{3}[-.][0-9]{3}[-.][0-9]{4})(?![0-9])")
_LENGTH = 10
_MODULUS = 11

PATIENT_DATA = "This holds what looks like an NHS number. Take it out: no patient details belong here"


def holds_nhs_number(text: str) -> bool:
    """Whether 10 digits that pass the check stand in the text, written together or in groups."""
    # Overlapping readings count too: a number may follow another one after a space.
    return any(
        _passes(re.sub(r"[^0-9]", "", found[0]))
        for start in range(len(text))
        if (found := _WRITTEN.match(text, start))
    )


def no_patient_data(text: str) -> None:
    """A form field's validator: refuse text that holds an NHS number."""
    if holds_nhs_number(text):
        raise ValidationError(PATIENT_DATA, code="patient_data")


def _passes(digits: str) -> bool:
    """Modulus 11: the first nine digits times 10 down to 2; a check digit of 10 does not exist."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(_LENGTH, 1, -1), strict=False))
    return (_MODULUS - total % _MODULUS) % _MODULUS == int(digits[-1])
