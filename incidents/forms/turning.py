"""Forms of an incident's turns: a workaround holds, clinical safety agreed, areas are told."""

from typing import Any

from django import forms
from django.urls import reverse

from continuity.catalogue.models import Area
from continuity.core.fields import LocalMomentField
from continuity.core.nhs.layout import Press
from incidents.forms.base import AboutIncident, WordsField
from incidents.forms.ending import ask_who_agreed, safety_field
from incidents.models import AreaStandDown, Incident

USES = (Incident.Instruction.USE, Incident.Instruction.USE_AND_REPORT)


class MitigatedForm(AboutIncident):
    """The workaround holds, now or since a time."""

    mitigated_at = LocalMomentField(
        required=False, label="Since when does the workaround hold?", help_text="Left empty, it is now"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("mitigated_at", Press("The workaround is in place"))


class AgreedForm(AboutIncident):
    """What the clinical safety officer agreed to by phone."""

    agreed_by_role = WordsField(
        rows=1,
        max_length=120,
        label="Who agreed by phone?",
        help_text="Their role, for example clinical safety officer. Not their name",
        error_messages={"required": "Write down who agreed, by role"},
    )
    words = WordsField(rows=1, max_length=300, required=False, label="What it rests on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange(
            "agreed_by_role", "words", Press("Clinical safety agreed"),
            action=reverse("incidents:agreed", args=[self.incident.ref]),
        )  # fmt: skip


class NoRunForm(AboutIncident):
    why = WordsField(
        rows=1,
        max_length=200,
        label="Why is the downtime procedure not used?",
        error_messages={"required": "Say why the downtime procedure is not used"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("why", Press("Keep the reason"))


class AreasForm(AboutIncident):
    """Which areas on paper are told to use the service again: some, or with the second button all of them."""

    areas = forms.ModelMultipleChoiceField(
        Area.objects.none(),
        required=False,
        label="Which areas are told?",
        widget=forms.CheckboxSelectMultiple({"small": True}),
    )
    instruction = forms.ChoiceField(
        choices=[(each.value, each.label) for each in USES],
        initial=Incident.Instruction.USE,
        widget=forms.RadioSelect,
        label="What do they do now?",
    )
    safety_agreed_by = safety_field()

    def __init__(self, *args: Any, rows: list[AreaStandDown], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = [row.area for row in rows if row.stood_down_at is None]
        field = self.fields["areas"]
        field.queryset = Area.objects.filter(stand_downs__incident=self.incident)  # type: ignore[attr-defined]
        field.choices = [(area.pk, area.name) for area in self.waiting]  # type: ignore[attr-defined]
        asked = ask_who_agreed(self)
        self.arrange(
            "areas", "instruction", *asked,
            Press("Tell these areas"),
            Press("Tell all areas", variant="secondary", name="all", value="yes"),
            action=reverse("incidents:areas", args=[self.incident.ref]),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.data.get("all"):
            cleaned["areas"] = self.waiting
        elif not cleaned.get("areas") and "areas" not in self.errors:
            self.add_error("areas", "Choose the areas that are told, or tell all of them")
        return cleaned
