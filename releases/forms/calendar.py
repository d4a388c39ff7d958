"""What narrows the calendar of planned work down, all of it kept in the address."""

from datetime import date
from typing import Any

from django import forms

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Service, Site
from continuity.core.spoken import YEARS
from releases.almanac import View
from releases.forms.listing import FilterForm
from releases.models import ReleaseQuerySet


class CalendarForm(FilterForm):
    """`?view=&on=`, a service, site, area and kind, and whose. What cannot be meant asks for nothing."""

    site = forms.ChoiceField(label="Site", required=False)
    area = forms.ChoiceField(label="Area", required=False)
    mine = forms.BooleanField(label="Only work of mine and my teams", required=False)
    field_order = ["service", "site", "area", "kind", "mine"]

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        del self.fields["q"]
        sites, areas = (
            each.order_by("name").values_list("key", "name") for each in (Site.objects, Area.objects)
        )
        self.fields["site"].choices = [("", "All sites"), *sites]  # type: ignore[attr-defined]
        self.fields["area"].choices = [("", "All areas"), *areas]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def view(self) -> View:
        return (
            View(self.data["view"]) if self.data.get("view") in {each.value for each in View} else View.MONTH
        )

    def on(self, today: date) -> date:
        """The day that the address names, else today."""
        try:
            said = date.fromisoformat(self.data.get("on", ""))
        except ValueError:
            return today
        return said if said.year in YEARS and said.year - 1 in YEARS and said.year + 1 in YEARS else today

    def narrow(self, releases: ReleaseQuerySet, person: Any) -> ReleaseQuerySet:
        """Those that touch what was asked for."""
        asked = self.asked()
        services = Service.objects.all()
        if asked["service"]:
            services = services.filter(key=asked["service"])
        if asked["site"]:
            services = services.filter(areas__site__key=asked["site"])
        if asked["area"]:
            services = services.filter(areas__key=asked["area"])
        if asked["service"] or asked["site"] or asked["area"]:
            releases = releases.touching_any(services)
        if asked["kind"]:
            releases = releases.filter(kind=asked["kind"])
        if asked["mine"] and isinstance(person, User):
            releases = releases.belonging_to(person)
        return releases
