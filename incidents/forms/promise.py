"""Forms around the promise: a rest for its alarm, what is wrong with an update."""

from datetime import datetime
from typing import Any

from continuity.core.fields import LocalMomentField
from continuity.core.nhs.layout import Press
from continuity.core.wording import length_words, time_words
from incidents.actions.promising import latest_rest
from incidents.forms.base import AboutIncident, WordsField
from incidents.models import SeverityRule, Update


class SnoozeForm(AboutIncident):
    """Until when the alarm of an overdue update rests, and why."""

    reason = WordsField(rows=2, max_length=200, label="Why does the update have to wait?")
    until = LocalMomentField(required=False, label="Until when?")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = SeverityRule.objects.get(pk=self.incident.severity).update_every
        self.latest = latest_rest(self.incident, at)
        self.fields["until"].help_text = (
            f"At severity {self.incident.severity} for {length_words(every)} at most. "
            f"Left empty, until {time_words(self.latest)}"
        )
        self.arrange("reason", "until", Press("Let the alarm rest"))

    def clean_until(self) -> datetime:
        return self.cleaned_data["until"] or self.latest


class DoubtForm(AboutIncident):
    """What is wrong with an update that staff have read."""

    words = WordsField(rows=2, max_length=300, label="What is wrong with it?")

    def __init__(self, *args: Any, update: Update, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = f"It stands as outstanding until update {update.number} is corrected"
        self.arrange("words", Press("Say what is wrong"))
