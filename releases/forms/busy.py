"""A busy time: what it is, from when, how long, and on which days."""

from typing import Any

from django import forms

from continuity.catalogue.fields import LengthField, WallTimeField
from continuity.catalogue.kept import KeptForm
from continuity.core.spoken import WEEKDAYS
from releases.models import BusyTime

# As the database bounds it; said here, since its column holds far less than the field takes.
SHORTEST, LONGEST = 5, 720


class BusyTimeForm(KeptForm[BusyTime]):
    """Validates a busy time; its facts are what the actions take."""

    starts = WallTimeField(label="Starts", help_text="As clocks show it. For example, 8am")
    minutes = LengthField(
        label="How long",
        help_text="5 minutes to 12 hours. For example, 1 hour",
    )
    days = forms.TypedMultipleChoiceField(
        label="Days",
        coerce=int,
        choices=list(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple({"small": True}),
        error_messages={"required": "Choose the days on which it is busy"},
    )

    class Meta:
        model = BusyTime
        fields = ["kind", "starts", "minutes", "days"]
        widgets = {"kind": forms.RadioSelect}
        labels = {"kind": "What it is"}

    def clean_minutes(self) -> int:
        minutes: int = self.cleaned_data["minutes"]
        if not SHORTEST <= minutes <= LONGEST:
            raise forms.ValidationError("A busy time lasts 5 minutes to 12 hours")
        return minutes

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
