"""Lengths as people write them, in whole minutes: "4 hours", "90", "1 hour 30 minutes". Pure."""

import re
from decimal import Decimal

_MINUTES_IN = {"day": 1440, "hour": 60, "minute": 1}
# More than a year is a slip of the hand; the bound also keeps the minutes inside their column.
LONGEST_DAYS = 366

_NUMBER = r"[0-9]{1,6}(?:\.[0-9]{1,2})?"
_LENGTH = re.compile(
    rf"(?:(?P<day>{_NUMBER}) ?(?:d|days?))? ?"
    rf"(?:(?P<hour>{_NUMBER}) ?(?:h|hrs?|hours?))? ?"
    rf"(?:(?P<minute>{_NUMBER}) ?(?:m|mins?|minutes?)?)?"
)
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3})")


def parse_length(text: str) -> int:
    """The minutes that a person wrote; a number alone is minutes. ValueError with a sentence if it is no length."""
    said = " ".join(_THOUSANDS.sub("", text.lower()).replace(",", " ").replace(" and ", " ").split())
    found = _LENGTH.fullmatch(said)
    if not said or not found:
        raise ValueError("Write a length like 30 minutes, 4 hours or 1 day 12 hours")
    minutes = sum(Decimal(found[unit] or 0) * size for unit, size in _MINUTES_IN.items())
    if minutes == 0 or minutes != int(minutes):
        raise ValueError("Write a length in whole minutes, at least 1 minute")
    if minutes > LONGEST_DAYS * _MINUTES_IN["day"]:
        raise ValueError(f"Write a length of at most {LONGEST_DAYS} days")
    return int(minutes)
