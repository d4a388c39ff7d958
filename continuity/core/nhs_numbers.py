"""NHS numbers in free text. Pure: no Django, no database.

An NHS number has 10 digits, of which the last is a check digit by modulus 11 (NHS Data Dictionary).
"""

import re
from collections.abc import Iterator

_LENGTH = 10
_MODULUS = 11
_HYPHENS = "\u2010\u2011\u2013-"  # the plain one last, where it makes no range
# In one piece or with spaces anywhere; with hyphens anywhere; in the usual groups of 3, 3 and 4. A mixture
# elsewhere is no number but a date with a time beside it.
_SHAPES = "|".join(
    (
        r"(?:[0-9]\s?){9}[0-9]",
        rf"(?:[0-9][{_HYPHENS}]?){{9}}[0-9]",
        rf"[0-9]{{3}}[\s.{_HYPHENS}][0-9]{{3}}[\s.{_HYPHENS}][0-9]{{4}}",
    )
)
# Part of a longer number, written together or with hyphens, it is none.
_WRITTEN = re.compile(rf"(?<![0-9])(?<![0-9][{_HYPHENS}])(?:{_SHAPES})(?![{_HYPHENS}]?[0-9])")


def nhs_numbers_in(text: str) -> list[str]:
    """The 10 digits of each NHS number that stands in a text, written together or in groups, in order, each once."""
    return list(dict.fromkeys(_found(text)))


def is_nhs_number(digits: str) -> bool:
    """Whether 10 digits pass modulus 11: nine times 10 down to 2; a check digit of 10 does not exist."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(_LENGTH, 1, -1), strict=False))
    return (_MODULUS - total % _MODULUS) % _MODULUS == int(digits[-1])


def _found(text: str) -> Iterator[str]:
    """Overlapping readings count too: a number may follow another one after a space."""
    for start, character in enumerate(text):
        if character.isascii() and character.isdigit() and (match := _WRITTEN.match(text, start)):
            digits = re.sub(r"[^0-9]", "", match[0])
            if is_nhs_number(digits):
                yield digits
