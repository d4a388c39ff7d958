"""Forms for who stands in, and for swaps of shifts."""

from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from continuity.accounts.models import User
from continuity.command.forms import PersonField, ShiftForm
from continuity.command.models import Shift
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Press
from continuity.core.wording import window_words

SOMEBODY_ELSE = "Choose a shift of the person you ask, or none"


class StandInForm(ShiftForm):
    """Who stands in, from when to when, and why."""

    reason = forms.CharField(
        label="Why they stand in",
        max_length=200,
        help_text="For example, the IT manager is ill",
        error_messages={"required": "Say why they stand in"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].label = "Who stands in"
        self.fields["starts_at"].label = "From"
        self.fields["ends_at"].label = "Until"
        self.helper.layout = Layout("person", "starts_at", "ends_at", "reason", Press("Save"))


class ShiftField(forms.ModelChoiceField[Shift]):
    """One shift that has not begun, with its post and whose it is."""

    def label_from_instance(self, shift: Shift) -> str:
        return f"{shift.person}: {shift.rota}, {window_words(shift.span)}"


class SwapForm(PlainWords, forms.Form):
    """Who is asked to take a shift, and which of theirs is taken for it."""

    to = PersonField(label="Who is asked to take it")
    in_return = ShiftField(
        Shift.objects.none(),
        label="Which of their shifts you take",
        help_text="Leave it as it is if you take none",
        empty_label="None",
        required=False,
    )

    def __init__(self, *args: Any, by: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = Shift.objects.filter(span__startswith__gt=at, span__endswith__isnull=False).exclude(
            person=by
        )
        in_return, to = self.fields["in_return"], self.fields["to"]
        assert isinstance(in_return, ShiftField)  # noqa: S101 - the class says so
        assert isinstance(to, PersonField)  # noqa: S101 - the class says so
        in_return.queryset = theirs.select_related("person", "rota").order_by("span")
        to.queryset = User.objects.filter(is_active=True).exclude(pk=by.pk).order_by("last_name", "username")
        self.helper = FormHelper(self)
        self.helper.layout = Layout("to", "in_return", Press("Ask them"))

    def clean_in_return(self) -> Shift | None:
        shift: Shift | None = self.cleaned_data["in_return"]
        if shift and shift.person != self.cleaned_data.get("to"):
            raise forms.ValidationError(SOMEBODY_ELSE)
        return shift
