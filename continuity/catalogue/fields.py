"""Form fields of the catalogue: lengths, opening times, lines of text, services by tier."""

from collections.abc import Iterator
from datetime import time, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.forms.models import ModelChoiceIterator

from continuity.catalogue.lengths import parse_length
from continuity.catalogue.models import Service
from continuity.core.clock import ClockError, parse_time, say_time
from continuity.core.wording import length_words

NO_NUL = ProhibitNullCharactersValidator()


class LengthField(forms.CharField):
    """A length as people write it, in whole minutes: "4 hours" is 240."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput({"width": 10}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return length_words(timedelta(minutes=value)) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        said = super().to_python(value)
        if not said:
            return None
        try:
            return parse_length(said)
        except ValueError as error:
            raise ValidationError(str(error), "unreadable") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return means_otherwise(self, initial, data)


class WallTimeField(forms.CharField):
    """A time of the day as people write it: 8am, 8:30am, 18:00, midnight."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput({"width": 5}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return say_time(value) if isinstance(value, time) else value

    def to_python(self, value: Any) -> Any:
        said = super().to_python(value)
        if not said:
            return None
        try:
            return parse_time(said)
        except ClockError as error:
            raise ValidationError(error.sentence, error.code) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return means_otherwise(self, initial, data)


class LinesField(forms.CharField):
    """A list of short texts, one a line, empty lines left out; each at most `longest` characters."""

    def __init__(self, *, longest: int = 200, **options: Any) -> None:
        self.longest = longest
        options.setdefault("widget", forms.Textarea({"rows": 4}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        NO_NUL(text)  # a CharField checks what this answers: a list, in which the sign would be hidden
        lines = [" ".join(line.split()) for line in text.splitlines()]
        kept = [line for line in lines if line]
        for number, line in enumerate(kept, start=1):
            if len(line) > self.longest:
                raise ValidationError(f"Line {number} must be {self.longest} characters or fewer", "too_long")
        return kept

    def has_changed(self, initial: Any, data: Any) -> bool:
        return means_otherwise(self, initial or [], data)


class ByTier(ModelChoiceIterator):
    """Services grouped by tier, the most urgent first."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        services = self.queryset.order_by("tier", "name")
        for tier, group in groupby(services, key=lambda service: service.tier):
            yield f"Tier {Service.Tier(tier).label}", [self.choice(service) for service in group]


class ServicesField(forms.ModelMultipleChoiceField[Service]):
    """Any number of services, as boxes to tick, grouped by tier."""

    iterator = ByTier

    def __init__(self, **options: Any) -> None:
        super().__init__(Service.objects.all(), widget=forms.CheckboxSelectMultiple, **options)


class ServiceField(forms.ModelChoiceField[Service]):
    """One service of a list grouped by tier."""

    iterator = ByTier


def means_otherwise(field: forms.Field, initial: Any, data: Any) -> bool:
    """Whether what was typed means something else than what the form began with: 240 minutes for 4 hours does not."""
    try:
        return bool(field.to_python(data) != initial)
    except ValidationError:
        return True
