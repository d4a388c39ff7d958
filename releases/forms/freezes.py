"""A freeze: its title, from when to when, and why."""

from datetime import datetime
from typing import Any

from django import forms
from psycopg.types.range import Range

from continuity.catalogue.kept import KeptForm
from continuity.core.fields import LocalMomentField, window_of
from continuity.core.wording import window_words
from releases.models import Freeze
from releases.schedule import ends


class FreezeForm(KeptForm[Freeze]):
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
    field_order = ["title", "starts", "ends", "reason"]

    class Meta:
        model = Freeze
        fields = ["title", "reason"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["starts"], self.initial["ends"] = ends(self.instance.span)

    def words_of_button(self) -> str:
        return "Save" if self.instance.pk else "Set the freeze"

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.span: Range[datetime] | None = window_of(self, "starts", "ends")
        return cleaned

    def facts(self) -> dict[str, Any]:
        return {**{name: self.cleaned_data[name] for name in ("title", "reason")}, "span": self.span}

    def came_too_late(self, now: Freeze) -> None:
        """As of every kept thing; both its moments in one line, as people say them."""
        super().came_too_late(now)
        self.theirs = [("Title", now.title), ("When", window_words(now.span)), ("Reason", now.reason)]
