"""What the forms of this room share: text without patients in it, levels with examples, where they are sent."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.db.models import Model
from django.template.context import Context
from django.utils.safestring import SafeString

from continuity.core.nhs.forms import PlainWords
from incidents.keys import once_fields
from incidents.models import Incident
from incidents.severity import IMPACTS, URGENCIES

UNKNOWN = "unknown"
Row = TypeVar("Row", bound=Model)


class Once(LayoutObject):  # type: ignore[misc]  # crispy has no types
    """The key by which a form counts once; it stays the same while what was typed is put right."""

    fields: tuple[Any, ...] = ()

    def render(self, form: forms.BaseForm, context: Context, *_: Any, **__: Any) -> SafeString:
        return once_fields(context, form.data.get("once", ""))


class RoomForm(PlainWords, forms.Form):
    """A form laid out by crispy; `arrange()` says how, and where it is sent when that is another page."""

    helper: FormHelper

    def arrange(self, *layout: Any, action: str = "") -> None:
        self.helper = FormHelper()
        self.helper.form_action = action
        self.helper.layout = Layout(*layout, Once())


class AboutIncident(RoomForm):
    """A form about one incident."""

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        self.incident = incident
        super().__init__(*args, **kwargs)


class AtHandField(forms.ModelChoiceField[Row]):
    """A choice of some rows; what is sent is looked up for itself, among all."""

    def offer(self, rows: Iterable[Row]) -> None:
        """Show these, read once and only where the form is shown: one that is accepted never asks for them."""

        @cache
        def choices() -> list[tuple[Any, Any]]:
            named = [(self.prepare_value(row), self.label_from_instance(row)) for row in rows]
            return [("", self.empty_label), *named]

        self.choices = choices


class WordsField(forms.CharField):
    """Free text in some lines, or in one with `rows=1`."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        if rows > 1:
            options.setdefault("widget", forms.Textarea({"rows": rows}))
        super().__init__(**options)


class LevelField(forms.TypedChoiceField):
    """A level from 1 to 5 in words with an example each, or "Not known yet": None."""

    def __init__(self, words: Mapping[int, tuple[str, str]], **options: Any) -> None:
        self.option_hints = {str(level): f"For example, {_lower(said[1])}" for level, said in words.items()}
        choices = [(level, label) for level, (label, _) in words.items()]
        super().__init__(
            choices=[*choices, (UNKNOWN, "Not known yet")],
            coerce=lambda chosen: None if chosen == UNKNOWN else int(chosen),
            widget=forms.RadioSelect({"small": True}),
            **options,
        )


def impact_field() -> LevelField:
    return LevelField(
        IMPACTS,
        label="How much is hit?",
        help_text="The first that fits. What is not known yet counts as the most",
        error_messages={"required": "Choose how much is hit, or not known yet"},
    )


def urgency_field() -> LevelField:
    return LevelField(
        URGENCIES,
        label="How urgent is it?",
        error_messages={"required": "Choose how urgent it is, or not known yet"},
    )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
