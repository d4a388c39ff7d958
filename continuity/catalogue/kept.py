"""A form about a thing that somebody else may change meanwhile: nothing is lost or overwritten unseen."""

from collections.abc import Iterable
from typing import Any, TypeVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import Model
from django.forms import BoundField
from django.http import QueryDict

from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Press

M = TypeVar("M", bound=Model)
CHANGED = "Somebody else changed this while you were writing. Check what is there now, then save again."


class KeptForm(PlainWords, forms.ModelForm[M]):
    """Validates a thing; with `version`, the one its author saw. Saving is for actions."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # Words of fields that others changed, filled when a save came too late: label and what it says now.
    theirs: list[tuple[str, str]]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.theirs = []
        for field in self.fields.values():
            _without_blank(field)
        if self.instance.pk:
            self.initial["version"] = getattr(self.instance, "version", None)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self.layout(), "version", Press(self.words_of_button()))

    def layout(self) -> Iterable[Any]:
        """What stands on the page, in order."""
        return [name for name in self.fields if name != "version"]

    def words_of_button(self) -> str:
        return "Save" if self.instance.pk else "Add"

    @property
    def seen(self) -> int:
        """The version the author saw; 0, which nothing has, when the form was sent without it."""
        return self.cleaned_data.get("version") or 0

    def facts(self) -> dict[str, Any]:
        """What the action needs, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def came_too_late(self, now: M) -> None:
        """Keep what was typed, show what stands there `now`; sent again, it replaces that."""
        theirs = type(self)(instance=now)
        self.theirs = [
            (str(bound.label), words_in(theirs[bound.name]))
            for bound in self.visible_fields()
            if bound.field.has_changed(theirs[bound.name].initial, _plain(bound.data))
        ]
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(theirs.initial["version"])
        self.data = data
        self.add_error(None, CHANGED)


def _without_blank(field: forms.Field) -> None:
    """Radios begin with nothing chosen: they need no choice that says so. A list says what to choose."""
    if isinstance(field, forms.ModelChoiceField) and isinstance(field.widget, forms.Select):
        field.empty_label = "Choose one"
    elif isinstance(field, forms.ChoiceField) and isinstance(field.widget, forms.RadioSelect):
        choices: Any = field.choices
        field.choices = [choice for choice in choices if choice[0] != ""]


def _plain(data: Any) -> Any:
    """Text as it was before the browser ended its lines in its own way."""
    return data.replace("\r\n", "\n") if isinstance(data, str) else data


def words_in(bound: BoundField) -> str:
    """What a field of a fresh form says, in words."""
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return "Yes" if value else "No"
    if isinstance(bound.field, forms.ChoiceField | forms.ModelChoiceField):
        chosen = value if isinstance(value, list | tuple) else [value]
        keys = {str(getattr(each, "pk", each)) for each in chosen}
        return ", ".join(words for key, words in _flat(bound.field.choices) if str(key) in keys) or "Nothing"
    return str(value or "Nothing")


def _flat(choices: Any) -> list[tuple[Any, str]]:
    """Choices without their groups."""
    flat: list[tuple[Any, str]] = []
    for key, words in choices:
        flat += _flat(words) if isinstance(words, list | tuple) else [(key, str(words))]
    return flat
