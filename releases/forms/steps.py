"""What a step of a release asks for: a reason, a new time, news."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from continuity.core.fields import LocalMomentField
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Press


class StepForm(PlainWords, forms.Form):
    """A form with one button; its facts are what the action takes."""

    def __init__(
        self, data: Any = None, *, initial: dict[str, Any] | None = None, button: str = "Save"
    ) -> None:
        super().__init__(data, initial=initial or {})
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self.fields, Press(button))

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReasonForm(StepForm):
    reason = forms.CharField(
        label="Reason, in words for staff", max_length=1000, widget=forms.Textarea({"rows": 3})
    )


class UpdateForm(StepForm):
    text = forms.CharField(
        label="Update",
        max_length=2000,
        help_text="What happens, what it means for staff, what they do now",
        widget=forms.Textarea({"rows": 4}),
    )


class ExtendForm(ReasonForm):
    ends_at = LocalMomentField(label="Planned to be back at")
    field_order = ["ends_at", "reason"]


class PostponeForm(ReasonForm):
    to = LocalMomentField(label="New start", required=False, help_text="Leave it empty while it is not known")
    field_order = ["to", "reason"]
