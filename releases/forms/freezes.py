"""A freeze: its title, from when to when, and why."""

from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict
from psycopg.types.range import Range

from continuity.core.fields import LocalMomentField, window_of
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Press
from continuity.core.wording import window_words
from releases.models import Freeze
from releases.schedule import ends


class FreezeForm(PlainWords, forms.Form):
    """Validates a freeze; its facts are what the actions take."""

    title = forms.CharField(label="Title", max_length=160, help_text="For example, Christmas change freeze")
    starts = LocalMomentField(label="Starts")
    ends = LocalMomentField(label="Ends")
    reason = forms.CharField(
        label="Reason, in words for staff",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    # What somebody else wrote meanwhile: label and words, filled when a save came too late.
    theirs: list[tuple[str, str]]

    def __init__(self, data: Any = None, *, freeze: Freeze | None = None) -> None:
        super().__init__(data, initial=_initial(freeze) if freeze else {})
        self.theirs = []
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self.fields, Press("Save" if freeze else "Set the freeze"))

    def clean(self) -> dict[str, Any]:
        self.span: Range[datetime] | None = window_of(self, "starts", "ends")
        return self.cleaned_data

    @property
    def seen(self) -> int:
        """The version that its author saw; 0, which nothing has, when the form was sent without it."""
        return self.cleaned_data.get("version") or 0

    def facts(self) -> dict[str, Any]:
        return {**{name: self.cleaned_data[name] for name in ("title", "reason")}, "span": self.span}

    def came_too_late(self, now: Freeze) -> None:
        """Keep what was typed, show what stands there `now`; sent again, it replaces that."""
        self.theirs = [("Title", now.title), ("When", window_words(now.span)), ("Reason", now.reason)]
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(now.version)
        self.data = data


def _initial(freeze: Freeze) -> dict[str, Any]:
    start, end = ends(freeze.span)
    facts = {"title": freeze.title, "reason": freeze.reason, "version": freeze.version}
    return {**facts, "starts": start, "ends": end}
