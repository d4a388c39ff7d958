"""The form of a heartbeat: which job, how often, how late, and what it counts; and of what proves an action."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms

from continuity.catalogue.fields import LengthField, ServiceField
from continuity.catalogue.kept import KeptForm
from continuity.catalogue.models import Service
from continuity.core.nhs.layout import Fold, Press
from continuity.monitors.models import Heartbeat
from incidents.forms.base import RoomForm

MINUTE = 60
LONGEST = 365 * 24 * 60  # minutes
TOO_LONG = "Write a length of at most 365 days"


class HeartbeatForm(KeptForm[Heartbeat]):
    service = ServiceField(queryset=Service.objects.all(), label="Service it shows to work")
    every = LengthField(label="Expected every", help_text="For example, 1 day or 15 minutes")
    grace = LengthField(
        label="How late it may be", help_text="For example, 1 hour. After that it counts as down"
    )

    class Meta:
        model = Heartbeat
        fields = ["name", "service", "number_name", "number_least"]
        labels = {
            "name": "Name of the job",
            "number_name": "What it counts",
            "number_least": "Fewest that is well",
        }
        help_texts = {
            "name": "For example, Slot poll",
            "number_name": "One word, for example slots. The job sends the number with its ping",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("every", self.instance.timeout_s // MINUTE)
        self.initial.setdefault("grace", self.instance.grace_s // MINUTE)

    def layout(self) -> Iterable[Any]:
        return [
            "name",
            "service",
            Fieldset("When it runs", "every", "grace"),
            Fold("A number the job counts", "number_name", "number_least"),
        ]

    def clean_every(self) -> int:
        return self._bounded("every")

    def clean_grace(self) -> int:
        return self._bounded("grace")

    def facts(self) -> dict[str, Any]:
        """What the action needs: lengths in seconds."""
        facts = super().facts()
        every, grace = facts.pop("every"), facts.pop("grace")
        return {**facts, "timeout_s": every * MINUTE, "grace_s": grace * MINUTE}

    def _bounded(self, name: str) -> int:
        minutes = int(self.cleaned_data[name])
        if minutes > LONGEST:
            raise forms.ValidationError(TOO_LONG)
        return minutes


class ProofForm(RoomForm):
    """The job that proves an action, with the one that stood there when the page was opened."""

    heartbeat = forms.ModelChoiceField(
        Heartbeat.objects.order_by("name"), required=False, empty_label="None", label="Watched job",
        help_text="While it is well, the action is known to work",
    )  # fmt: skip
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, before: int | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"heartbeat": before, "seen": before}
        self.arrange("heartbeat", "seen", Press("Save"))
