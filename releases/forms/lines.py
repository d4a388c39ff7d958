"""More outages than the usual one: each a line of service, effect, from and to, in a fold of the form."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from psycopg.types.range import Range

from continuity.core.fields import LocalMomentField, window_of
from continuity.core.level import Effect

# Enough for a release that hits several services at different times; a longer one shows all it has.
AT_LEAST = 4
# More than any real notice, so that a forged form cannot ask for more.
AT_MOST = 60
# A forged name may hold any sign that counts as a digit somewhere, and any number of them.
LINE_NUMBER = re.compile(r"[0-9]{1,3}")
PARTS = ("service", "effect", "from", "to")
EFFECTS = [(effect.value, effect.label) for effect in reversed(Effect)]


def names_of(number: int) -> tuple[str, ...]:
    """The names of one line's fields."""
    return tuple(f"more_{number}_{part}" for part in PARTS)


def count_in(*given: Mapping[str, Any] | None) -> int:
    """How many lines a form needs for what it was given."""
    names = {name for mapping in given if mapping for name in mapping if name.startswith("more_")}
    numbers = [int(number) for name in names if LINE_NUMBER.fullmatch(number := name.split("_")[1])]
    return min(max([AT_LEAST, *numbers]), AT_MOST)


def fields_of(number: int, services: list[Any]) -> dict[str, forms.Field]:
    """One line's fields; all may stay empty."""
    service, effect, start, end = names_of(number)
    blank = [("", "Choose one")]
    chosen = {"invalid_choice": "Choose one from the list"}
    return {
        service: forms.ChoiceField(
            label="Service", required=False, choices=[*blank, *services], error_messages=chosen
        ),
        effect: forms.ChoiceField(
            label="How it is hit", required=False, choices=[*blank, *EFFECTS], error_messages=chosen
        ),
        start: LocalMomentField(label="Starts", required=False),
        end: LocalMomentField(label="Ends", required=False),
    }


def layout_of(count: int) -> list[Fieldset]:
    return [Fieldset(f"Outage {number + 1}", *names_of(number)) for number in range(1, count + 1)]


def read_lines(form: forms.Form, count: int) -> Iterator[tuple[str, str, str, Range[datetime]]]:
    """Name of the last field, service, effect and span of each line that is whole; the rest gets its errors."""
    for number in range(1, count + 1):
        service, effect, start, end = names_of(number)
        values = [form.cleaned_data.get(name) for name in (service, effect, start, end)]
        if not any(values) and not any(name in form.errors for name in names_of(number)):
            continue
        for name, words in ((service, "Choose the service"), (effect, "Choose how it is hit")):
            if not form.cleaned_data.get(name) and name not in form.errors:
                form.add_error(name, f"{words} for outage {number + 1}")
        span = window_of(form, start, end)
        if span is None and not {start, end} & form.errors.keys():
            form.add_error(start, f"Enter when outage {number + 1} starts and ends")
        elif span and all(values):
            yield end, str(values[0]), str(values[1]), span
