"""Keeping patients out of free text: a form refuses an NHS number until somebody confirms that it is none.

Whoever types text with such a number takes it out, or ticks that it is no patient's. The tick holds for that number
in that field; once what the form asked for is done, the ledger says who ticked it for which field, never the number.
"""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any

from django import forms
from django.utils.crypto import salted_hmac

from continuity.core.nhs_numbers import nhs_numbers_in

PATIENT_DATA = "patient_data"
NOT_A_PATIENT = "This is not a patient’s NHS number"
TICK = "-not-a-patient"
_SALT = "continuity.core.privacy"
# Fields whose ticks are to be written down with what the form asked for.
_confirmed: ContextVar[tuple[str, ...]] = ContextVar("confirmed", default=())


def sentence(label: str) -> str:
    """What the form says at a field that holds a number."""
    return (
        f"{label.rstrip('?')}: this holds what looks like an NHS number. Take it out, since no patient details "
        "belong here, or tick that it is not a patient’s"
    )


def tick_name(name: str) -> str:
    """The input by which the number in a field is confirmed as no patient's."""
    return f"{name}{TICK}"


def is_tick(name: str) -> bool:
    """Whether an input is such a tick."""
    return name.endswith(TICK)


def tick_value(value: Any) -> str:
    """What that input holds: it stands for the numbers in the text, and no others. "" where there are none."""
    numbers = [number for text in _texts(value) for number in nhs_numbers_in(text)]
    return salted_hmac(_SALT, " ".join(numbers)).hexdigest()[:16] if numbers else ""


def is_ticked(data: Mapping[str, Any], name: str, value: Any) -> bool:
    """Whether whoever sent the form confirmed the numbers that stand in this field now."""
    return data.get(tick_name(name)) == tick_value(value)


def is_free_text(field: forms.Field) -> bool:
    """Whether people write into a field what they like; not what is chosen, or kept secret."""
    return isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput)


def remember(labels: Iterable[str]) -> None:
    """These fields were confirmed in a form that is about to be acted on."""
    _confirmed.set((*_confirmed.get(), *labels))


def take_remembered() -> tuple[str, ...]:
    """The fields that were confirmed and are not written down yet; they count as written down now."""
    labels = _confirmed.get()
    if labels:
        _confirmed.set(())
    return labels


def forget() -> None:
    """What was confirmed and not acted on is gone; a request begins and ends with nothing."""
    _confirmed.set(())


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [each for each in value if isinstance(each, str)]
    return []
