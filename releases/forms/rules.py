"""The form of the trust's rules for one tier."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms

from continuity.catalogue.fields import LengthField
from continuity.catalogue.kept import KeptForm
from releases.models import Approver, Policy, Rule

MOST_DAYS = 250
DAYS = ("notice_short", "notice_long", "notice_longest")


class PolicyForm(KeptForm[Policy]):
    marks_optional = False

    approvers = forms.MultipleChoiceField(
        label="Who approves it",
        choices=Approver,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Never somebody who wrote the notice. Nobody ticked: no approval is asked for",
    )
    blocks = forms.MultipleChoiceField(
        label="Rules that keep a notice from being published",
        choices=Rule,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The others warn. Notice and freezes never block an emergency that says why it cannot wait",
    )
    allowance_min = LengthField(
        label="Planned downtime of a service a year", help_text="For example, 24 hours or 90 minutes"
    )

    class Meta:
        model = Policy
        fields = [*DAYS, "approvers", "blocks", "asks_checklist", "asks_run_sheet", "allowance_min"]
        labels = {
            "notice_short": "Up to 4 hours",
            "notice_long": "Up to 12 hours",
            "notice_longest": "Longer",
            "asks_checklist": "Offer the readiness checklist",
            "asks_run_sheet": "Offer the run sheet",
        }
        widgets = {name: forms.NumberInput({"width": 3}) for name in DAYS}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in DAYS:
            field = self.fields[name]
            field.max_value = MOST_DAYS  # type: ignore[attr-defined]
            field.validators.append(_at_most)

    def layout(self) -> Iterable[Any]:
        return [
            Fieldset("Working days of notice, by the length of the outage", *DAYS),
            *("approvers", "blocks", "asks_checklist", "asks_run_sheet", "allowance_min"),
        ]


def _at_most(value: int) -> None:
    if value > MOST_DAYS:
        raise forms.ValidationError(f"Enter {MOST_DAYS} working days or fewer", "too_many")
