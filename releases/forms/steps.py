"""What a step of a release asks for: a reason, a new time, how it ended."""

from datetime import datetime
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from psycopg.types.range import Range

from continuity.core.fields import LocalMomentField, window_of
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Fold, Press
from releases.models import Disruption, Release
from releases.notices import names_words
from releases.schedule import ends


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


class CompleteForm(StepForm):
    """How it ended, and when outages and work truly began and ended, to be corrected where the clock was wrong."""

    outcome = forms.CharField(
        label="How it ended, in words for staff",
        max_length=2000,
        help_text="For example, The release was completed successfully. Slot polls were not affected overnight.",
        widget=forms.Textarea({"rows": 3}),
    )
    evidence = forms.CharField(
        label="What the watched jobs did",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    lesson = forms.CharField(
        label="What was learned",
        required=False,
        max_length=2000,
        help_text="Shown to whoever writes the next notice for these services",
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, data: Any = None, *, release: Release, at: datetime, button: str = "Complete") -> None:
        self.groups = _alike(release)
        super().__init__(data, initial=_times(release, self.groups, at), button=button)
        layout: list[Any] = ["outcome", "evidence", "lesson"]
        times: list[Any] = []
        for number, group in enumerate(self.groups, start=1):
            start, end = _names(number)
            self.fields[start] = LocalMomentField(label="Outage started")
            self.fields[end] = LocalMomentField(label="Service was back")
            times.append(Fieldset(names_words([outage.service.name for outage in group]), start, end))
        self.fields["ended_at"] = LocalMomentField(label="Work ended")
        for name, value in self.initial.items():
            self.fields[name].initial = value  # a fold whose times stand as they were stays closed
        unfolded = Fold("Correct when it really happened", *times, "ended_at")
        self.helper.layout = Layout(*layout, unfolded, Press(button))

    def clean(self) -> dict[str, Any]:
        self.actual: dict[int, Range[datetime]] = {}
        for number, group in enumerate(self.groups, start=1):
            if span := window_of(self, *_names(number)):
                self.actual |= {
                    # Times that were not touched keep the seconds that nobody writes.
                    outage.pk: span if set(_names(number)) & set(self.changed_data) else outage.actual
                    for outage in group
                }
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        words = {name: self.cleaned_data[name] for name in ("outcome", "evidence", "lesson")}
        is_changed = "ended_at" in self.changed_data
        ended_at = self.cleaned_data["ended_at"] if is_changed else self.initial["ended_at"]
        touched = any(name.startswith("actual_") for name in self.changed_data)
        return {**words, "ended_at": ended_at, "actual": self.actual if touched else None}


def _names(number: int) -> tuple[str, str]:
    return f"actual_{number}_from", f"actual_{number}_to"


def _alike(release: Release) -> list[list[Disruption]]:
    """Outages that are over, those that began and ended at the same time together."""
    outages = release.disruptions.select_related("service")
    happened = [outage for outage in outages if outage.actual and outage.actual.upper]
    ordered = sorted(happened, key=lambda outage: ends(outage.actual))
    return [list(group) for _, group in groupby(ordered, key=lambda outage: outage.actual)]


def _times(release: Release, groups: list[list[Disruption]], at: datetime) -> dict[str, Any]:
    """What the portal believes: the outages as they were called, the work as planned where that is over."""
    initial: dict[str, Any] = {}
    for number, group in enumerate(groups, start=1):
        initial |= zip(_names(number), ends(group[0].actual), strict=True)
    is_in_time = release.back_at is None or release.back_at <= release.ends_at
    return initial | {"ended_at": release.ends_at if is_in_time and release.ends_at < at else at}
