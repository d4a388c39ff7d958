"""Forms that end an incident, and open it again."""

from typing import Any

from django import forms
from django.urls import reverse

from continuity.core.fields import LocalMomentField
from continuity.core.nhs.layout import Fold, Press
from incidents.forms.base import AboutIncident, AtHandField, WordsField
from incidents.forms.ready_words import BeginsWithWords
from incidents.models import Incident, Update
from incidents.severity import FULL_PATH


def instruction_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=Incident.Instruction.choices,
        initial=Incident.Instruction.USE,
        widget=forms.RadioSelect,
        label="What do staff do now?",
    )


def safety_field() -> forms.CharField:
    return WordsField(
        rows=1,
        max_length=120,
        required=False,
        label="Who agreed for clinical safety?",
        help_text="Their role, for example clinical safety officer. Not their name",
        error_messages={
            "required": "At severity 1 and 2 clinical safety agrees before the all-clear. "
            "Ring the clinical safety officer, and write down who agreed"
        },
    )


def ask_who_agreed(form: AboutIncident) -> list[str]:
    """The question by its name, where the all-clear needs an agreement that nobody has given yet; else none."""
    is_severe = form.incident.severity in FULL_PATH
    if is_severe and form.incident.has_safety_agreed():
        del form.fields["safety_agreed_by"]
        return []
    form.fields["safety_agreed_by"].required = is_severe
    return ["safety_agreed_by"]


class FixForm(BeginsWithWords):
    """The light path's end: one instruction, and for those who want it what was done and when it was back.

    It stands beside the form of an update, so the names of its fields on the page are its own.
    """

    instruction = instruction_field()
    happened = WordsField(required=False, rows=2, label="What was done, in words for staff")
    restored_at = LocalMomentField(required=False, label="When it was back")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="fix_%s", **kwargs)
        self.arrange(
            "instruction",
            Fold("Say more", *self.offer_words(Update.Kind.STAND_DOWN), "happened", "restored_at"),
            Press("Fixed"),
            action=reverse("incidents:fix", args=[self.incident.ref]),
        )  # fmt: skip


class RestoreForm(BeginsWithWords):
    """The service is back; the incident goes on until it is stood down."""

    happened = WordsField(label="What was done, in words for staff")
    do_now = WordsField(
        required=False,
        rows=2,
        label="What do staff do until the all-clear?",
        help_text="Left empty, staff read that they stay on paper until their area is told",
    )
    restored_at = LocalMomentField(
        required=False, label="When it was back", help_text="Left empty, it was now"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = self.offer_words(Update.Kind.RESTORED)
        self.arrange(*ready, "happened", "do_now", "restored_at", Press("The service is back"))


class StandDownForm(BeginsWithWords):
    """The all-clear. At severity 1 and 2 it is not given before clinical safety agreed."""

    instruction = instruction_field()
    safety_agreed_by = safety_field()
    happened = WordsField(required=False, rows=2, label="What was done, in words for staff")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked, ready = ask_who_agreed(self), self.offer_words(Update.Kind.STAND_DOWN)
        self.arrange(*ready, "instruction", *asked, "happened", Press("Stand down"))


class ReopenForm(AboutIncident):
    reason = WordsField(label="What is wrong again?", help_text="Staff read this at once")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("reason", Press("Open the incident again", variant="warning"))


class CancelForm(AboutIncident):
    reason = WordsField(label="Why was this no incident?", help_text="Staff read this at once")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("reason", Press("Cancel the incident", variant="warning"))


class OpenIncidentField(AtHandField[Incident]):
    def label_from_instance(self, incident: Incident) -> str:
        return f"{incident.ref}: {incident.title}"


class DuplicateForm(AboutIncident):
    of = OpenIncidentField(Incident.objects.none(), label="Which incident is the same problem?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = Incident.objects.open().filter(is_exercise=self.incident.is_exercise)
        self.fields["of"].queryset = open_ones.exclude(pk=self.incident.pk)  # type: ignore[attr-defined]
        self.fields["of"].empty_label = "Choose an open incident"  # type: ignore[attr-defined]
        self.arrange("of", Press("Mark as the same problem"))
