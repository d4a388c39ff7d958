"""Whether the work goes ahead, and a line of one's own on the checklist."""

from typing import Any

from django import forms

from releases.actions.readying import NOTE, TEXT
from releases.forms.steps import StepForm
from releases.models import GoDecision

Verdict = GoDecision.Verdict


class GoForm(StepForm):
    """Go or no go; no go says why."""

    verdict = forms.ChoiceField(
        label="Does the work go ahead?", choices=Verdict.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=1000,
        help_text="Needed where it does not go ahead",
        widget=forms.Textarea({"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("verdict") == Verdict.NO_GO and not said.get("reason"):
            self.add_error("reason", "Say why the work does not go ahead")
        return said


class ConfirmForm(StepForm):
    """What is said beside a line that is confirmed."""

    note = forms.CharField(label="Note", required=False, max_length=NOTE)


class CheckForm(StepForm):
    """Something else that must be true first."""

    text = forms.CharField(
        label="What else must be true before the work begins?",
        max_length=TEXT,
        error_messages={"required": "Say what must be true before the work begins"},
    )
