"""Forms about the trust's own list of factors."""

from typing import Any

from django import forms

from continuity.core.nhs.layout import Press
from incidents.forms.base import RoomForm, WordsField
from incidents.reviews.models import Factor, LocalFactor


def name_field() -> WordsField:
    return WordsField(
        rows=1, max_length=120, label="What is it called?",
        help_text="Something in the work. For example, Alarm to a mailbox nobody watches",
    )  # fmt: skip


def why_field() -> WordsField:
    return WordsField(rows=2, max_length=300, label="Reason", error_messages={"required": "Say why"})


class LocalFactorForm(RoomForm):
    """A new word, under a heading."""

    name = name_field()
    area = forms.ChoiceField(
        choices=Factor.Area.choices, widget=forms.RadioSelect({"small": True}), label="Heading"
    )
    why = why_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("name", "area", "why", Press("Add it to the list"))


class RenameForm(RoomForm):
    """Another word for the same factor, with the one its writer saw."""

    name = name_field()
    why = why_field()
    seen = forms.CharField(widget=forms.HiddenInput, strip=False)

    def __init__(self, *args: Any, factor: LocalFactor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"name": factor.name, "seen": factor.name}
        self.arrange("name", "why", "seen", Press("Rename it"))


class WhyForm(RoomForm):
    why = why_field()

    def __init__(self, *args: Any, button: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("why", Press(button))
