"""How work ended: in words for staff, when it really happened, what was learned and what is still to do."""

from datetime import datetime
from itertools import groupby
from typing import Any, ClassVar

from crispy_forms.layout import Fieldset, Layout
from django import forms
from psycopg.types.range import Range

from continuity.core.fields import LocalMomentField, window_of
from continuity.core.nhs.layout import Fold, Press
from continuity.core.wording import moment_words
from releases.forms.steps import StepForm
from releases.models import Disruption, Release
from releases.notices import names_words
from releases.schedule import ends

LEARNED = ("evidence", "lesson", "follow_ups")


class CloseForm(StepForm):
    """When outages and work truly began and ended, to be corrected where the clock was wrong; and what it taught.

    `WORDS` names the field in which staff read how it ended.
    """

    WORDS: ClassVar[str]

    evidence = forms.CharField(
        label="What the watched jobs did",
        required=False,
        max_length=2000,
        help_text="What somebody saw, and where it can be seen. What jobs say to the portal is kept by itself",
        widget=forms.Textarea({"rows": 2}),
    )
    lesson = forms.CharField(
        label="What was learned",
        required=False,
        max_length=2000,
        help_text="Shown to whoever writes the next notice for these services",
        widget=forms.Textarea({"rows": 2}),
    )
    follow_ups = forms.CharField(
        label="What is still to do",
        required=False,
        max_length=2000,
        help_text="What, by whom and by when, a line each",
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, data: Any = None, *, release: Release, at: datetime, button: str) -> None:
        self.groups = _alike(release)
        super().__init__(data, initial=self.times(release, at), button=button)
        times: list[Any] = []
        for number, group in enumerate(self.groups, start=1):
            names = _names(number)
            labels, planned = ("Outage started", "Service was back"), ends(group[0].span)
            for name, label, moment in zip(names, labels, planned, strict=True):
                self.fields[name] = _moment(label, moment)
            times.append(Fieldset(names_words([outage.service.name for outage in group]), *names))
        self.fields["ended_at"] = _moment("Work ended", release.ends_at, required=False)
        for name, value in self.initial.items():
            self.fields[name].initial = value  # a fold whose times stand as they were stays closed
        unfolded = Fold("Correct when it really happened", *times, "ended_at")
        self.helper.layout = Layout(self.WORDS, *LEARNED, unfolded, Press(button))

    def times(self, release: Release, at: datetime) -> dict[str, Any]:
        """What the portal believes: the outages as they were called, the work as planned where that is over."""
        initial: dict[str, Any] = {}
        for number, group in enumerate(self.groups, start=1):
            initial |= zip(_names(number), ends(group[0].actual), strict=True)
        return initial | {"ended_at": self.end_of_work(release, at)}

    def end_of_work(self, release: Release, at: datetime) -> datetime | None:
        """Its planned end where the service was back by then; None, which is left empty, where it ends now."""
        is_in_time = release.back_at is None or release.back_at <= release.ends_at
        return release.ends_at if is_in_time and release.ends_at < at else None

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
        words = {name: self.cleaned_data[name] for name in (self.WORDS, *LEARNED)}
        is_changed = "ended_at" in self.changed_data
        ended_at = self.cleaned_data["ended_at"] if is_changed else self.initial["ended_at"]
        touched = any(name.startswith("actual_") for name in self.changed_data)
        return {**words, "ended_at": ended_at, "actual": self.actual if touched else None}


class CompleteForm(CloseForm):
    """The work is done."""

    WORDS = "outcome"

    outcome = forms.CharField(
        label="How it ended, in words for staff",
        max_length=2000,
        help_text="For example, The release was completed successfully. Slot polls were not affected overnight.",
        widget=forms.Textarea({"rows": 3}),
    )


class RollBackForm(CloseForm):
    """The work was undone, which nobody plans: it ended when that is said, unless it is corrected."""

    WORDS = "reason"

    reason = forms.CharField(
        label="Why it was rolled back, in words for staff",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )

    def end_of_work(self, release: Release, at: datetime) -> datetime | None:
        return None


def _moment(label: str, planned: datetime, *, required: bool = True) -> LocalMomentField:
    empty = "" if required else ". Leave it empty if it ends now"
    return LocalMomentField(
        label=label, required=required, help_text=f"Planned: {moment_words(planned)}{empty}"
    )


def _names(number: int) -> tuple[str, str]:
    return f"actual_{number}_from", f"actual_{number}_to"


def _alike(release: Release) -> list[list[Disruption]]:
    """Outages that are over, those that began and ended at the same time together."""
    outages = release.disruptions.select_related("service")
    happened = [outage for outage in outages if outage.actual and outage.actual.upper]
    ordered = sorted(happened, key=lambda outage: ends(outage.actual))
    return [list(group) for _, group in groupby(ordered, key=lambda outage: outage.actual)]
