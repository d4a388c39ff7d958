"""Forms of a procedure in use: its steps, with the evidence each asks for, and why one is not done."""

from typing import Any

from django import forms

from continuity.accounts.models import User
from continuity.command.forms import PersonField
from continuity.core.fields import LocalMomentField
from continuity.core.nhs.layout import Fold, Press
from continuity.plans.models import Step
from incidents.evidence import ASKS, HINTS, LONGEST, MISSING, EvidenceError, read_evidence
from incidents.forms.base import AboutIncident, WordsField
from incidents.models import StepRun


class TickForm(AboutIncident):
    """The step is done: its evidence, and the true time where it was done on paper or earlier."""

    evidence = WordsField(rows=1, max_length=LONGEST)
    second_person = PersonField()
    done_at = LocalMomentField(
        required=False, label="When it was done", help_text="Left empty, it is now. Both times are kept"
    )
    is_on_paper = forms.BooleanField(required=False, label="It was done on paper")

    def __init__(self, *args: Any, step: Step, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = step.evidence
        asked = "second_person" if self.kind == Step.Evidence.SECOND_PERSON else "evidence"
        for name in {"evidence", "second_person"} - ({asked} if ASKS[self.kind] else set()):
            del self.fields[name]
        if asked in self.fields:
            self.fields[asked].label = ASKS[self.kind]
            self.fields[asked].help_text = HINTS.get(self.kind, "")
        if "evidence" in self.fields:
            self.fields["evidence"].error_messages["required"] = MISSING[self.kind]
        if "second_person" in self.fields:
            others = User.objects.filter(is_active=True).exclude(pk=by.pk)
            self.fields["second_person"].queryset = others.order_by("last_name", "first_name", "username")  # type: ignore[attr-defined]
        first = [asked] if asked in self.fields else []
        times = ["is_on_paper", "done_at"]
        self.arrange(*first, *([Fold("On paper, or earlier", *times)] if first else times), Press("Done"))

    def clean_evidence(self) -> str:
        try:
            return read_evidence(self.kind, self.cleaned_data["evidence"])
        except EvidenceError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_on_paper") and "done_at" in cleaned and not cleaned["done_at"]:
            self.add_error("done_at", "Say when it was done, as the paper has it")
        return cleaned


class AsideForm(AboutIncident):
    """Why a step is not done."""

    to = forms.ChoiceField(
        choices=[
            (StepRun.State.SKIPPED, "It is skipped"),
            (StepRun.State.NOT_APPLICABLE, "It is not needed here"),
            (StepRun.State.BLOCKED, "It cannot be done for now"),
        ],
        widget=forms.RadioSelect,
        label="What happens with it?",
        error_messages={"required": "Choose what happens with it"},
    )
    reason = WordsField(rows=2, max_length=LONGEST, label="Why?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("to", "reason", Press("Save"))


class WhyForm(AboutIncident):
    """A reason, and the button that it is given for."""

    reason = WordsField(rows=2, max_length=200, label="Why?")

    def __init__(self, *args: Any, button: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("reason", Press(button))
