"""How work comes back: the rule of a series, a move of all that follows, and an occurrence left out."""

from datetime import date
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict

from continuity.core.clock import local_day
from continuity.core.fields import LocalMomentField
from continuity.core.nhs.layout import Opens, Press
from continuity.plans.forms import DayField
from releases.forms.steps import ReasonForm, StepForm
from releases.models import Release, Series
from releases.recurrence import KINDS, LEAST, MOST, Rule, RuleError, kind_of, kinds_for, read_rule, rule_like

# A year of monthly work: who publishes more at once has read none of it.
MOST_AT_ONCE = 12
OWN = "own"
AN_OWN = (OWN, "By a rule of my own")
RULE = "A rule as calendars write it (RRULE). For example, FREQ=MONTHLY;BYDAY=2TU"


class RuleForm(StepForm):
    """How often, chosen or written."""

    often = forms.ChoiceField(
        label="How often does it come back?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often it comes back"},
    )
    rule = forms.CharField(label="Rule", required=False, max_length=300, help_text=RULE)

    def read(self, first: date) -> Rule | None:
        """The rule that was chosen for a series from that day on, or written; None with an error in its field."""
        often = self.cleaned_data.get("often")
        if often and often != OWN:
            return rule_like(often, first)
        if often and not (said := self.cleaned_data.get("rule", "").strip()):
            self.add_error("rule", "Enter the rule")
        elif often:
            try:
                return read_rule(said)
            except RuleError as error:
                self.add_error("rule", error.sentence)
        return None


class RepeatForm(RuleForm):
    """How often a draft comes back, and until when; its own times are the first."""

    times = forms.IntegerField(
        label="How many times does it take place?",
        required=False,
        min_value=LEAST,
        max_value=MOST,
        help_text="The draft counts as the first",
    )
    until = DayField(
        label="Or on which day at the latest?", required=False, help_text="For example, 1 November 2025"
    )

    def __init__(self, data: Any = None, *, release: Release) -> None:
        super().__init__(data)
        self.first = local_day(release.starts_at)
        self.fields["often"].choices = [*kinds_for(self.first).items(), AN_OWN]  # type: ignore[attr-defined]
        self.helper.layout = Layout(
            Opens("often", own=["rule"]), "times", "until", Press("Repeat this draft")
        )

    def clean(self) -> dict[str, Any]:
        rule = self.read(self.first)
        times, last = self.cleaned_data.get("times"), self.cleaned_data.get("until")
        if times and last:
            self.add_error("until", "Say how many times or until when, not both")
        elif rule and (times or last) and rule.stem != str(rule):
            self.add_error("times" if times else "until", "The rule says when it ends. Leave this empty")
        self.answer = rule.ending(times=times, last=last) if rule and (times or last) else rule
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        return {"rule": self.answer}


class SeenForm(StepForm):
    """A form that changes a series, and knows which version of it was seen."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def facts(self) -> dict[str, Any]:
        """0, which no series has, when it was sent without the version."""
        return {**super().facts(), "seen": self.cleaned_data.get("seen") or 0}

    def came_too_late(self, series: Series) -> None:
        """Keep what was typed; sent again, it counts for the series as it is now."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen"] = str(series.version)
        self.data = data


class MoveForm(SeenForm, RuleForm):
    """When an occurrence starts now, and how often those after it come back from then on."""

    to = LocalMomentField(label="New start")
    field_order = ["to", "often", "rule", "seen"]

    def __init__(self, data: Any = None, *, series: Series, release: Release) -> None:
        rule = read_rule(series.rule)
        kind = kind_of(rule, series.first)
        written = {} if kind else {"rule": rule.stem}
        begun = {"to": release.starts_at, "often": kind or OWN, "seen": series.version, **written}
        super().__init__(data, initial=begun)
        self.fields["often"].choices = [*KINDS.items(), AN_OWN]  # type: ignore[attr-defined]
        self.fields["often"].label = "How often does it come back from then on?"
        layout = ("to", Opens("often", own=["rule"]), "seen")
        self.helper.layout = Layout(*layout, Press("Move this and all following"))

    def clean(self) -> dict[str, Any]:
        to = self.cleaned_data.get("to")
        self.answer = self.read(local_day(to)) if to else None
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        seen = super().facts()["seen"]
        return {"to": self.cleaned_data["to"], "rule": self.answer, "seen": seen}


class PublishForm(StepForm):
    """How many of the drafts that are ahead, and that its author saw them as they are."""

    times = forms.IntegerField(
        label="How many of the next ones?", min_value=1, max_value=MOST_AT_ONCE, initial=1,
        help_text=f"1 to {MOST_AT_ONCE}",
    )  # fmt: skip
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, seen: str) -> None:
        super().__init__(data, initial={"seen": seen}, button="Publish them")

    def came_too_late(self, seen: str) -> None:
        """Keep what was typed; sent again, it counts for the drafts as they are now."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen"] = seen
        self.data = data


class LeaveOutForm(ReasonForm):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data, button="Leave it out")
        self.fields["reason"] = forms.CharField(
            label="Reason, in words for staff", max_length=300, widget=forms.Textarea({"rows": 3})
        )


class EndForm(SeenForm, ReasonForm):
    field_order = ["reason", "seen"]

    def __init__(self, data: Any = None, *, series: Series) -> None:
        super().__init__(data, initial={"seen": series.version}, button="End the series")
