"""Forms of the room: they validate, and keep what was typed. Nothing is saved here."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from continuity.catalogue.fields import ServicesField, means_otherwise
from continuity.catalogue.kept import KeptForm
from continuity.catalogue.models import Service
from continuity.core.clock import ClockError, parse_day
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Press
from continuity.core.wording import date_words
from continuity.plans.models import Procedure, Version
from continuity.plans.steps import Line, StepError, parse_lines, text_of


class DayField(forms.CharField):
    """A day as people write it: 1 November 2024, 1/11/2024."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput({"width": 20, "autocomplete": "off"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return date_words(value) if isinstance(value, date) else value

    def to_python(self, value: Any) -> Any:
        said = super().to_python(value)
        if not said:
            return None
        try:
            return parse_day(said)
        except ClockError as error:
            raise ValidationError(error.sentence, error.code) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return means_otherwise(self, initial, data)


class ProcedureForm(KeptForm[Procedure]):
    services = ServicesField(required=False, label="Services it is for")

    class Meta:
        model = Procedure
        fields = ["title", "kind", "owner", "services"]
        widgets = {"kind": forms.RadioSelect}
        help_texts = {"title": "Begin with when it is used. For example, If Wi-Fi fails"}

    def words_of_button(self) -> str:
        return "Save" if self.instance.pk else "Go on to the steps"


class DraftForm(KeptForm[Version]):
    """The steps of a draft, one a line, and what goes with them."""

    steps = forms.CharField(
        label="Steps",
        required=False,
        widget=forms.Textarea({"rows": 14}),
        help_text="One step a line, without numbers. A line that begins with # names the steps that follow it.",
    )

    class Meta:
        model = Version
        fields = ["steps", "what_changed", "review_by"]
        field_classes = {"review_by": DayField}
        labels = {"what_changed": "What changed since the last version", "review_by": "To be reviewed by"}
        help_texts = {"review_by": "At most 12 months after it is published. For example, 1 November 2025"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.before = self.instance.lines
        self.initial["steps"] = text_of(self.before)

    def layout(self) -> Iterable[Any]:
        is_first = self.instance.number == 1
        if is_first:
            del self.fields["what_changed"]
        return ["steps", *([] if is_first else ["what_changed"]), "review_by"]

    def clean_steps(self) -> list[Line]:
        try:
            return parse_lines(self.cleaned_data["steps"], self.before)
        except StepError as error:
            raise ValidationError(str(error), "steps") from error

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        return {"lines": facts.pop("steps"), **facts}


class PublishForm(PlainWords, forms.Form):
    """Until when the version holds; sent to `address`."""

    review_by = DayField(
        label="To be reviewed by",
        help_text="At most 12 months from today. For example, 1 November 2025",
        error_messages={"required": "Enter the review date"},
    )

    def __init__(self, *args: Any, address: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper(self)
        self.helper.form_action = address
        self.helper.layout = Layout("review_by", Press("Publish"))


class ReasonForm(PlainWords, forms.Form):
    """Why a version goes back or is withdrawn; `button` names the press, sent to `address`."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, label: str, button: str, address: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = label
        self.fields["reason"].error_messages["required"] = "Say why"
        self.helper = FormHelper(self)
        self.helper.form_action = address
        self.helper.layout = Layout("reason", Press(button, variant="secondary"))


class ProcedureFilter(PlainWords, forms.Form):
    """What the list of procedures is narrowed to; an answer that is none narrows nothing."""

    marks_optional = is_kept = False
    q = forms.CharField(required=False, max_length=200)
    service = forms.ModelChoiceField(
        Service.objects.all(),
        to_field_name="key",
        empty_label="All services",
        required=False,
        label="Service",
    )
