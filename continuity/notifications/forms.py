"""The form of what somebody wants to hear about."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.forms.models import ModelChoiceIterator

from continuity.catalogue.fields import ServicesField
from continuity.catalogue.models import Area
from continuity.core.nhs.layout import Fold, Press
from continuity.notifications.actions import Wish
from continuity.notifications.models import Channel, Kind, Subscription

NO_NEWS = "Choose what to hear about these services and areas, and how"
NO_PLACE = "Choose at least 1 service or area to hear about"


class BySite(ModelChoiceIterator):
    """Areas grouped by their site."""

    def __iter__(self) -> Iterator[Any]:
        areas = self.queryset.select_related("site").order_by("site__name", "name")
        for site, group in groupby(areas, key=lambda area: area.site):
            yield str(site), [self.choice(area) for area in group]


class AreasField(forms.ModelMultipleChoiceField[Area]):
    """Any number of areas, as boxes to tick, grouped by site."""

    iterator = BySite

    def __init__(self, **options: Any) -> None:
        super().__init__(Area.objects.all(), widget=forms.CheckboxSelectMultiple, **options)


class ChoicesForm(forms.Form):
    """Each kind of news by each channel: about everything, and about services and areas that are chosen."""

    marks_optional = False

    def __init__(self, *args: Any, had: Iterable[Subscription], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for about in ("all", "some"):
            for kind in Kind:
                self.fields[f"{about}_{kind}"] = _channels(kind.label)
        self.fields["services"] = ServicesField(label="Services", required=False)
        self.fields["areas"] = AreasField(label="Areas", required=False)
        self.initial = _initial(had)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Fieldset("About every service", *(f"all_{kind}" for kind in Kind)),
            Fieldset(
                "About some services and areas",
                Fold("Choose services", "services"),
                Fold("Choose areas", "areas"),
                *(f"some_{kind}" for kind in Kind),
            ),
            Press("Save"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        has_places = any(cleaned.get(name) for name in ("services", "areas"))
        has_news = any(cleaned.get(f"some_{kind}") for kind in Kind)
        if has_places and not has_news:
            self.add_error(f"some_{Kind.PLANNED_WORK}", NO_NEWS)
        if has_news and not has_places:
            self.add_error("services", NO_PLACE)
        return cleaned

    def wishes(self) -> list[Wish]:
        """What is wanted, once the form is valid."""
        chosen = self.cleaned_data
        places = [{"service_id": service.pk} for service in chosen["services"]]
        places += [{"area_id": area.pk} for area in chosen["areas"]]
        wishes = [Wish(kind, channel) for kind in Kind for channel in chosen[f"all_{kind}"]]
        return wishes + [
            Wish(kind, channel, **place)
            for kind in Kind
            for channel in chosen[f"some_{kind}"]
            for place in places
        ]


def _channels(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"inline": True}),
    )


def _initial(had: Iterable[Subscription]) -> dict[str, list[Any]]:
    """What the boxes show: of services and areas, everything that is wanted of any of them."""
    ticked: dict[str, set[Any]] = {}
    for row in had:
        about = "all" if row.service_id is None and row.area_id is None else "some"
        ticked.setdefault(f"{about}_{row.kind}", set()).add(row.channel)
        for name, key in (("services", row.service_id), ("areas", row.area_id)):
            if key:
                ticked.setdefault(name, set()).add(key)
    return {name: sorted(values) for name, values in ticked.items()}
