"""Forms of the incident's own record: entries, severity, services, what is assessed, who may see it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from continuity.catalogue.fields import ServiceField
from continuity.catalogue.models import Service
from continuity.core.fields import LocalMomentField
from continuity.core.level import Effect
from continuity.core.nhs.layout import Fold, Opens, Press
from incidents.forms.base import (
    UNKNOWN,
    AboutIncident,
    AtHandField,
    WordsField,
    impact_field,
    urgency_field,
)
from incidents.models import Entry, Incident, RoleAssignment
from incidents.severity import MILDEST, severity_of

# What people write down by hand; the rest of the kinds come with the milestones themselves.
BY_HAND = (
    Entry.Kind.ACTION, Entry.Kind.DECISION, Entry.Kind.COMMUNICATION, Entry.Kind.REPORTED,
    Entry.Kind.VERIFIED, Entry.Kind.WELFARE, Entry.Kind.CORRECTION,
)  # fmt: skip


# As many as somebody reads through; an older one is corrected from the timeline itself.
ENTRIES_TO_CHOOSE = 50


class EntryField(AtHandField[Entry]):
    def label_from_instance(self, entry: Entry) -> str:
        return f"{entry.get_kind_display()}: {entry.text[:60]}"


class HolderField(AtHandField[RoleAssignment]):
    def label_from_instance(self, held: RoleAssignment) -> str:
        return f"{held.role}: {held.person or held.person_role}"


class EntryForm(AboutIncident):
    """What happened, when it happened and what kind of thing it was; a decision has who decided and why."""

    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in BY_HAND],
        initial=Entry.Kind.ACTION,
        widget=forms.RadioSelect,
        label="What is it?",
    )
    decided_by = HolderField(
        RoleAssignment.objects.none(), required=False, label="Who decided?", empty_label="Choose who",
        help_text="In the role that they held then",
    )  # fmt: skip
    reason = WordsField(required=False, rows=2, label="Reason for the decision")
    information = WordsField(required=False, rows=2, label="What was known")
    options = WordsField(required=False, rows=2, label="What else was looked at")
    look_again_at = LocalMomentField(required=False, label="When to look at it again")
    revisits = EntryField(
        Entry.objects.none(), required=False, label="Does it look again at an earlier decision?",
        empty_label="No",
    )  # fmt: skip
    corrects = EntryField(
        Entry.objects.none(),
        required=False,
        label="Which entry does it correct?",
        empty_label="Choose an entry",
    )
    text = WordsField(label="What happened?", help_text="Roles, not names")
    occurred_at = LocalMomentField(required=False, label="When it happened")
    on_behalf_of = WordsField(
        rows=1, max_length=120, required=False, label="On behalf of", help_text="A role"
    )
    paper_sheet = WordsField(
        rows=1, max_length=60, required=False, label="Paper sheet",
        help_text="The reference of the sheet it is copied from",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        at: datetime,
        revisits: Entry | None = None,
        corrects: Entry | None = None,
        **kwargs: Any,
    ) -> None:
        """Begins as a second look at the decision `revisits`, or as a correction of the entry `corrects`."""
        super().__init__(*args, **kwargs)
        self.at = at
        self._offer(corrects)
        self._begin_with(revisits, corrects)
        self.fields["occurred_at"].help_text = "Left empty, it is now"
        decision = ["decided_by", "reason", "information", "options", "look_again_at", "revisits"]
        self.arrange(
            Opens("kind", decision=decision, correction=["corrects"]),
            "text", "occurred_at", Fold("More", "on_behalf_of", "paper_sheet"), Press("Add to the timeline"),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind == Entry.Kind.DECISION and not cleaned.get("reason"):
            self.add_error("reason", "Give the reason for the decision")
        if kind == Entry.Kind.CORRECTION and not cleaned.get("corrects"):
            self.add_error("corrects", "Choose the entry that it corrects")
        if kind != Entry.Kind.CORRECTION:
            cleaned["corrects"] = None
        if kind != Entry.Kind.DECISION:
            cleaned |= {"decided_by": None, "look_again_at": None, "revisits": None}
        cleaned["occurred_at"] = cleaned.get("occurred_at") or self.at
        return cleaned

    def _offer(self, corrected: Entry | None) -> None:
        """The latest entries and decisions, and everybody who held a role; what is sent may be older."""
        given: dict[str, Any] = {name: self.fields[name] for name in ("corrects", "revisits", "decided_by")}
        entries = self.incident.entries.order_by("-occurred_at")
        given["corrects"].queryset = entries.exclude(kind=Entry.Kind.CORRECTION)
        given["corrects"].offer(_to_correct(entries[:ENTRIES_TO_CHOOSE], corrected))
        decisions = entries.filter(kind=Entry.Kind.DECISION)
        given["revisits"].queryset = decisions
        given["revisits"].offer(decisions[:ENTRIES_TO_CHOOSE])
        held = self.incident.assignments.exclude(accepted_at=None).select_related("role", "person")
        given["decided_by"].queryset = held
        given["decided_by"].offer(held)

    def _begin_with(self, revisits: Entry | None, corrects: Entry | None) -> None:
        if corrects:
            self.initial.update(kind=Entry.Kind.CORRECTION, corrects=corrects.pk)
        elif revisits:
            self.initial.update(kind=Entry.Kind.DECISION, revisits=revisits.pk)


class NoteForm(AboutIncident):
    """One line for the timeline: it happened now, and Enter saves it."""

    marks_optional = False
    kind = forms.ChoiceField(
        choices=[
            (kind.value, kind.label)
            for kind in BY_HAND
            if kind not in {Entry.Kind.DECISION, Entry.Kind.CORRECTION}
        ],
        initial=Entry.Kind.ACTION,
        label="What is it?",
    )
    text = WordsField(rows=1, max_length=500, label="What happened?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="note_%s", **kwargs)
        self.arrange(
            "kind", "text", Press("Add to the timeline", prevent_double_click=False),  # the next line within a second
            action=reverse("incidents:entry", args=[self.incident.ref]),
        )  # fmt: skip


class SeverityForm(AboutIncident):
    """Impact and urgency as they are known now, or another severity; either way with a reason."""

    impact = impact_field()
    urgency = urgency_field()
    by_hand = forms.TypedChoiceField(
        choices=[("", "As impact and urgency say"), *((n, f"Severity {n}") for n in range(1, MILDEST + 1))],
        coerce=int,
        empty_value=None,
        required=False,
        label="Severity",
    )
    reason = WordsField(rows=2, max_length=300, label="Why does it change?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["impact"].initial = self.incident.impact or UNKNOWN
        self.fields["urgency"].initial = self.incident.urgency or UNKNOWN
        self.arrange(
            "impact", "urgency", Fold("Another severity", "by_hand"), "reason", Press("Change the severity")
        )

    def details(self) -> dict[str, Any]:
        """The action's arguments."""
        given = dict(self.cleaned_data)
        by_hand = given.pop("by_hand")
        return {**given, "severity": by_hand or severity_of(given["impact"], given["urgency"])}


class ImpactForm(AboutIncident):
    """A service that is hit, or hit in another way than before."""

    service = ServiceField(Service.objects.all(), label="Which service?", empty_label="Choose a service")
    effect = forms.ChoiceField(
        choices=Effect.choices()[::-1], widget=forms.RadioSelect, label="How is it hit?"
    )
    since = LocalMomentField(required=False, label="Since when", help_text="Left empty, since now")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrange("service", "effect", Fold("It began earlier", "since"), Press("Save"))


class AssessForm(AboutIncident):
    """Harm to patients, and data lost or seen: as far as it is known."""

    patient_safety = forms.ChoiceField(
        choices=Incident.Assessment.choices, widget=forms.RadioSelect, label="May patients have come to harm?"
    )
    patient_safety_ref = WordsField(
        rows=1, max_length=60, required=False, label="Reference of the patient safety report"
    )
    safety_informed_at = LocalMomentField(required=False, label="When the clinical safety officer was told")
    data_security = forms.ChoiceField(
        choices=Incident.Assessment.choices, widget=forms.RadioSelect, label="Was data lost or seen?"
    )
    data_security_ref = WordsField(
        rows=1, max_length=60, required=False, label="Reference of the data security report"
    )
    data_aware_at = LocalMomentField(
        required=False,
        label="When the trust became aware of it",
        help_text="72 hours run from then to tell the Information Commissioner",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].initial = getattr(self.incident, name)
        self.arrange(
            "patient_safety", "patient_safety_ref", "safety_informed_at",
            "data_security", "data_security_ref", "data_aware_at", Press("Save"),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        confirmed = cleaned.get("data_security") == Incident.Assessment.CONFIRMED
        if confirmed and "data_aware_at" in cleaned and not cleaned["data_aware_at"]:
            self.add_error("data_aware_at", "Say when the trust became aware of it: 72 hours run from then")
        return cleaned


class RestrictForm(AboutIncident):
    why = WordsField(rows=2, max_length=200, label="Why?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = "Open it to everybody" if self.incident.is_restricted else "Restrict it"
        self.arrange("why", Press(words))


def _to_correct(latest: Iterable[Entry], corrected: Entry | None) -> Iterator[Entry]:
    """The entries that may be corrected: the one that is asked for, and the latest."""
    chosen = list(latest)
    if corrected and corrected not in chosen:
        chosen.insert(0, corrected)
    yield from (each for each in chosen if each.kind != Entry.Kind.CORRECTION)
