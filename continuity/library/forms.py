"""What narrows a search; anything else in the address is left aside."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from continuity.catalogue.models import Service
from continuity.core.clock import at_wall
from continuity.library.finding import LESSONS, Asked
from continuity.library.models import Document
from continuity.plans.forms import DayField
from incidents.reviews.models import Factor, LocalFactor

LONGEST = 200
Choices = list[tuple[str, Any]]


class LibraryForm(forms.Form):
    """Words, and what they are looked for in."""

    marks_optional = False
    q = forms.CharField(required=False, max_length=LONGEST, label="Search the library")
    kind = forms.ChoiceField(
        choices=[
            ("", "Everything"), (Document.Kind.INCIDENT, "Incidents"), (Document.Kind.RELEASE, "Planned work"),
            (Document.Kind.REVIEW, "Reviews"), (LESSONS, "Lessons"), (Document.Kind.PLAN, "Procedures"),
            (Document.Kind.OBSERVATION, "Near misses and what went well"),
        ],
        required=False, label="Look in",
    )  # fmt: skip
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), to_field_name="key", required=False, empty_label="All services",
        label="Service",
    )  # fmt: skip
    factor = forms.ChoiceField(required=False, label="Factor")
    since = DayField(required=False, label="From")
    until = DayField(required=False, label="To")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["factor"].choices = _factors  # type: ignore[attr-defined]  # a choice field

    def asked(self) -> Asked:
        """What was asked for, as far as it can be read."""
        self.full_clean()
        said = self.cleaned_data
        service = said.get("service")
        return Asked(
            words=said.get("q", ""),
            kind=said.get("kind", ""),
            service=service.pk if service else None,
            factor=said.get("factor", ""),
            since=_midnight(said.get("since")),
            until=_midnight(said.get("until"), later=timedelta(days=1)),
        )


def _factors() -> Iterator[tuple[str, Any]]:
    """The headings, and the trust's own words below them. One query."""
    yield "", "All factors"
    yield "Headings", [(area.value, area.label) for area in Factor.Area]
    if own := [(f"local-{each.pk}", each.name) for each in LocalFactor.objects.all()]:
        yield "The trust's own words", own


def _midnight(day: date | None, *, later: timedelta = timedelta(0)) -> datetime | None:
    return at_wall(day + later, time(0)) if day else None
