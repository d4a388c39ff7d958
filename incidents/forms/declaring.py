"""The one short form that declares an incident."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import HTML
from django import forms

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.catalogue.fields import ServiceField, ServicesField
from continuity.catalogue.models import Service
from continuity.core.fields import LocalMomentField
from continuity.core.level import Effect
from continuity.core.nhs.layout import Fold, Press
from incidents.actions.guards import WHO_DECLARES
from incidents.forms.base import RoomForm, WordsField, impact_field, urgency_field
from incidents.models import Incident, Report
from incidents.severity import MILDEST
from releases.models import Release

BY_TABLE = ("", "As impact and urgency say")


class DeclareForm(RoomForm):
    """What is wrong, what it hits, how bad it is, what staff do now; the rest folds. `details()` feeds the action."""

    title = WordsField(
        rows=1, max_length=120, label="What is wrong?", help_text="For example, Wi-Fi is down on the wards"
    )
    service = ServiceField(Service.objects.all(), label="Which service?", empty_label="Choose a service")
    effect = forms.ChoiceField(
        choices=Effect.choices()[::-1],
        initial=Effect.DOWN.value,
        widget=forms.RadioSelect({"small": True}),
        label="How is it hit?",
    )
    others = ServicesField(required=False, label="Other services that are hit")
    others_effect = forms.ChoiceField(
        choices=[("", "In the same way"), *Effect.choices()[::-1]], required=False, label="How are they hit?"
    )
    impact = impact_field()
    urgency = urgency_field()
    do_now = WordsField(
        required=False, label="What should staff do now?", help_text="Staff read this at once, on every page"
    )
    takes_lead = forms.BooleanField(required=False, label="I am running this incident")
    started_at = LocalMomentField(required=False, label="When it started")
    is_start_estimated = forms.BooleanField(required=False, label="The start is an estimate")
    detected_by = forms.ChoiceField(
        choices=[("", "Staff"), *Incident.Detected.choices[1:]], required=False, label="Who noticed it?"
    )
    level = forms.ChoiceField(
        choices=Incident.Level.choices, required=False, label="What kind of incident is it?"
    )
    severity = forms.TypedChoiceField(
        choices=[BY_TABLE, *((n, f"Severity {n}") for n in range(1, MILDEST + 1))],
        coerce=int, empty_value=None, required=False, label="Severity",
    )  # fmt: skip
    severity_reason = WordsField(rows=1, max_length=300, required=False, label="Why another severity")
    contact = WordsField(
        rows=1, max_length=300, required=False, label="Whom to ring",
        help_text="If it is not the people who look after the service",
    )  # fmt: skip
    national_reference = WordsField(
        rows=1, max_length=120, required=False, label="National or supplier reference"
    )
    is_restricted = forms.BooleanField(required=False, label="Only those who run incidents may see it")
    restricted_why = WordsField(rows=1, max_length=200, required=False, label="Why it is restricted")
    release = forms.ModelChoiceField(
        Release.objects.told(), to_field_name="ref", required=False, widget=forms.HiddenInput
    )
    report = forms.ModelMultipleChoiceField(
        Report.objects.all(), required=False, widget=forms.MultipleHiddenInput
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_run = by.may(Permission.INCIDENT_RUN)
        self._offer_levels(by)
        self.others_declare = [said for needed, said in WHO_DECLARES.values() if not by.may(needed)]
        if not self.may_run:
            for name in ("takes_lead", "is_restricted", "restricted_why"):
                del self.fields[name]
        run = ["takes_lead"] if self.may_run else []
        hidden = ["is_restricted", "restricted_why"] if self.may_run else []
        level = ["level"] if "level" in self.fields else []
        self.arrange(
            "title", "service", "effect", Fold("More services are hit", "others", "others_effect"),
            HTML('{% include "incidents/fits.html" %}'),
            "impact", "urgency", "do_now", *run,
            Fold("It started earlier", "started_at", "is_start_estimated"),
            Fold("More details", *level, "detected_by", "severity", "severity_reason", "contact",
                 "national_reference", *hidden, HTML('{% include "incidents/who_declares.html" %}')),
            "release", "report", Press("Declare the incident", variant="warning"),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_restricted") and not cleaned.get("restricted_why"):
            self.add_error("restricted_why", "Say why only those who run incidents may see it")
        return cleaned

    def details(self) -> dict[str, Any]:
        """The action's arguments."""
        given = dict(self.cleaned_data)
        main, effect = given.pop("service"), given.pop("effect")
        others, others_effect = given.pop("others"), given.pop("others_effect") or effect
        given["services"] = dict.fromkeys(others, others_effect) | {main: effect}
        given["reports"] = list(given.pop("report"))
        given["detected_by"] = given["detected_by"] or Incident.Detected.STAFF
        given["level"] = given.get("level") or Incident.Level.IT
        return given

    def _offer_levels(self, by: User) -> None:
        """Only the levels this person may declare; no question where there is but one."""
        offered = [
            ("" if code == Incident.Level.IT else code, label)
            for code, label in Incident.Level.choices
            if (found := WHO_DECLARES.get(Incident.Level(code))) is None or by.may(found[0])
        ]
        if len(offered) == 1:
            del self.fields["level"]
        else:
            self.fields["level"].choices = offered  # type: ignore[attr-defined]


def facts_of(
    *, release: Release | None, service: Service | None, reports: list[Report], at: datetime
) -> dict[str, Any]:
    """What a form begins with when it was opened from a release, a service or reports."""
    if release is not None:
        return _facts_of_release(release, at)
    if reports:
        earliest, place = reports[-1], reports[-1].area
        where = f" ({place})" if place and len(reports) == 1 else ""
        return {
            "title": f"{earliest.text[:100]}{where}"[:120], "service": earliest.service,
            "report": reports, "started_at": earliest.at, "is_start_estimated": True,
        }  # fmt: skip
    return {"service": service} if service else {}


def _facts_of_release(release: Release, at: datetime) -> dict[str, Any]:
    hits = sorted(
        release.disruptions.select_related("service"),
        key=lambda each: Effect(each.effect).level,
        reverse=True,
    )
    if not hits:
        return {"release": release.ref, "title": release.title[:120], "contact": release.contact}
    worst, *others = hits
    was_due = worst.span.upper
    return {
        "release": release.ref,
        "title": f"Planned work did not end well: {release.title}"[:120],
        "service": worst.service,
        "effect": worst.effect,
        "others": [each.service for each in others if each.service_id != worst.service_id],
        "others_effect": others[0].effect if others else "",
        "started_at": was_due if was_due < at else None,
        "contact": release.contact,
    }
