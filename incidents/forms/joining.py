"""Forms that say what an incident belongs with."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q

from continuity.core.nhs.layout import Press
from continuity.core.wording import window_words
from incidents.forms.base import AboutIncident
from incidents.forms.ending import OpenIncidentField
from incidents.models import Incident
from releases.models import Release

# Work longer ago is rarely why something fails now; its own page can still lead here.
LATELY = timedelta(days=14)


class UnderForm(AboutIncident):
    """Which larger incident it is part of."""

    parent = OpenIncidentField(Incident.objects.none(), label="Which incident is it part of?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Incident.objects.open().filter(is_exercise=self.incident.is_exercise, parent=None)
        self.fields["parent"].queryset = others.exclude(pk=self.incident.pk)  # type: ignore[attr-defined]
        self.fields["parent"].empty_label = "Choose an open incident"  # type: ignore[attr-defined]
        self.arrange("parent", Press("Make it part of this incident"))


class ReleaseField(forms.ModelChoiceField[Release]):
    def label_from_instance(self, release: Release) -> str:
        return f"{release.ref}: {release.title}, {window_words(release.work)}"


class SuspectForm(AboutIncident):
    """Which planned work may have led to it: what touched its services in the 14 days before it began."""

    release = ReleaseField(
        Release.objects.none(), required=False, label="Which planned work may have led to it?"
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = self.incident.impacts.values("service")
        lately = Release.objects.told().filter(
            work__startswith__lte=at, work__endswith__gte=self.incident.started_at - LATELY
        )
        touching = Q(disruptions__service__in=services) | Q(services__in=services)
        noted = Q(pk=self.incident.release_id)
        fitting = Release.objects.filter(noted | Q(pk__in=lately.filter(touching).values("pk")))
        self.fields["release"].queryset = fitting.order_by("-work")  # type: ignore[attr-defined]
        self.fields["release"].empty_label = "None of these"  # type: ignore[attr-defined]
        self.initial.setdefault("release", self.incident.release_id)
        self.arrange("release", Press("Keep this"))
