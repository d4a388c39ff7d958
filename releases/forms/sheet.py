"""The forms of the run sheet: all its steps as text, and what is said about one of them."""

from datetime import datetime
from typing import Any

from django import forms

from releases.actions.stepping import NOTE, digest_of
from releases.forms.steps import StepForm
from releases.sheet import Line, SheetError, read_sheet

EXAMPLE = "For example, 4pm, 30, Network team, Switch the old server off"


class SheetForm(StepForm):
    """The steps that are not over, a line each; `facts()` is what `plan_run` takes."""

    lines = forms.CharField(
        label="Steps",
        required=False,
        max_length=40_000,
        help_text=(
            "A line for each step: the time, how many minutes it takes, who does it and what is done, with commas "
            f"between them. {EXAMPLE}"
        ),
        widget=forms.Textarea({"rows": 12, "spellcheck": "true"}),
    )
    seen = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, sheet: str, begins: datetime) -> None:
        self.begins = begins
        super().__init__(
            data, initial={"lines": sheet, "seen": digest_of(sheet)}, button="Save the run sheet"
        )

    def clean_lines(self) -> list[Line]:
        try:
            return read_sheet(self.cleaned_data["lines"], begins=self.begins)
        except SheetError as error:
            raise forms.ValidationError(error.faults) from None

    def came_too_late(self, sheet: str) -> None:
        """Somebody else wrote meanwhile: sent again, the text of this form replaces what is there now."""
        self.data = {**self.data, "lines": self["lines"].value(), "seen": digest_of(sheet)}
        self.theirs = sheet


class WhyForm(StepForm):
    """Why a step is not needed."""

    reason = forms.CharField(label="Why the step is not needed", max_length=NOTE)


class NoteForm(StepForm):
    """A note beside a step."""

    text = forms.CharField(label="Note", max_length=NOTE)
