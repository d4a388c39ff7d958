"""The form of a hot debrief: a few lines, while people still know."""

from typing import Any

from django import forms

from continuity.core.nhs.layout import Press
from incidents.forms.base import RoomForm, WordsField

LONGEST = 4_000


class DebriefForm(RoomForm):
    """What went well and badly, what to do now, and who was there."""

    marks_optional = False
    went_well = WordsField(required=False, max_length=LONGEST, label="What went well?")
    went_badly = WordsField(
        required=False, max_length=LONGEST, label="What went badly?",
        help_text="Something in the work, not somebody in it",
    )  # fmt: skip
    to_do_now = WordsField(
        required=False, max_length=LONGEST, label="What must be done now?",
        help_text="What cannot wait for the review",
    )  # fmt: skip
    who_was_there = WordsField(
        required=False, rows=2, max_length=1_000, label="Who was there?",
        help_text="Roles, not names. For example, duty manager, network engineer, ward 4 sister",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("went_well", "went_badly", "to_do_now", "who_was_there", Press("Save the hot debrief"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not (self.errors or any(said.get(name) for name in ("went_well", "went_badly", "to_do_now"))):
            self.add_error("went_well", forms.ValidationError(
                "Write what went well, what went badly or what must be done now"
            ))  # fmt: skip
        return said
