"""How long an alarm rests, and why."""

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse

from continuity.core.nhs.layout import Press
from incidents.forms.base import AboutIncident, WordsField
from incidents.models import Escalation

MINUTES = (15, 30, 60)


class PauseForm(AboutIncident):
    """An alarm rests at most an hour, so the choices end there."""

    minutes = forms.TypedChoiceField(
        label="How long does it rest?",
        choices=[(each, f"{each} minutes") for each in MINUTES],
        coerce=lambda chosen: timedelta(minutes=int(chosen)),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how long it rests"},
    )
    reason = WordsField(
        rows=1,
        max_length=200,
        label="Why does it rest?",
        help_text="For example, the leader is in the lift and answers in 10 minutes",
        error_messages={"required": "Say why it rests"},
    )

    def __init__(self, *args: Any, alarm: Escalation, **kwargs: Any) -> None:
        # Several alarms stand in one room, each with its own form.
        super().__init__(*args, auto_id=f"alarm-{alarm.pk}-%s", **kwargs)
        address = reverse("incidents:pause-alarm", args=[self.incident.ref, alarm.pk])
        self.arrange(
            "minutes", "reason", Press("Let it rest", variant="secondary", small=True), action=address
        )
