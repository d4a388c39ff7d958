"""Forms for those who agree: approving what was read, sending it back, saying what one thinks."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict

from continuity.core.nhs.layout import Press
from releases.forms.steps import StepForm
from releases.models import Approval

MOST = 2_000


class ApproveForm(StepForm):
    """An approval in one role of those that wait for this person, of the words that they read."""

    approval = forms.ChoiceField(label="Approve as", widget=forms.RadioSelect)
    words = forms.CharField(
        label="Comment",
        required=False,
        max_length=MOST,
        widget=forms.Textarea({"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, waiting: Sequence[Approval], version: int) -> None:
        self.waiting = {str(each.pk): each for each in waiting}
        super().__init__(data, initial={"version": version})
        field = self.fields["approval"]
        field.choices = [(key, each.role) for key, each in self.waiting.items()]  # type: ignore[attr-defined]
        if len(self.waiting) == 1:
            field.widget = forms.HiddenInput()
            field.initial = next(iter(self.waiting))
        self.helper.layout = Layout("approval", "words", "version", Press("Approve"))

    def facts(self) -> dict[str, Any]:
        return {
            "approval": self.waiting[self.cleaned_data["approval"]],
            "words": self.cleaned_data["words"],
            "version": self.cleaned_data["version"] or 0,
        }

    def read_again(self, version: int) -> None:
        """Keep what was typed; sent again, it agrees to what the notice says now."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(version)
        self.data = data


class SendBackForm(StepForm):
    reason = forms.CharField(label="What must change", max_length=MOST, widget=forms.Textarea({"rows": 4}))


class CommentForm(StepForm):
    text = forms.CharField(label="Comment", max_length=MOST, widget=forms.Textarea({"rows": 3}))


class CompareForm(forms.Form):
    """Two versions by their numbers; what cannot be meant compares the latest with the one before."""

    marks_optional = False

    def __init__(self, data: Any, *, numbers: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        for name, label in (("from", "From"), ("to", "To")):
            self.fields[name] = forms.TypedChoiceField(
                label=label, coerce=int, choices=numbers, required=False, empty_value=None
            )

    def asked(self) -> tuple[int | None, int | None]:
        self.is_valid()
        return self.cleaned_data.get("from"), self.cleaned_data.get("to")
