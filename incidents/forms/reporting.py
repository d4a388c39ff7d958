"""Forms around reports: making one without log-in, and dealing with those that wait; the list's filter."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator

from continuity.catalogue.models import Area, Service
from continuity.core.clock import now
from continuity.core.nhs.layout import Press
from continuity.core.wording import since_words
from incidents.forms.base import RoomForm, WordsField
from incidents.forms.ending import OpenIncidentField
from incidents.models import Incident, Report
from incidents.severity import MILDEST


class AreasBySite(ModelChoiceIterator):
    """Areas grouped by site."""

    def __iter__(self) -> Iterator[Any]:
        yield "", self.field.empty_label
        groups: dict[str, list[Any]] = {}
        for area in self.queryset.select_related("site").order_by("site__name", "name"):
            groups.setdefault(str(area.site), []).append(self.choice(area))
        yield from groups.items()


class AreaField(forms.ModelChoiceField[Area]):
    iterator = AreasBySite


class ReportForm(RoomForm):
    """Where you are, which service, what is wrong. With the area known, two fields are left."""

    # "I do not know" is an answer, so nothing is left out.
    marks_optional = False

    area = AreaField(
        Area.objects.all(),
        to_field_name="key",
        label="Where are you?",
        empty_label="Choose your ward or clinic",
    )
    service = forms.ChoiceField(required=False, label="Which service?")
    text = WordsField(
        rows=2, max_length=300, label="What is wrong?", help_text="No names or numbers of patients"
    )

    def __init__(self, *args: Any, place: Area | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.services = {service.key: service for service in Service.objects.order_by("name")}
        self.fields["service"].choices = _services(self.services.values(), place)  # type: ignore[attr-defined]
        self.place = place
        if place:
            self.fields["area"].widget = forms.HiddenInput()
            self.fields["area"].initial = place.key
        self.arrange("area", "service", "text", Press("Report the problem"))

    def clean_service(self) -> Service | None:
        return self.services.get(self.cleaned_data["service"])


def _services(services: Any, place: Area | None) -> list[Any]:
    """Every service by name; those the area uses first."""
    unknown = ("", "I do not know")
    if place is None:
        return [unknown, *((each.key, each.name) for each in services)]
    used = set(place.services.values_list("pk", flat=True))
    here = [(each.key, each.name) for each in services if each.pk in used]
    other = [(each.key, each.name) for each in services if each.pk not in used]
    return [unknown, (f"Used on {place}", here), ("All other services", other)]


class SettleForm(RoomForm):
    """Reports that wait: joined to an open incident, or dismissed with a reason. Which, says the button."""

    JOIN, DISMISS = "join", "dismiss"

    report = forms.ModelMultipleChoiceField(
        Report.objects.waiting(),
        widget=forms.CheckboxSelectMultiple({"small": True}),
        label="Reports",
        error_messages={
            "required": "Choose the reports that you mean",
            "invalid_choice": "Somebody else dealt with one of these reports. Look at what waits now",
        },
    )
    incident = OpenIncidentField(
        Incident.objects.live().open(), to_field_name="ref", required=False,
        label="Join them to an open incident", empty_label="Choose an incident",
    )  # fmt: skip
    why = WordsField(rows=1, max_length=200, required=False, label="Or say why nothing needs to be done")
    then = forms.ChoiceField(choices=[(JOIN, ""), (DISMISS, "")], required=False, widget=forms.HiddenInput)
    marks_optional = False

    def __init__(
        self, *args: Any, reports: Sequence[Report], open_ones: Sequence[Incident], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incident"].offer(open_ones)  # type: ignore[attr-defined]
        self.fields["report"].initial = reports
        self.fields["report"].choices = [(each.pk, _told(each)) for each in reports]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("then") == self.DISMISS and not cleaned.get("why"):
            self.add_error("why", "Say why nothing needs to be done")
        if cleaned.get("then") != self.DISMISS and not cleaned.get("incident"):
            self.add_error("incident", "Choose the incident that they belong to")
        return cleaned


def _told(report: Report) -> str:
    where = f", {report.area}" if report.area else ""
    return f"{report.text} ({since_words(report.at, now())}{where})"


class IncidentFilter(forms.Form):
    """What narrows the list; anything else in the address is left aside."""

    marks_optional = False
    q = forms.CharField(required=False, label="Search incidents")
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), to_field_name="key", required=False, empty_label="All services",
        label="Service",
    )  # fmt: skip
    severity = forms.TypedChoiceField(
        choices=[("", "All severities"), *((n, f"Severity {n}") for n in range(1, MILDEST + 1))],
        coerce=int, empty_value=None, required=False, label="Severity",
    )  # fmt: skip

    def narrow(self, incidents: Any) -> Any:
        """Those of the incidents that were asked for."""
        self.full_clean()
        asked = self.cleaned_data
        found = incidents.searched(asked.get("q", ""))
        if asked.get("service"):
            found = found.hitting(asked["service"])
        return found.filter(severity=asked["severity"]) if asked.get("severity") else found
