"""Form fields for local time: a moment as people write it, and the window between two of them."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField, CharField, MultiValueField, MultiWidget, RadioSelect, TextInput
from psycopg.types.range import Range

from continuity.core.clock import (
    ClockError,
    Zone,
    at_local,
    is_repeated_hour,
    local,
    parse_day,
    parse_time,
    say_time,
    split_zone,
    window,
)
from continuity.core.wording import date_words

Part = Literal["date", "time", "zone"]
PARTS: tuple[Part, ...] = ("date", "time", "zone")
LABELS = {"date": "Date", "time": "Time"}
HINTS = {"date": "For example, 1 November 2024", "time": "For example, 4pm or 12:36am"}
ZONES: dict[Zone, str] = {
    "BST": "BST, before the clocks go back",
    "GMT": "GMT, after the clocks go back",
}
T = TypeVar("T")
EMPTY = "Enter the date and time"


@dataclass(frozen=True)
class Reading:
    """What was written, understood: the instant, or which parts are wrong and why."""

    at: datetime | None = None
    faults: Mapping[Part, ClockError] = dataclasses.field(default_factory=dict)


def read_moment(day: str, wall: str, chosen: str = "") -> Reading:
    """The instant in UTC of a written day and time, every wrong part named at once.

    A zone written after the time counts first; `chosen` only answers "BST or GMT?" where that is asked, so
    that an answer left over from another day does no harm.
    """
    faults: dict[Part, ClockError] = {}
    said, zone = split_zone(wall)
    on = _understood("date", day, parse_day, faults)
    when = _understood("time", said, parse_time, faults)
    if on is None or when is None:
        return Reading(faults=faults)
    try:
        return Reading(at_local(on, when, fold=zone))
    except ClockError as error:
        if error.code != "repeated":
            return Reading(faults={"time": error})
        answer = next((known for known in ZONES if known == chosen), None)
        return Reading(at_local(on, when, fold=answer)) if answer else Reading(faults={"zone": error})


class MomentWidget(MultiWidget):
    """A date and a time as text, and BST or GMT as radios only where the time written happens twice."""

    template_name = "forms/moment.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widths = {"date": 10, "time": 5}
        texts = {
            part: TextInput({"class": f"nhsuk-input nhsuk-input--width-{width}", "autocomplete": "off"})
            for part, width in widths.items()
        }
        zone = RadioSelect({"class": "nhsuk-radios__input"}, choices=list(ZONES.items()))
        super().__init__({**texts, "zone": zone}, attrs)

    def decompress(self, value: datetime | None) -> list[str]:
        """A moment as it is written in the form; the seconds, which nobody writes, are left out."""
        if value is None:
            return ["", "", ""]
        zone = local(value).tzname() if is_repeated_hour(value) else None
        return [date_words(value), say_time(local(value).time()), zone or ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's context of the parts with the label, hint and fault of each; the zone only if asked."""
        attrs = {"id": f"id_{name}", **(attrs or {})}
        refused = attrs.pop("aria-invalid", None)
        context: dict[str, Any] = super().get_context(name, value, attrs)
        texts = value if isinstance(value, list | tuple) else self.decompress(value)
        wrong = wrong_parts(texts) if refused else frozenset()
        day, wall, zone = context["widget"]["subwidgets"]
        for part, sub in (("date", day), ("time", wall)):
            _describe(sub, LABELS[part], HINTS[part], is_wrong=part in wrong)
        zone["is_wrong"] = "zone" in wrong
        context["widget"] |= {"parts": [day, wall], "zone": zone if asks_zone(texts) else None}
        return context


class BoundMoment(BoundField):
    """A moment in a form, which knows where an error message should lead."""

    @property
    def error_id(self) -> str:
        """The id of the first input that is wrong, or of the date where none is by itself."""
        texts = self.value()
        wrong = wrong_parts(texts if isinstance(texts, list | tuple) else ())
        place = next(place for place, part in enumerate(PARTS) if part in wrong)
        first_radio = "_0" if PARTS[place] == "zone" else ""
        return f"{self.auto_id or 'id_' + self.html_name}_{place}{first_radio}"


class LocalMomentField(MultiValueField):
    """A date and a time in London, as people write them: an instant in UTC, or None where optional.

    With a label, error sentences begin with it, so that those of several moments in one form differ.
    """

    widget = MomentWidget

    def __init__(self, **options: Any) -> None:
        parts = [CharField(required=False, max_length=100) for _ in PARTS]
        super().__init__(parts, require_all_fields=False, **options)
        if "required" not in (options.get("error_messages") or {}):
            self.error_messages["required"] = self.sentence(EMPTY)

    def get_bound_field(self, form: BaseForm, field_name: str) -> BoundMoment:
        return BoundMoment(form, self, field_name)

    def compress(self, data_list: Sequence[str]) -> datetime | None:
        """The instant of the texts; ValidationError with a sentence for each part that is wrong."""
        day, wall, chosen = data_list or ("", "", "")
        if not (day or wall):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        reading = read_moment(day, wall, chosen)
        if reading.faults:
            faults = reading.faults.values()
            raise ValidationError([ValidationError(self.sentence(f.sentence), f.code) for f in faults])
        return reading.at

    def has_changed(self, initial: datetime | None, data: Sequence[str] | None) -> bool:
        """Whether another minute is written than the form began with; 16:00 for 4pm is no change."""
        day, wall, chosen = _texts(data)
        if not (day or wall):
            return initial is not None
        after = read_moment(day, wall, chosen).at
        return after is None or after != read_moment(*MomentWidget().decompress(initial)).at

    def sentence(self, fault: str) -> str:
        """What is wrong, told apart from the same fault in another field."""
        return f"{self.label}: {fault[0].lower()}{fault[1:]}" if self.label else fault


def window_of(form: BaseForm, start: str, end: str) -> Range[datetime] | None:
    """The half-open window between two cleaned moments of a form, for its `clean()`.

    None when either is missing or wrong. A window reversed or empty is an error at the end; where one side of
    an optional window is missing, that is an error there.
    """
    cleaned: dict[str, Any] = getattr(form, "cleaned_data", {})
    if start not in cleaned or end not in cleaned:
        return None
    missing = [name for name in (start, end) if cleaned[name] is None]
    if len(missing) == 1:
        _refuse(form, missing[0], ClockError("unreadable", EMPTY))
    if missing:
        return None
    try:
        return window(cleaned[start], cleaned[end])
    except ClockError as error:
        _refuse(form, end, error)
        return None


def wrong_parts(texts: Sequence[str | None]) -> frozenset[Part]:
    """The parts of a refused moment that are wrong by themselves; date and time where they only clash."""
    return frozenset(read_moment(*_texts(texts)).faults) or frozenset({"date", "time"})


def asks_zone(texts: Sequence[str | None]) -> bool:
    """Whether the time written happens twice and does not itself say BST or GMT."""
    day, wall, _ = _texts(texts)
    return "zone" in read_moment(day, wall).faults


def _understood(part: Part, text: str, parse: Callable[[str], T], faults: dict[Part, ClockError]) -> T | None:
    try:
        if not text.strip():
            raise ClockError("unreadable", f"Enter the {part}")
        return parse(text)
    except ClockError as error:
        faults[part] = error
        return None


def _texts(texts: Sequence[str | None] | None) -> tuple[str, str, str]:
    day, wall, chosen, *_ = (*(text or "" for text in texts or ()), "", "", "")
    return day, wall, chosen


def _refuse(form: BaseForm, name: str, error: ClockError) -> None:
    field = form.fields[name]
    words = field.sentence(error.sentence) if isinstance(field, LocalMomentField) else error.sentence
    form.add_error(name, ValidationError(words, error.code))


def _describe(part: dict[str, Any], label: str, hint: str, *, is_wrong: bool) -> None:
    """Complete Django's context of a text input with what its label, hint and error need."""
    part |= {"label": label, "hint": hint, "is_wrong": is_wrong}
    part["attrs"]["aria-describedby"] = f"{part['attrs']['id']}-hint"
    if is_wrong:
        part["attrs"] |= {"class": f"{part['attrs']['class']} nhsuk-input--error", "aria-invalid": "true"}
